import { compareStrings, encodeBase64, isJsonObject, resolvePath, type JsonObject } from '@seatrial/kernel';
import { defineVerb, type VerbDefinition } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { changeConfig, mergedConfig, type ConfigList } from './config-files.js';

function listVerb(name: string, list: ConfigList, short: string): VerbDefinition {
  return defineVerb({
    name,
    short,
    *run(k) {
      const names = [...mergedConfig(k)[list].keys()].sort(compareStrings);
      yield* k.out(`NAME\n${names.map((entry) => `${entry}\n`).join('')}`);
      return 0;
    },
  });
}

export const getClustersCommand = listVerb('get-clusters', 'clusters', 'Display clusters defined in the kubeconfig');
export const getUsersCommand = listVerb('get-users', 'users', 'Display users defined in the kubeconfig');

const PLACES = { clusters: 'cluster', contexts: 'context', users: 'user' } as const;

function deleteVerb(list: ConfigList): VerbDefinition {
  const noun = PLACES[list];
  return defineVerb({
    name: `delete-${noun}`,
    usage: 'NAME',
    short: `Delete the specified ${noun} from the kubeconfig`,
    *run(k) {
      if (k.args.length !== 1) k.usageError(`unexpected args: [${k.args.join(' ')}]`);
      const [name] = k.args;
      const merged = mergedConfig(k);
      const file =
        merged.origins.get(`${list}/${name}`) ??
        k.process.env.get('KUBECONFIG') ??
        `${k.process.env.get('HOME') ?? ''}/.kube/config`;
      if (!merged[list].has(name)) failWith(`cannot delete ${noun} ${name}, not in ${file}`);
      if (list === 'contexts' && merged.currentContext === name)
        yield* k.err(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
        );
      changeConfig(k, `${list}/${name}`, (data) => {
        data[list].delete(name);
      });
      yield* k.out(`deleted ${noun} ${name} from ${file}\n`);
      return 0;
    },
  });
}

export const deleteClusterCommand = deleteVerb('clusters');
export const deleteContextCommand = deleteVerb('contexts');
export const deleteUserCommand = deleteVerb('users');

/** The data of a file for `--embed-certs`, else its path. */
function fileFields(k: Invocation, flag: string, embed: boolean): Record<string, string> {
  const path = k.flags.string(flag);
  if (path === '') return {};
  const at = resolvePath(k.process.cwd, path);
  if (!embed) return { [flag]: at };
  const content = k.process.machine.files.readFile(at);
  if (!content.ok) failWith(`could not stat ${flag} file ${path}: stat ${path}: no such file or directory`);
  return { [`${flag}-data`]: encodeBase64(content.value) };
}

/** `kubectl config set-cluster`. */
export const setClusterCommand = defineVerb({
  name: 'set-cluster',
  usage:
    'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true]',
  short: 'Set a cluster entry in kubeconfig',
  flags: [
    boolFlag('embed-certs', 'embed-certs for the cluster entry in kubeconfig'),
    stringFlag('proxy-url', 'proxy-url for the cluster entry in kubeconfig'),
  ],
  *run(k) {
    if (k.args.length !== 1) k.usageError(`Unexpected args: [${k.args.join(' ')}]`);
    const [name] = k.args;
    changeConfig(k, `clusters/${name}`, ({ clusters }) => {
      const entry = { ...clusters.get(name), ...fileFields(k, 'certificate-authority', k.flags.bool('embed-certs')) };
      if (k.flags.changed('server')) entry.server = k.flags.string('server');
      if (k.flags.changed('insecure-skip-tls-verify'))
        entry['insecure-skip-tls-verify'] = k.flags.bool('insecure-skip-tls-verify');
      clusters.set(name, entry);
    });
    yield* k.out(`Cluster ${JSON.stringify(name)} set.\n`);
    return 0;
  },
});

/** The plugin of a user with what the flags say of it. */
function execFields({ flags }: Invocation, known: JsonObject | undefined): JsonObject {
  const command = flags.changed('exec-command') ? flags.string('exec-command') : (known?.command ?? '');
  const kept = flags.changed('exec-command') ? null : (known?.args ?? null);
  const env = Array.isArray(known?.env) ? known.env.filter((pair) => isJsonObject(pair)) : [];
  for (const pair of flags.list('exec-env')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair.replace(/-$/, '') : pair.slice(0, equals);
    const at = env.findIndex((one) => one.name === name);
    if (at >= 0) env.splice(at, 1);
    if (equals > 0) env.push({ name, value: pair.slice(equals + 1) });
  }
  return {
    apiVersion: flags.changed('exec-api-version') ? flags.string('exec-api-version') : (known?.apiVersion ?? ''),
    args: flags.changed('exec-arg') ? [...flags.list('exec-arg')] : kept,
    command,
    env: env.length > 0 ? env : null,
    interactiveMode: known?.interactiveMode ?? 'IfAvailable',
    provideClusterInfo: known?.provideClusterInfo ?? false,
  };
}

/** `kubectl config set-credentials`. */
export const setCredentialsCommand = defineVerb({
  name: 'set-credentials',
  usage:
    'NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]',
  short: 'Set a user entry in kubeconfig',
  flags: [
    boolFlag('embed-certs', 'Embed client cert/key for the user entry in kubeconfig'),
    stringFlag('exec-api-version', 'API version of the exec credential plugin for the user entry in kubeconfig'),
    stringFlag('exec-command', 'Command for the exec credential plugin for the user entry in kubeconfig'),
    stringSliceFlag(
      'exec-arg',
      'New arguments for the exec credential plugin command for the user entry in kubeconfig',
    ),
    stringSliceFlag('exec-env', "'key=value' environment values for the exec credential plugin"),
  ],
  *run(k) {
    if (k.args.length !== 1) k.usageError(`Unexpected args: [${k.args.join(' ')}]`);
    const [name] = k.args;
    const embed = k.flags.bool('embed-certs');
    if (k.flags.changed('token') && k.flags.changed('username'))
      failWith(
        'you cannot specify more than one authentication method at the same time: --token, --username/--password',
      );
    changeConfig(k, `users/${name}`, ({ users }) => {
      const entry = {
        ...users.get(name),
        ...fileFields(k, 'client-certificate', embed),
        ...fileFields(k, 'client-key', embed),
      };
      for (const field of ['token', 'username', 'password'] as const)
        if (k.flags.changed(field)) entry[field] = k.flags.string(field);
      if (entry.exec ?? k.flags.changed('exec-command')) entry.exec = execFields(k, entry.exec);
      users.set(name, entry);
    });
    yield* k.out(`User ${JSON.stringify(name)} set.\n`);
    return 0;
  },
});

/** Sets or removes the value at a dotted path such as `contexts.dev.namespace`; entry names may hold dots. */
function changeProperty(k: Invocation, path: string, value: string | undefined): void {
  if (path === 'current-context') {
    changeConfig(k, `contexts/${mergedConfig(k).currentContext}`, (data) => {
      data.currentContext = value ?? '';
    });
    return;
  }
  const [list, ...rest] = path.split('.');
  if (list !== 'clusters' && list !== 'contexts' && list !== 'users') failWith(`unable to locate path ${path}`);
  const merged = mergedConfig(k);
  const tail = rest.join('.');
  const known = [...merged[list].keys()].find((name) => tail === name || tail.startsWith(`${name}.`));
  const name = known ?? (value === undefined ? tail : rest.slice(0, -1).join('.'));
  const field = tail.slice(name.length + 1);
  changeConfig(k, `${list}/${name}`, (data) => {
    const entries = data[list] as Map<string, JsonObject>;
    if (field === '') {
      if (value !== undefined) failWith(`unable to locate path ${path}`);
      entries.delete(name);
      return;
    }
    const { [field]: _, ...entry } = entries.get(name) ?? {};
    entries.set(name, value === undefined ? entry : { ...entry, [field]: value });
  });
}

/** `kubectl config set`. */
export const setPropertyCommand = defineVerb({
  name: 'set',
  usage: 'PROPERTY_NAME PROPERTY_VALUE',
  short: 'Set an individual value in a kubeconfig file',
  flags: [
    boolFlag(
      'set-raw-bytes',
      'When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.',
    ),
  ],
  *run(k) {
    if (k.args.length !== 2) k.usageError(`unexpected args: [${k.args.join(' ')}]`);
    changeProperty(k, k.args[0], k.args[1]);
    yield* k.out(`Property ${JSON.stringify(k.args[0])} set.\n`);
    return 0;
  },
});

/** `kubectl config unset`. */
export const unsetPropertyCommand = defineVerb({
  name: 'unset',
  usage: 'PROPERTY_NAME',
  short: 'Unset an individual value in a kubeconfig file',
  *run(k) {
    if (k.args.length !== 1) k.usageError(`unexpected args: [${k.args.join(' ')}]`);
    changeProperty(k, k.args[0], undefined);
    yield* k.out(`Property ${JSON.stringify(k.args[0])} unset.\n`);
    return 0;
  },
});
