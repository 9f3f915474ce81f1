import { FILE_ERROR_TEXT, isJsonObject, resolvePath } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { CommandFailure, failWith, textError } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import type { ClusterEntry, UserEntry } from './kube-config.js';
import { entryPath } from './load-kube-config.js';

/* What clientcmd holds against a configuration before it is used (client-go/tools/clientcmd/validation.go, v0.35). */

/** A credential file as the entry or a flag names it; complaints name it as it was resolved. */
function missingFile(
  k: Invocation,
  key: string,
  flag: string,
  path: string,
): { readonly at: string; readonly error?: string } {
  const given = k.flags.string(flag);
  const at = given === '' ? entryPath(k.process, k.kubeConfig().data, key, path) : given;
  const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, at));
  return read.ok || read.error === 'EISDIR'
    ? { at }
    : { at, error: `open ${at}: ${FILE_ERROR_TEXT[read.error].toLowerCase()}` };
}

function certificateProblems(k: Invocation, name: string, user: UserEntry): string[] {
  // A flag's file stands for the entry's file and data.
  const given = { certificate: k.flags.string('client-certificate'), key: k.flags.string('client-key') };
  const certificate = given.certificate || user['client-certificate'];
  const privateKey = given.key || user['client-key'];
  const data = {
    certificate: given.certificate ? '' : user['client-certificate-data'],
    key: given.key ? '' : user['client-key-data'],
  };
  if (!certificate && !data.certificate) return [];
  const problems: string[] = [];
  if (certificate && data.certificate)
    problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`);
  if (privateKey && data.key)
    problems.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`);
  if (!privateKey && !data.key)
    problems.push(
      `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
    );
  for (const [flag, what, path] of [
    ['client-certificate', 'client-cert', certificate],
    ['client-key', 'client-key', privateKey],
  ] as const) {
    if (!path) continue;
    const { at, error } = missingFile(k, `users/${name}`, flag, path);
    if (error !== undefined) problems.push(`unable to read ${what} ${at} for ${name} due to ${error}`);
  }
  return problems;
}

const MODES = ['Never', 'IfAvailable', 'Always'];

function pluginProblems(name: string, user: UserEntry): string[] {
  const { exec } = user;
  if (!exec) return [];
  const uses = `must be specified for ${name} to use exec authentication plugin`;
  const problems: string[] = [];
  if (user['auth-provider'])
    problems.push(`authProvider cannot be provided in combination with an exec plugin for ${name}`);
  if (!exec.command) problems.push(`command ${uses}`);
  if (!exec.apiVersion) problems.push(`apiVersion ${uses}`);
  for (const pair of Array.isArray(exec.env) ? exec.env : [])
    if (isJsonObject(pair) && !pair.name) problems.push(`env variable name ${uses}`);
  if (!exec.interactiveMode) problems.push(`interactiveMode ${uses}`);
  else if (typeof exec.interactiveMode === 'string' && !MODES.includes(exec.interactiveMode))
    problems.push(`invalid interactiveMode for ${name}: ${goQuote(exec.interactiveMode)}`);
  return problems;
}

function userProblems(k: Invocation, name: string, user: UserEntry): string[] {
  const { flags } = k;
  const problems = [...certificateProblems(k, name, user), ...pluginProblems(name, user)];
  const token = flags.string('token') || user.token;
  const basic = flags.single('username') || flags.single('password') || user.username || user.password;
  if (token && basic)
    problems.push(
      `more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`,
    );
  const groups = flags.list('as-group').length > 0 || (user['as-groups'] ?? []).length > 0;
  const further = flags.string('as-uid') || user['as-uid'];
  if ((groups || further) && !(flags.string('as') || user.as))
    problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  return problems;
}

function clusterProblems(k: Invocation, name: string, cluster: ClusterEntry): string[] {
  const problems: string[] = [];
  const proxy = cluster['proxy-url'];
  if (proxy && !/^(?:https?|socks5):\/\/[^/]/.test(proxy)) {
    const scheme = /^([a-z][a-z\d+.-]*):/i.exec(proxy)?.[1];
    const why =
      scheme === undefined
        ? `could not parse: ${proxy}`
        : `unsupported scheme ${goQuote(scheme)}, must be http, https, or socks5`;
    problems.push(`invalid 'proxy-url' ${goQuote(proxy)} for cluster ${goQuote(name)}: ${why}`);
  }
  const authority = k.flags.string('certificate-authority') || cluster['certificate-authority'];
  if (!authority) return problems;
  if (cluster['certificate-authority-data'] && !k.flags.string('certificate-authority'))
    problems.push(
      `certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`,
    );
  const { at, error } = missingFile(k, `clusters/${name}`, 'certificate-authority', authority);
  if (error !== undefined) problems.push(`unable to read certificate-authority ${at} for ${name} due to ${error}`);
  return problems;
}

/** Ends the command when the configuration cannot be used. */
export function confirmUsable(k: Invocation, cluster: ClusterEntry, user: UserEntry): void {
  const config = k.kubeConfig();
  const context = config.data.contexts.get(config.contextName);
  const userName = k.flags.single('user') || (context?.user ?? '');
  const clusterName = k.flags.string('cluster') || (context?.cluster ?? '');
  const problems = [...userProblems(k, userName, user), ...clusterProblems(k, clusterName, cluster)];
  if (problems.length === 1) throw new CommandFailure([textError(problems[0])]);
  if (problems.length > 1)
    throw new CommandFailure([
      { type: 'configuration', text: `\n${problems.map((problem) => `* ${problem}`).join('\n')}` },
    ]);
  if (user.tokenFile && !user.token && !k.flags.string('token')) {
    const { error } = missingFile(k, `users/${userName}`, '', user.tokenFile);
    if (error !== undefined) failWith(error);
  }
}
