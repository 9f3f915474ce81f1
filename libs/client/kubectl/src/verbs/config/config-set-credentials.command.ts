import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { EXEC, USER, inMemberOrder } from '../../client/kube-config-types.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringArrayFlag, stringFlag, stringSliceFlag, type FlagDefinition } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { textOf } from '../../resource/resource-info.js';
import { ConfigAccess } from './config-access.js';
import { helpError } from './config-help.js';
import { checkEmbedded, setFile } from './config-set-cluster.command.js';
import { SET_CREDENTIALS_EXAMPLES, SET_CREDENTIALS_LONG, SET_CREDENTIALS_USAGE } from './set-credentials-help.js';

const EXEC_PLUGIN = 'exec credential plugin for the user entry in kubeconfig';
const entryFlag = (name: string): FlagDefinition => stringFlag(name, `${name} for the user entry in kubeconfig`);

interface Pairs {
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

/** `key=value` and `key-` (cmdutil.ParsePairs). */
function* parsePairs(k: Invocation, flag: string) {
  const set = new Map<string, string>();
  const removed: string[] = [];
  const invalid: string[] = [];
  for (const pair of k.flags.list(flag)) {
    const equals = pair.indexOf('=');
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
    else if (equals < 0 && pair.endsWith('-') && pair !== '-') removed.push(pair.slice(0, -1));
    else invalid.push(pair);
  }
  if (invalid.length > 0) yield* helpError(k, `invalid ${flag} format: ${invalid.join(', ')}`);
  return { set, removed } satisfies Pairs;
}

function changeProvider(k: Invocation, entry: JsonObject, pairs: Pairs): void {
  const known = isJsonObject(entry['auth-provider']) ? entry['auth-provider'] : undefined;
  const name = k.flags.changed('auth-provider') ? k.flags.string('auth-provider') : known?.name;
  if (name === undefined) return;
  const before = known?.name === name && isJsonObject(known.config) ? Object.entries(known.config) : [];
  const config = Object.fromEntries([...before.filter(([key]) => !pairs.removed.includes(key)), ...pairs.set]);
  entry['auth-provider'] = { name, config };
}

function changeExec(k: Invocation, entry: JsonObject, pairs: Pairs): void {
  const { flags } = k;
  const known = isJsonObject(entry.exec) ? entry.exec : undefined;
  if (!known && !flags.changed('exec-command')) return;
  const exec: JsonObject = { command: '', args: null, env: null, provideClusterInfo: false, ...known };
  if (flags.changed('exec-command')) {
    exec.command = flags.string('exec-command');
    exec.args = null;
  }
  if (flags.changed('exec-api-version')) exec.apiVersion = flags.string('exec-api-version');
  if (flags.list('exec-arg').length > 0) exec.args = flags.list('exec-arg');
  if (flags.changed('exec-interactive-mode')) exec.interactiveMode = flags.string('exec-interactive-mode');
  if (flags.changed('exec-provide-cluster-info')) exec.provideClusterInfo = flags.bool('exec-provide-cluster-info');
  let env = Array.isArray(exec.env) ? exec.env.filter(isJsonObject) : [];
  if (pairs.removed.length > 0) env = env.filter(({ name }) => !pairs.removed.includes(textOf(name)));
  if (flags.changed('exec-env')) {
    const changed = env.map((one) => ({ name: one.name, value: pairs.set.get(textOf(one.name)) ?? one.value }));
    const names = new Set(env.map(({ name }) => name));
    const added = [...pairs.set].filter(([name]) => !names.has(name)).map(([name, value]) => ({ name, value }));
    exec.env = [...changed, ...added];
  }
  entry.exec = inMemberOrder(exec, EXEC);
}

/** One way to log in ends the others. */
function changeMethod(k: Invocation, entry: JsonObject): void {
  for (const field of ['token', 'username', 'password'])
    if (k.flags.changed(field)) entry[field] = k.flags.string(field);
  const token = k.flags.string('token') !== '';
  const basic = k.flags.string('username') !== '' || k.flags.string('password') !== '';
  if (basic && !token) delete entry.token;
  if (token && !basic) {
    delete entry.username;
    delete entry.password;
  }
}

function validate(k: Invocation): void {
  const { flags } = k;
  if (k.args[0] === '') failWith('you must specify a non-empty user name');
  if (flags.string('token') !== '' && (flags.string('username') !== '' || flags.string('password') !== ''))
    failWith('you cannot specify more than one authentication method at the same time: --token, --username/--password');
  if (flags.bool('embed-certs')) {
    if (flags.string('client-certificate') === '' && flags.string('client-key') === '')
      failWith('you must specify a --client-certificate or --client-key to embed');
    checkEmbedded(k, 'client-certificate');
    checkEmbedded(k, 'client-key');
  }
  if (
    flags.changed('exec-interactive-mode') &&
    !['IfAvailable', 'Never', 'Always'].includes(flags.string('exec-interactive-mode'))
  )
    failWith('invalid interactive mode type, can be only IfAvailable, Never, Always');
}

/** `kubectl config set-credentials`. */
export const setCredentialsCommand = defineVerb({
  name: 'set-credentials',
  usage: SET_CREDENTIALS_USAGE,
  short: 'Set a user entry in kubeconfig',
  long: SET_CREDENTIALS_LONG,
  examples: SET_CREDENTIALS_EXAMPLES,
  flags: [
    stringFlag('auth-provider', 'Auth provider for the user entry in kubeconfig'),
    stringSliceFlag('auth-provider-arg', "'key=value' arguments for the auth provider"),
    stringFlag('client-certificate', 'Path to client-certificate file for the user entry in kubeconfig'),
    stringFlag('client-key', 'Path to client-key file for the user entry in kubeconfig'),
    {
      name: 'embed-certs',
      type: 'tristate',
      default: 'false',
      usage: 'Embed client cert/key for the user entry in kubeconfig',
    },
    stringFlag('exec-api-version', `API version of the ${EXEC_PLUGIN}`),
    stringSliceFlag(
      'exec-arg',
      `New arguments for the exec credential plugin command for the user entry in kubeconfig`,
    ),
    stringFlag('exec-command', `Command for the ${EXEC_PLUGIN}`),
    stringArrayFlag('exec-env', "'key=value' environment values for the exec credential plugin"),
    stringFlag(
      'exec-interactive-mode',
      'InteractiveMode of the exec credentials plugin for the user entry in kubeconfig',
    ),
    {
      name: 'exec-provide-cluster-info',
      type: 'tristate',
      default: 'false',
      usage: 'ProvideClusterInfo of the exec credentials plugin for the user entry in kubeconfig',
    },
    entryFlag('password'),
    entryFlag('token'),
    entryFlag('username'),
  ],
  *run(k) {
    if (k.args.length !== 1) yield* helpError(k, `unexpected args: [${k.args.join(' ')}]`);
    const provider = yield* parsePairs(k, 'auth-provider-arg');
    const environment = yield* parsePairs(k, 'exec-env');
    validate(k);
    const [name] = k.args;
    const access = new ConfigAccess(k);
    const data = access.start();
    const entry: JsonObject = { ...data.users.get(name) };
    for (const flag of ['client-certificate', 'client-key'])
      if (k.flags.changed(flag)) setFile(k, entry, flag, k.flags.bool('embed-certs'));
    changeMethod(k, entry);
    changeProvider(k, entry, provider);
    changeExec(k, entry, environment);
    data.users.set(name, inMemberOrder(entry, USER));
    access.modify(data);
    yield* k.out(`User ${goQuote(name)} set.\n`);
    return 0;
  },
});
