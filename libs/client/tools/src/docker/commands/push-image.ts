import { CLUSTER_SITE } from '@seatrial/cluster';
import type { ImageCatalog, ImageDefinition, ImageFile } from '@seatrial/images';
import { sha256Hex, sleep, type Coroutine, type Directory, type Program } from '@seatrial/kernel';
import { DockerFailure } from '../docker-failure.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import { ImageStore, type ImageName } from '../engine/image-store.js';
import { pushToServer, registryServer } from '../engine/registry-server.js';
import { familiarName, shortId, type LocalImage } from '../engine/local-image.js';

const PUSH_MS = 800;

/** The image as a registry keeps it, so that a cluster can pull it. */
function toDefinition(engine: DockerEngine, image: LocalImage, name: ImageName): ImageDefinition {
  const files: Record<string, ImageFile> = {};
  const programs: Record<string, Program> = {};
  const binaries: string[] = [];
  const walk = (directory: Directory, path: string): void => {
    engine.simulation.charge('steps', 1 + directory.entries.size);
    for (const [entry, node] of directory.entries) {
      const here = `${path}/${entry}`;
      const { mode, owner } = node;
      if (node.type === 'link') files[here] = { link: node.target };
      else if (node.type === 'directory') {
        files[here] = { directory: true, mode, owner };
        walk(node, here);
      } else if (node.type === 'file' && node.program === undefined)
        files[here] = { content: node.content, mode, owner };
      else if (node.type === 'file') {
        const program = image.programs.get(node.program ?? '');
        const applet = program ?? engine.setup.programs.get(node.program ?? '');
        if (!program && here === `/bin/${node.program ?? ''}`) binaries.push(entry);
        else if (applet) programs[here] = applet;
      }
    }
  };
  walk(image.createRoot(engine.simulation.now()), '');
  return {
    repository: name.repository,
    tags: [name.tag],
    sizeBytes: image.sizeBytes,
    config: image.config,
    files,
    programs,
    ...(binaries.length > 0 && { binaries }),
  };
}

/** Puts an image where a cluster's nodes find it: those of the machine's first cluster, or of another one. */
export function offerToCluster(
  engine: DockerEngine,
  image: LocalImage,
  reference: string,
  images: ImageCatalog = engine.setup.catalog,
): void {
  images.add(toDefinition(engine, image, ImageStore.parse(reference)));
}

/** Gives an image to its registry, from which every cluster pulls. */
function publish(engine: DockerEngine, image: ImageDefinition): void {
  const site = engine.host.facility(CLUSTER_SITE);
  if (site) site.publish(image);
  else engine.setup.catalog.add(image);
}

/** Why a registry does not take the image; undefined when it does. */
function refusal(engine: DockerEngine, name: ImageName): string | undefined {
  const { registry, repository } = name;
  const credentials = engine.images.credentials.get(registry);
  if (registry === 'docker.io')
    return credentials && repository.startsWith(`docker.io/${credentials.username}/`)
      ? undefined
      : 'denied: requested access to the resource is denied';
  if (credentials) return undefined;
  const [host] = registry.split(':');
  return /\.(?:io|com)$/.test(host)
    ? 'denied: requested access to the resource is denied'
    : `Get "https://${registry}/v2/": dial tcp: lookup ${host} on 127.0.0.53:53: no such host`;
}

/** Pushes an image to its registry, with the client's progress. */
export function* pushImage(
  engine: DockerEngine,
  reference: string,
  write: (text: string) => Coroutine<void>,
): Coroutine<void> {
  const name = ImageStore.parse(reference);
  yield* write(`The push refers to repository [${name.repository}]\n`);
  const image = engine.images.find(name.familiar);
  if (!image) throw new DockerFailure(`An image does not exist locally with the tag: ${familiarName(name.repository)}`);
  const server = yield* registryServer(engine, name.registry);
  const layers = [...image.layers].reverse().map(shortId);
  for (const layer of layers) yield* write(`${layer}: Preparing\n`);
  yield* sleep(PUSH_MS);
  const refused = server ? undefined : refusal(engine, name);
  if (refused !== undefined) throw new DockerFailure(refused);
  const given = server ? yield* pushToServer(server, image, name) : undefined;
  for (const layer of layers) yield* write(`${layer}: Pushed\n`);
  publish(engine, toDefinition(engine, image, name));
  const digest = given ?? `sha256:${sha256Hex(`manifest ${name.repository}:${name.tag}`)}`;
  engine.images.noteDigest(image.id, `${familiarName(name.repository)}@${digest}`);
  yield* write(`${name.tag}: digest: ${digest} size: ${238 + layers.length * 290}\n`);
}
