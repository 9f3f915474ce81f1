import { goQuote, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { defineDockerCommand, notSimulated, type DockerCall, type DockerCommand } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import { dockerTemplate } from './docker-format.js';
import { findNodeContainer, nodeObject } from './node-container.js';
import { containerObject } from './inspect-container.js';
import { imageObject, networkObject, volumeObject } from './inspect-objects.js';

type Find = (engine: DockerEngine, reference: string) => JsonObject | undefined;

const FINDERS = {
  container: (engine, reference) => {
    const container = engine.find(reference);
    if (container) return containerObject(container);
    const node = findNodeContainer(engine, reference);
    return node && nodeObject(node);
  },
  image: (engine, reference) => {
    const image = engine.images.find(reference);
    return image && imageObject(engine, image);
  },
  network: (engine, reference) => {
    const network = engine.findNetwork(reference);
    return network && networkObject(network);
  },
  volume: (engine, reference) => {
    const volume = engine.volumes.get(reference);
    return volume && volumeObject(volume);
  },
} satisfies Readonly<Record<string, Find>>;

const MISSING: Readonly<Record<string, (reference: string) => string>> = {
  container: (reference) => `Error response from daemon: No such container: ${reference}`,
  image: (reference) => `Error response from daemon: No such image: ${reference}`,
  network: (reference) => `Error response from daemon: network ${reference} not found`,
  volume: (reference) => `Error response from daemon: get ${reference}: no such volume`,
  object: (reference) => `error: no such object: ${reference}`,
};

function* inspect(call: DockerCall, finders: readonly Find[], kind: string): Coroutine<number> {
  const format = call.flags.value('format');
  const found: JsonObject[] = [];
  const missing: string[] = [];
  for (const reference of call.args) {
    const object = finders.map((find) => find(call.engine, reference)).find((each) => each !== undefined);
    if (object) found.push(object);
    else missing.push(MISSING[kind](reference));
  }
  if (format === undefined || format === '' || format === 'json') {
    const text = format === 'json' ? JSON.stringify(found) : JSON.stringify(found, undefined, 4);
    yield* call.out(`${text}\n`);
  } else {
    const render = dockerTemplate(format, 'error');
    for (const object of found) {
      const rendered = render(object);
      if (!rendered.ok) throw new DockerFailure(`template parsing error: ${rendered.error}`);
      yield* call.out(`${rendered.value}\n`);
    }
  }
  yield* call.err(missing.map((text) => `${text}\n`).join(''));
  return missing.length > 0 ? 1 : 0;
}

function inspectCommandOf(kind: keyof typeof FINDERS): DockerCommand {
  const name = kind.toUpperCase();
  return defineDockerCommand({
    name: 'inspect',
    usage: `[OPTIONS] ${name} [${name}...]`,
    short: `Display detailed information on one or more ${kind}s`,
    flags: '-f --format=, -s --size, -v --verbose',
    unfollowed: kind === 'image' ? '--platform=' : '',
    minimum: 1,
    *run(call) {
      return yield* inspect(call, [FINDERS[kind]], kind);
    },
  });
}

export const containerInspect = inspectCommandOf('container');
export const imageInspect = inspectCommandOf('image');
export const networkInspect = inspectCommandOf('network');
export const volumeInspect = inspectCommandOf('volume');

const TYPES = ['config', 'container', 'image', 'network', 'node', 'plugin', 'secret', 'service', 'task', 'volume'];

/** A type of which this engine has nothing, or that is none. */
const unknownType = ({ process }: DockerCall, type: string): DockerFailure =>
  TYPES.includes(type)
    ? notSimulated(process, `docker inspect --type ${type}`)
    : new DockerFailure(`unknown type: ${goQuote(type)}: must be one of "${TYPES.join('", "')}"`);

export const inspectCommand = defineDockerCommand({
  name: 'inspect',
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  short: 'Return low-level information on Docker objects',
  flags: '-f --format=, -s --size, --type=',
  minimum: 1,
  *run(call) {
    const type = call.flags.value('type');
    if (type === undefined || type === '') return yield* inspect(call, Object.values(FINDERS), 'object');
    if (!Object.hasOwn(FINDERS, type)) throw unknownType(call, type);
    return yield* inspect(call, [FINDERS[type as keyof typeof FINDERS]], type);
  },
});
