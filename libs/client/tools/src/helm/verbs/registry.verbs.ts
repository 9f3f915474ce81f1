import { readAll, readLine, type Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringFlag, type Invocation } from '@seatrial/kubectl';
import { registryProblem } from '../../registry-client/oci-reference.js';
import { answerProblem, type Credentials } from '../../registry-client/registry-session.js';
import { storeCredentials } from '../../registry-client/stored-credentials.js';
import { logLine } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { openRegistry, registryConfigPath } from '../oci/chart-registry.js';
import { demandArguments } from './demand-arguments.js';

/** A line that is typed; what is typed silently needs a terminal. */
function* prompted(k: Invocation, prompt: string, silent: boolean): Coroutine<string> {
  const { stdin } = k.process;
  yield* k.out(prompt);
  if (silent && !stdin.isTerminal) failHelm('inappropriate ioctl for device');
  const line = yield* readLine(stdin);
  if (line === undefined) failHelm('EOF');
  if (silent) yield* k.out('\n');
  return line;
}

/** Who logs in: by flags, from standard input, or as it is typed (getUsernamePassword of pkg/cmd, Helm v4.1). */
function* givenCredentials(k: Invocation): Coroutine<Credentials> {
  let username = k.flags.string('username');
  const password = k.flags.string('password');
  if (k.flags.bool('password-stdin')) {
    const text = yield* readAll(k.process.stdin);
    return { username, password: text.replace(/\r?\n$/, '') };
  }
  if (password !== '') {
    yield* logLine(k, 'WARN', 'using --password via the CLI is insecure. Use --password-stdin', {});
    return { username, password };
  }
  if (username === '') username = (yield* prompted(k, 'Username: ', false)).trim();
  const what = username === '' ? 'Token' : 'Password';
  const typed = yield* prompted(k, `${what}: `, true);
  return typed === '' ? failHelm(`${what.toLowerCase()} required`) : { username, password: typed };
}

/** Asks the registry who it lets in, and keeps the credentials (registry.Client.Login of Helm v4.1). */
function* login(k: Invocation): Coroutine<number> {
  demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
  const [host] = k.args;
  const credentials = yield* givenCredentials(k);
  if (host.includes('/'))
    yield* logLine(k, 'WARN', 'registry login currently only supports registry hostname, not a repository path', {
      host,
      suggested: host.split('/')[0],
    });
  const problem = registryProblem(host);
  if (problem !== undefined) failHelm(problem);
  const asked = yield* openRegistry(k, host, credentials).ask({ method: 'GET', path: '/v2/' });
  if (!asked.ok) failHelm(`authenticating to "${host}": ${asked.error}`);
  const { status } = asked.value.response;
  if (status === 404) failHelm(`authenticating to "${host}": not found`);
  if (status !== 200) failHelm(`authenticating to "${host}": ${answerProblem('GET', asked.value)}`);
  storeCredentials(k.process, registryConfigPath(k), new Map([[host, credentials]]));
  yield* k.err('Login Succeeded\n');
  return 0;
}

const LOGIN_FLAGS = [
  stringFlag('username', '', { shorthand: 'u' }),
  stringFlag('password', '', { shorthand: 'p' }),
  boolFlag('password-stdin'),
  stringFlag('ca-file'),
  stringFlag('cert-file'),
  stringFlag('key-file'),
  boolFlag('insecure'),
  boolFlag('plain-http'),
];

export const registryVerb = defineVerb({
  name: 'registry',
  short: 'login to or logout from a registry',
  subcommands: [
    defineVerb({ name: 'login', usage: '[host]', short: 'login to a registry', flags: LOGIN_FLAGS, run: login }),
    defineVerb({
      name: 'logout',
      usage: '[host]',
      short: 'logout from a registry',
      *run(k) {
        demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
        const [host] = k.args;
        const path = registryConfigPath(k);
        if (k.process.machine.files.exists(path)) storeCredentials(k.process, path, new Map([[host, undefined]]));
        yield* k.err(`Removing login credentials for ${host}\n`);
        return 0;
      },
    }),
  ],
});
