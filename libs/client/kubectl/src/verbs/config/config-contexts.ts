import { compareStrings } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { CommandFailure, failWith, textError } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';
import { changeConfig, mergedConfig } from './config-files.js';

/** `kubectl config current-context`. */
export const currentContextCommand = defineVerb({
  name: 'current-context',
  short: 'Display the current-context',
  *run(k) {
    const { currentContext } = mergedConfig(k);
    if (currentContext === '') failWith('current-context is not set');
    yield* k.out(`${currentContext}\n`);
    return 0;
  },
});

/** `kubectl config get-contexts`. */
export const getContextsCommand = defineVerb({
  name: 'get-contexts',
  usage: '[(-o|--output=)name)]',
  short: 'Describe one or many contexts',
  flags: [
    boolFlag('no-headers', "Don't print headers"),
    stringFlag('output', 'Output format. One of: (name).', { shorthand: 'o' }),
  ],
  *run(k) {
    const data = mergedConfig(k);
    const output = k.flags.string('output');
    if (output !== '' && output !== 'name') failWith(`output must be one of '' or 'name': ${output}`);
    const names = k.args.length > 0 ? k.args : [...data.contexts.keys()].sort(compareStrings);
    const missing = names.filter((name) => !data.contexts.has(name));
    const rows = names.flatMap((name) => {
      const context = data.contexts.get(name);
      if (!context) return [];
      const mark = name === data.currentContext ? '*' : '';
      return [
        output === 'name'
          ? `${name}\n`
          : `${mark}\t${name}\t${context.cluster ?? ''}\t${context.user ?? ''}\t${context.namespace ?? ''}\n`,
      ];
    });
    if (output === 'name') yield* k.out(rows.join(''));
    else {
      const header = k.flags.bool('no-headers') ? '' : 'CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n';
      yield* k.out(alignColumns(`${header}${rows.join('')}`, TABLE_LAYOUT));
    }
    if (missing.length > 0) throw new CommandFailure(missing.map((name) => textError(`context ${name} not found`)));
    return 0;
  },
});

/** `kubectl config use-context`. */
export const useContextCommand = defineVerb({
  name: 'use-context',
  aliases: ['use'],
  usage: 'CONTEXT_NAME',
  short: 'Set the current-context in a kubeconfig file',
  *run(k) {
    if (k.args.length !== 1) k.usageError(`unexpected args: [${k.args.join(' ')}]`);
    const [name] = k.args;
    if (!mergedConfig(k).contexts.has(name)) failWith(`no context exists with the name: ${JSON.stringify(name)}`);
    changeConfig(k, `contexts/${name}`, (data) => {
      data.currentContext = name;
    });
    yield* k.out(`Switched to context ${JSON.stringify(name)}.\n`);
    return 0;
  },
});

/** `kubectl config set-context`. */
export const setContextCommand = defineVerb({
  name: 'set-context',
  usage: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  short: 'Set a context entry in kubeconfig',
  flags: [boolFlag('current', 'Modify the current context')],
  *run(k) {
    const { flags, args } = k;
    const data = mergedConfig(k);
    if (args.length > 1) k.usageError(`Unexpected args: [${args.join(' ')}]`);
    if (args.length > 0 && flags.bool('current')) k.usageError('you cannot specify both a NAME and --current');
    if (args.length === 0 && !flags.bool('current'))
      k.usageError('you must specify a non-empty context name or --current');
    const name = args[0] ?? data.currentContext;
    if (flags.bool('current') && name === '') failWith('no current context is set');
    const existed = data.contexts.has(name);
    changeConfig(k, `contexts/${name}`, ({ contexts }) => {
      const entry = { ...contexts.get(name) };
      for (const field of ['cluster', 'user', 'namespace'] as const)
        if (flags.changed(field)) entry[field] = flags.string(field);
      contexts.set(name, entry);
    });
    yield* k.out(`Context ${JSON.stringify(name)} ${existed ? 'modified' : 'created'}.\n`);
    return 0;
  },
});

/** `kubectl config rename-context`. */
export const renameContextCommand = defineVerb({
  name: 'rename-context',
  usage: 'CONTEXT_NAME NEW_NAME',
  short: 'Rename a context from the kubeconfig file',
  *run(k) {
    if (k.args.length !== 2) k.usageError(`unexpected args: [${k.args.join(' ')}]`);
    const [from, to] = k.args;
    const data = mergedConfig(k);
    if (!data.contexts.has(from))
      failWith(
        `cannot rename the context ${JSON.stringify(from)}, it's not in ${data.origins.get(`contexts/${from}`) ?? k.process.env.get('KUBECONFIG') ?? `${k.process.env.get('HOME') ?? ''}/.kube/config`}`,
      );
    if (data.contexts.has(to))
      failWith(
        `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${data.origins.get(`contexts/${to}`) ?? ''}`,
      );
    changeConfig(k, `contexts/${from}`, (file) => {
      const entry = file.contexts.get(from) ?? {};
      file.contexts.delete(from);
      file.contexts.set(to, entry);
      if (file.currentContext === from) file.currentContext = to;
    });
    yield* k.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
    return 0;
  },
});
