import { readLine, type Coroutine } from '@seatrial/kernel';
import { defineDockerCommand, notSimulated, type DockerCall } from '../docker-command.js';
import { humanSize } from '../engine/human-units.js';

/** Asks unless forced, whether to go on; who does not want to hears no more of it (internal/prompt and dockerMain of docker/cli v28.5). */
export function* confirmed(call: DockerCall, warning: string): Coroutine<boolean> {
  if (call.flags.on('force')) return true;
  yield* call.out(`WARNING! ${warning}\nAre you sure you want to continue? [y/N] `);
  const answer = (yield* readLine(call.process.stdin)) ?? '';
  return answer.trim().toLowerCase() === 'y';
}

function removeStopped(call: DockerCall): string {
  const stopped = [...call.engine.containers.values()].filter(({ state }) => state === 'exited' || state === 'created');
  for (const container of stopped) call.engine.forget(container);
  return stopped.length === 0 ? '' : `Deleted Containers:\n${stopped.map(({ id }) => `${id}\n`).join('')}\n`;
}

function removeNetworks(call: DockerCall): string {
  const { containers, networks } = call.engine;
  const used = new Set([
    'bridge',
    'host',
    'none',
    ...[...containers.values()].flatMap(({ endpoints }) => [...endpoints.keys()]),
  ]);
  const unused = [...networks.values()].filter(({ name }) => !used.has(name));
  for (const network of unused) call.engine.removeNetwork(network);
  const names = unused.map(({ name }) => name);
  return names.length === 0 ? '' : `Deleted Networks:\n${names.map((name) => `${name}\n`).join('')}\n`;
}

function removeImages(call: DockerCall): { readonly text: string; readonly bytes: number } {
  const { containers, images } = call.engine;
  const used = new Set([...containers.values()].map(({ settings }) => settings.image.id));
  let [text, bytes] = ['', 0];
  for (const image of images.list()) {
    const tags = images.tagsOf(image.id);
    if (used.has(image.id) || (tags.length > 0 && !call.flags.on('all'))) continue;
    text += tags.map((tag) => `untagged: ${tag}\n`).join('');
    text += images
      .digestsOf(image.id)
      .map((digest) => `untagged: ${digest}\n`)
      .join('');
    text += `deleted: ${image.id}\n`;
    bytes += image.sizeBytes;
    images.remove(image.id);
  }
  return { text: text === '' ? '' : `Deleted Images:\n${text}\n`, bytes };
}

export const containerPrune = defineDockerCommand({
  name: 'prune',
  usage: '[OPTIONS]',
  short: 'Remove all stopped containers',
  flags: '-f --force, --filter=?',
  maximum: 0,
  *run(call) {
    if (call.flags.has('filter')) notSimulated(call.process, 'docker container prune --filter');
    if (!(yield* confirmed(call, 'This will remove all stopped containers.'))) return 0;
    yield* call.out(`${removeStopped(call)}Total reclaimed space: 0B\n`);
    return 0;
  },
});

export const imagePrune = defineDockerCommand({
  name: 'prune',
  usage: '[OPTIONS]',
  short: 'Remove unused images',
  flags: '-a --all, -f --force, --filter=?',
  maximum: 0,
  *run(call) {
    if (call.flags.has('filter')) notSimulated(call.process, 'docker image prune --filter');
    const warning = call.flags.on('all')
      ? 'This will remove all images without at least one container associated to them.'
      : 'This will remove all dangling images.';
    if (!(yield* confirmed(call, warning))) return 0;
    const { text, bytes } = removeImages(call);
    yield* call.out(`${text}Total reclaimed space: ${humanSize(bytes)}\n`);
    return 0;
  },
});

export const systemPrune = defineDockerCommand({
  name: 'prune',
  usage: '[OPTIONS]',
  short: 'Remove unused data',
  flags: '-a --all, -f --force, --filter=?, --volumes',
  maximum: 0,
  *run(call) {
    if (call.flags.has('filter') || call.flags.on('volumes'))
      notSimulated(call.process, 'docker system prune --filter/--volumes');
    const images = call.flags.on('all')
      ? 'all images without at least one container associated to them'
      : 'all dangling images';
    const cache = call.flags.on('all') ? 'all build cache' : 'unused build cache';
    const wanted = yield* confirmed(
      call,
      `This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n  - ${images}\n  - ${cache}\n`,
    );
    if (!wanted) return 0;
    const containers = removeStopped(call);
    const networks = removeNetworks(call);
    const removed = removeImages(call);
    const cached = [...call.engine.buildCache.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    call.engine.buildCache.clear();
    yield* call.out(
      `${containers}${networks}${removed.text}Total reclaimed space: ${humanSize(removed.bytes + cached)}\n`,
    );
    return 0;
  },
});
