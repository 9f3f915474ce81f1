import { TextOutput, fail, isJsonObject, ok, type Coroutine, type JsonObject, type Result } from '@seatrial/kernel';
import { runCommand } from '@seatrial/shell';
import { failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';

/* Credential plugins of a kubeconfig (client-go/plugin/pkg/client/auth/exec, v0.35). */

const VERSIONS = ['client.authentication.k8s.io/v1beta1', 'client.authentication.k8s.io/v1'];
const OUTPUT_LIMIT = 1 << 20;
const HELP = `

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`;

/** What a plugin gave. */
export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificate?: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What the plugin's authenticator holds against an `exec` entry. */
function checkConfiguration(exec: JsonObject): void {
  const version = text(exec.apiVersion);
  if (!VERSIONS.includes(version)) failWith(`exec plugin: invalid apiVersion ${JSON.stringify(version)}`);
}

function environment(k: Invocation, exec: JsonObject): ReadonlyMap<string, string> {
  const env = new Map(k.process.env);
  for (const pair of Array.isArray(exec.env) ? exec.env : [])
    if (isJsonObject(pair)) env.set(text(pair.name), text(pair.value));
  const info = { kind: 'ExecCredential', apiVersion: text(exec.apiVersion), spec: { interactive: false } };
  return env.set('KUBERNETES_EXEC_INFO', JSON.stringify(info));
}

function readCredential(output: string, version: string): Result<ExecCredential, string> {
  let credential: unknown;
  try {
    credential = JSON.parse(output) as unknown;
  } catch {
    return fail(
      `decoding stdout: couldn't get version/kind; json parse error: invalid character ${quoted(output)} looking for beginning of value`,
    );
  }
  if (!isJsonObject(credential)) return fail("decoding stdout: Object 'Kind' is missing in stdout");
  if (credential.apiVersion !== version)
    return fail(
      `exec plugin is configured to use API version ${version}, plugin returned version ${text(credential.apiVersion)}`,
    );
  const { status } = credential;
  if (!isJsonObject(status)) return fail("exec plugin didn't return a status field");
  const [token, certificate, key] = [status.token, status.clientCertificateData, status.clientKeyData].map(text);
  if (token === '' && certificate === '' && key === '')
    return fail("exec plugin didn't return a token or cert/key pair");
  if ((certificate === '') !== (key === '')) return fail('exec plugin returned only certificate or key, not both');
  return ok({ ...(token && { token }), ...(certificate && { clientCertificate: certificate }) });
}

const quoted = (output: string): string => `'${output.trim().charAt(0)}'`;

/** Runs a user's plugin; the error is what stands after `getting credentials: `. */
export function* execCredential(k: Invocation, exec: JsonObject): Coroutine<Result<ExecCredential, string>> {
  checkConfiguration(exec);
  const command = text(exec.command);
  const args = Array.isArray(exec.args) ? exec.args.map(text) : [];
  const stdout = new TextOutput(OUTPUT_LIMIT);
  const ended = yield* runCommand(k.process, [command, ...args], { stdout, env: environment(k, exec) });
  if (!ended.ok) {
    const hint = text(exec.installHint);
    return fail(`exec: executable ${command} not found${HELP}${hint === '' ? '' : `\n\n${hint}`}`);
  }
  const { code } = ended.value;
  if (code !== 0) return fail(`exec: executable ${command} failed with exit code ${String(code)}`);
  return readCredential(stdout.text, text(exec.apiVersion));
}
