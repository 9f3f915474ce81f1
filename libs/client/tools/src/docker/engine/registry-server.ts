import { digestOf, type RegistryCredentials } from '@seatrial/images';
import type { Coroutine, JsonObject, Result } from '@seatrial/kernel';
import { headerValue } from '../../network/http-client.js';
import { describe, pushBlob, pushManifest, type PushFailure } from '../../registry-client/push-content.js';
import { RegistrySession, answerProblem, type RegistryAnswer } from '../../registry-client/registry-session.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import type { DockerEngine } from './docker-engine.js';
import type { ImageName } from './image-store.js';
import type { LocalImage } from './local-image.js';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const USER_AGENT =
  'docker/28.2.2 go/go1.24.3 kernel/6.18.44 os/linux arch/amd64 UpstreamClient(Docker-Client/28.2.2 \\(linux\\))';

/** Registries that are reached over the network: the machine's own, and those that go by an address. */
const isServer = (registry: string): boolean => /^(?:localhost|\d+\.\d+\.\d+\.\d+)(?::\d+)?$/.test(registry);
/** Docker goes on without TLS there. */
const isInsecure = (registry: string): boolean => /^(?:localhost|127\.)/.test(registry);

/** Asks a registry whether it is one, without TLS too where that is allowed (moby, distribution/registry). */
function* ping(
  engine: DockerEngine,
  registry: string,
  credentials: RegistryCredentials | undefined,
): Coroutine<{ session: RegistrySession; asked: Result<RegistryAnswer, string> }> {
  const open = (plainHttp: boolean): RegistrySession =>
    new RegistrySession(engine.host, {
      registry,
      userAgent: USER_AGENT,
      plainHttp,
      insecure: isInsecure(registry),
      credentials,
    });
  let session = open(false);
  let asked = yield* session.ask({ method: 'GET', path: '/v2/' });
  if (!asked.ok && isInsecure(registry)) {
    session = open(true);
    asked = yield* session.ask({ method: 'GET', path: '/v2/' });
  }
  return { session, asked };
}

/** The registry of a name, where it is a server on the network; ends the command where none answers. */
export function* registryServer(engine: DockerEngine, registry: string): Coroutine<RegistrySession | undefined> {
  if (!isServer(registry)) return undefined;
  const { session, asked } = yield* ping(engine, registry, engine.images.credentials.get(registry));
  if (asked.ok) return session;
  if (asked.error.endsWith('basic credential not found')) throw new DockerFailure('no basic auth credentials');
  return daemonFailure(asked.error);
}

/** Whether a registry lets somebody in; what is no server lets everybody. */
export function* demandLogin(engine: DockerEngine, credentials: RegistryCredentials): Coroutine<void> {
  const { registry } = credentials;
  if (!isServer(registry)) return;
  const { asked } = yield* ping(engine, registry, credentials);
  if (!asked.ok) daemonFailure(asked.error);
  if (asked.value.response.status === 401)
    daemonFailure(`login attempt to ${asked.value.url} failed with status: 401 Unauthorized`);
}

function demand(result: Result<boolean, PushFailure>): void {
  if (!result.ok) throw new DockerFailure(result.error.reason.replace(/^.*response status code \d+: /, ''));
}

/** The image's configuration as a registry keeps it. */
function configOf(image: LocalImage): JsonObject {
  const { config, createdAt, layers } = image;
  return {
    architecture: 'amd64',
    os: 'linux',
    created: new Date(createdAt).toISOString(),
    config: {
      Cmd: [...(config.cmd ?? [])],
      Entrypoint: [...(config.entrypoint ?? [])],
      Env: Object.entries(config.env ?? {}).map(([name, value]) => `${name}=${value}`),
      WorkingDir: config.workingDir ?? '',
    },
    rootfs: { type: 'layers', diff_ids: [...layers] },
  };
}

/** Gives an image to a registry on the network; the manifest's digest. Layers stand for their content by their digests. */
export function* pushToServer(session: RegistrySession, image: LocalImage, name: ImageName): Coroutine<string> {
  const repository = name.repository.slice(name.registry.length + 1);
  const config = JSON.stringify(configOf(image));
  for (const blob of [...image.layers, config]) demand(yield* pushBlob(session, repository, blob));
  const manifest = JSON.stringify(
    {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: describe(CONFIG, config),
      layers: image.layers.map((layer) => describe(LAYER, layer)),
    },
    undefined,
    3,
  );
  demand(yield* pushManifest(session, repository, name.tag, MANIFEST, manifest));
  return digestOf(manifest);
}

/** The digest of an image that the registry on the network must have. */
export function* demandOnServer(
  session: RegistrySession,
  { registry, repository, tag, familiar }: ImageName,
): Coroutine<string | undefined> {
  const path = `/v2/${repository.slice(registry.length + 1)}/manifests/${tag}`;
  const asked = yield* session.ask({ method: 'HEAD', path, headers: { accept: MANIFEST } });
  if (!asked.ok) daemonFailure(asked.error);
  const { response } = asked.value;
  if (response.status === 404) daemonFailure(`manifest for ${familiar} not found: manifest unknown: manifest unknown`);
  if (response.status !== 200) daemonFailure(answerProblem('HEAD', asked.value));
  return headerValue(response, 'docker-content-digest');
}
