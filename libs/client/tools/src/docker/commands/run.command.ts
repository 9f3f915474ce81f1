import { sleep, type Coroutine } from '@seatrial/kernel';
import { borrowInput } from '@seatrial/shell';
import { defineDockerCommand, type DockerCall, type DockerCommand } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import type { LocalImage } from '../engine/local-image.js';
import { CREATE_FLAGS, UNFOLLOWED_CREATE_FLAGS, createContainer } from './container-settings.js';
import { checkCreateOptions, shownFailure } from './create-options.js';
import { attachUntilExit } from './follow-log.js';
import { pullImage } from './pull-image.js';
import { ImageStore } from '../engine/image-store.js';

const CREATE_MS = 80;
const START_MS = 250;

function* imageFor(call: DockerCall, reference: string): Coroutine<LocalImage> {
  const policy = call.flags.value('pull') ?? 'missing';
  const name = ImageStore.parse(reference);
  const known = call.engine.images.find(reference);
  if (known && policy !== 'always') return known;
  if (policy === 'never')
    throw new DockerFailure(`Error response from daemon: No such image: ${name.familiar}`, 125, true);
  const quiet = call.flags.on('quiet');
  if (!known && !quiet) yield* call.err(`Unable to find image '${name.familiar}' locally\n`);
  return (yield* pullImage(call.engine, reference, (text) => call.err(quiet ? '' : text))).image;
}

function* asRun<T>(command: 'run' | 'create', action: Coroutine<T>): Coroutine<T> {
  try {
    return yield* action;
  } catch (failure) {
    throw failure instanceof DockerFailure ? shownFailure(command, failure) : failure;
  }
}

function* prepare(call: DockerCall): Coroutine<Container> {
  checkCreateOptions(call);
  const image = yield* imageFor(call, call.args[0]);
  yield* sleep(CREATE_MS);
  return yield* createContainer(call, image);
}

function* start(call: DockerCall, container: Container): Coroutine<void> {
  yield* sleep(START_MS);
  const attached = !call.flags.on('detach') && container.settings.openStdin;
  const started = container.start(attached ? borrowInput(call.process.stdin) : undefined);
  if (started.ok) return;
  if (container.settings.autoRemove) container.engine.forget(container);
  const { message, status } = started.error;
  throw new DockerFailure(`Error response from daemon: ${message}`, status, true);
}

export const runCommand: DockerCommand = defineDockerCommand({
  name: 'run',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Create and run a new container from an image',
  flags: CREATE_FLAGS,
  unfollowed: UNFOLLOWED_CREATE_FLAGS,
  minimum: 1,
  stopAtArgument: true,
  *run(call) {
    const { flags, process } = call;
    const detached = flags.on('detach');
    if (!detached && flags.on('tty') && flags.on('interactive') && !process.stdin.isTerminal)
      throw new DockerFailure('the input device is not a TTY');
    const container = yield* asRun('run', prepare(call));
    try {
      yield* asRun('run', start(call, container));
    } catch (failure) {
      if (detached && failure instanceof DockerFailure) yield* call.out(`${container.id}\n`);
      throw failure;
    }
    if (detached) {
      yield* call.out(`${container.id}\n`);
      return 0;
    }
    yield* attachUntilExit(process, container, 0);
    return container.exitCode;
  },
});

export const createCommand = defineDockerCommand({
  name: 'create',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Create a new container',
  flags: CREATE_FLAGS,
  unfollowed: UNFOLLOWED_CREATE_FLAGS,
  minimum: 1,
  stopAtArgument: true,
  *run(call) {
    const container = yield* asRun('create', prepare(call));
    yield* call.out(`${container.id}\n`);
    return 0;
  },
});
