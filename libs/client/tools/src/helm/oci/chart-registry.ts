import type { Coroutine } from '@seatrial/kernel';
import { resolvePath } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { RegistrySession, type Credentials } from '../../registry-client/registry-session.js';
import { storedCredentials } from '../../registry-client/stored-credentials.js';
import { failHelm } from '../helm-failure.js';
import { helmHome } from '../repository/helm-home.js';

const USER_AGENT = 'Helm/4.1.4';

/** The value of a flag that not every command has. */
export const flagText = ({ flags }: Invocation, name: string): string => (flags.has(name) ? flags.string(name) : '');
export const flagOn = ({ flags }: Invocation, name: string): boolean => flags.has(name) && flags.bool(name);

/** Where Helm keeps the credentials of registries. */
export function registryConfigPath(k: Invocation): string {
  const own = flagText(k, 'registry-config') || (k.process.env.get('HELM_REGISTRY_CONFIG') ?? '');
  return own === '' ? `${helmHome(k.process).config}/registry/config.json` : resolvePath(k.process.cwd, own);
}

/** Those of Docker, which Helm falls back to. */
function dockerConfigPath({ process: { env } }: Invocation): string {
  return `${env.get('DOCKER_CONFIG') ?? `${env.get('HOME') ?? '/root'}/.docker`}/config.json`;
}

function credentialsFor(k: Invocation, registry: string): Credentials | undefined {
  const given = { username: flagText(k, 'username'), password: flagText(k, 'password') };
  if (given.username !== '' && given.password !== '') return given;
  return (
    storedCredentials(k.process, registryConfigPath(k), registry) ??
    storedCredentials(k.process, dockerConfigPath(k), registry)
  );
}

/** Authorities that `--ca-file` names. */
function authorityOf(k: Invocation): string | undefined {
  const path = flagText(k, 'ca-file');
  if (path === '') return undefined;
  const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, path));
  return read.ok
    ? read.value
    : failHelm(`can't create TLS config for client: failed to read CA file: open ${path}: no such file or directory`);
}

/** A client of a registry with what the command's flags say (newRegistryClient of pkg/cmd: TLS options win over plain HTTP). */
export function openRegistry(
  k: Invocation,
  registry: string,
  credentials: Credentials | undefined = credentialsFor(k, registry),
): RegistrySession {
  const authority = authorityOf(k);
  const insecure = flagOn(k, 'insecure-skip-tls-verify') || flagOn(k, 'insecure');
  const usesTls = authority !== undefined || flagOn(k, 'insecure-skip-tls-verify');
  return new RegistrySession(k.process.machine, {
    registry,
    userAgent: USER_AGENT,
    plainHttp: flagOn(k, 'plain-http') && !usesTls,
    insecure,
    ...(authority !== undefined && { authority }),
    credentials,
  });
}

const UNDERSCORE = `
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.
`;

/** What is said of a chart that was pushed or pulled. */
export function* tellTransfer(
  k: Invocation,
  verb: 'Pushed' | 'Pulled',
  shown: string,
  digest: string,
): Coroutine<void> {
  const note = shown.includes('_') ? `${shown} contains an underscore.\n${UNDERSCORE}` : '';
  yield* k.err(`${verb}: ${shown}\nDigest: ${digest}\n${note}`);
}
