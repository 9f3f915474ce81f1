import { compareStrings } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { CommandFailure, failWith, textError } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';
import { ConfigAccess } from './config-access.js';
import { helpError } from './config-help.js';

/** `kubectl config current-context`. */
export const currentContextCommand = defineVerb({
  name: 'current-context',
  usage: '[flags]',
  short: 'Display the current-context',
  *run(k) {
    const { currentContext } = new ConfigAccess(k).start();
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
    boolFlag(
      'no-headers',
      "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    stringFlag('output', 'Output format. One of: (name).', { shorthand: 'o' }),
  ],
  *run(k) {
    const output = k.flags.string('output');
    if (output !== '' && output !== 'name')
      failWith(
        `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
      );
    const data = new ConfigAccess(k).start();
    const names = [...(k.args.length > 0 ? k.args : data.contexts.keys())].sort(compareStrings);
    const rows = names.flatMap((name) => {
      const context = data.contexts.get(name);
      if (!context) return [];
      const mark = name === data.currentContext ? '*' : ' ';
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
    const missing = k.args.filter((name) => !data.contexts.has(name));
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
  long: 'Set the current-context in a kubeconfig file.',
  examples: '  # Use the context for the minikube cluster\n  kubectl config use-context minikube\n',
  *run(k) {
    if (k.args.length !== 1) yield* helpError(k, `Unexpected args: [${k.args.join(' ')}]`);
    const access = new ConfigAccess(k);
    const data = access.start();
    const [name] = k.args;
    if (name === '') failWith('empty context names are not allowed');
    if (!data.contexts.has(name)) failWith(`no context exists with the name: ${goQuote(name)}`);
    data.currentContext = name;
    access.modify(data);
    yield* k.out(`Switched to context ${goQuote(name)}.\n`);
    return 0;
  },
});

const CONTEXT_FIELDS = ['cluster', 'user', 'namespace'] as const;

/** `kubectl config set-context`. */
export const setContextCommand = defineVerb({
  name: 'set-context',
  usage: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  short: 'Set a context entry in kubeconfig',
  long: 'Set a context entry in kubeconfig.\n\n Specifying a name that already exists will merge new fields on top of existing values for those fields.',
  examples:
    '  # Set the user field on the gce context entry without touching other values\n  kubectl config set-context gce --user=cluster-admin\n',
  flags: [
    stringFlag('cluster', 'cluster for the context entry in kubeconfig'),
    boolFlag('current', 'Modify the current context'),
    stringFlag('namespace', 'namespace for the context entry in kubeconfig', { shorthand: 'n' }),
    stringFlag('user', 'user for the context entry in kubeconfig'),
  ],
  *run(k) {
    const { flags, args } = k;
    if (args.length > 1) yield* helpError(k, `Unexpected args: [${args.join(' ')}]`);
    const current = flags.bool('current');
    const given = args[0] ?? '';
    if (given === '' && !current) failWith('you must specify a non-empty context name or --current');
    if (given !== '' && current) failWith('you cannot specify both a context name and --current');
    const access = new ConfigAccess(k);
    const data = access.start();
    const name = current ? data.currentContext : given;
    if (name === '') failWith('no current context is set');
    const known = data.contexts.get(name);
    const { cluster = '', user = '', namespace = '', ...rest } = known ?? {};
    const entry = { cluster, user, namespace };
    for (const field of CONTEXT_FIELDS) if (flags.changed(field)) entry[field] = flags.string(field);
    data.contexts.set(name, {
      cluster: entry.cluster,
      user: entry.user,
      ...(entry.namespace !== '' && { namespace: entry.namespace }),
      ...rest,
    });
    access.modify(data);
    yield* k.out(`Context ${goQuote(name)} ${known ? 'modified' : 'created'}.\n`);
    return 0;
  },
});

/** `kubectl config rename-context`. */
export const renameContextCommand = defineVerb({
  name: 'rename-context',
  usage: 'CONTEXT_NAME NEW_NAME',
  short: 'Rename a context from the kubeconfig file',
  long: [
    'Renames a context from the kubeconfig file.',
    ' CONTEXT_NAME is the context name that you want to change.',
    ' NEW_NAME is the new name you want to set.',
    " Note: If the context being renamed is the 'current-context', this field will also be updated.",
  ].join('\n\n'),
  examples:
    "  # Rename the context 'old-name' to 'new-name' in your kubeconfig file\n  kubectl config rename-context old-name new-name\n",
  *run(k) {
    if (k.args.length !== 2) yield* helpError(k, `Unexpected args: [${k.args.join(' ')}]`);
    const [from, to] = k.args;
    if (to === '') failWith('You must specify a new non-empty context name');
    const access = new ConfigAccess(k);
    const data = access.start();
    const entry = data.contexts.get(from);
    const cannot = `cannot rename the context ${goQuote(from)}, `;
    if (!entry) failWith(`${cannot}it's not in ${access.defaultFile()}`);
    if (data.contexts.has(to))
      failWith(`${cannot}the context ${goQuote(to)} already exists in ${access.defaultFile()}`);
    data.contexts.delete(from);
    data.contexts.set(to, entry);
    const origin = data.origins.get(`contexts/${from}`);
    if (origin !== undefined) data.origins.set(`contexts/${to}`, origin);
    if (data.currentContext === from) data.currentContext = to;
    access.modify(data);
    yield* k.out(`Context ${goQuote(from)} renamed to ${goQuote(to)}.\n`);
    return 0;
  },
});
