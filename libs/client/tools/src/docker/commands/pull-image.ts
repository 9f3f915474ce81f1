import { sleep, type Coroutine } from '@seatrial/kernel';
import { familiarName, shortId } from '../engine/local-image.js';
import { ImageStore, type PulledImage } from '../engine/image-store.js';
import { demandOnServer, registryServer } from '../engine/registry-server.js';
import type { DockerEngine } from '../engine/docker-engine.js';

const ASK_MS = 600;
const BYTES_PER_MS = 20_000;

/** Pulls an image and prints its progress as the client does where there is no terminal. */
export function* pullImage(
  engine: DockerEngine,
  reference: string,
  write: (text: string) => Coroutine<void>,
): Coroutine<PulledImage> {
  const name = ImageStore.parse(reference);
  yield* sleep(ASK_MS);
  const known = engine.images.find(name.familiar);
  const server = yield* registryServer(engine, name.registry);
  const digest = server ? yield* demandOnServer(server, name) : undefined;
  const pulled = engine.images.pull(reference, digest);
  yield* write(`${name.tag}: Pulling from ${pathOf(name.repository)}\n`);
  if (!pulled.upToDate) {
    const steps = ['Pulling fs layer', 'Verifying Checksum', 'Download complete', 'Pull complete'];
    const layers = pulled.image.layers.map(shortId);
    yield* sleep(ASK_MS + pulled.image.sizeBytes / BYTES_PER_MS);
    if (!known || known.id !== pulled.image.id)
      for (const step of steps) for (const layer of layers) yield* write(`${layer}: ${step}\n`);
  }
  yield* write(`Digest: ${pulled.digest}\n`);
  const status = pulled.upToDate ? 'Image is up to date for' : 'Downloaded newer image for';
  const shown = name.registry === 'docker.io' ? name.familiar : `${familiarName(name.repository)}:${name.tag}`;
  yield* write(`Status: ${status} ${shown}\n`);
  return pulled;
}

/** The repository without its registry. */
function pathOf(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}
