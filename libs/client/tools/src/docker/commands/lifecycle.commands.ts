import { SIGNALS, sleep, waitFor, type Coroutine, type Signal } from '@seatrial/kernel';
import { borrowInput } from '@seatrial/shell';
import { defineDockerCommand, forEachArgument, notSimulated, type DockerCall } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import { attachUntilExit } from './follow-log.js';
import { nodeContainer, startNode, stopNode } from './node-container.js';

const DEFAULT_GRACE_S = 10;
const START_MS = 200;

/** Sends a container its stop signal, or another one; a paused one goes on to take it. */
export function askToStop(container: Container, signal: Signal = container.settings.stopSignal): void {
  container.kill(signal);
  container.freeze(false);
}

/** Stops a container as the daemon does: its stop signal, then KILL after the grace period. */
export function* stopContainer(container: Container, graceSeconds: number, signal?: Signal): Coroutine<void> {
  if (!container.running) {
    container.kill('KILL');
    return;
  }
  if (graceSeconds !== 0) askToStop(container, signal);
  yield* waitFor([container.stopped], graceSeconds < 0 ? undefined : graceSeconds * 1000);
  if (container.running) container.kill('KILL');
  yield* sleep(20);
  container.note('stop');
}

/** Starts a container that exists; a failure is the daemon's. */
export function* startContainer(container: Container): Coroutine<void> {
  if (container.state === 'paused') daemonFailure('cannot start a paused container, try unpause instead');
  if (container.running) return;
  yield* sleep(START_MS);
  const started = container.start();
  if (!started.ok) daemonFailure(started.error.message);
}

/** Removes a container, running or not; `volumes`: with those that are its own. */
export function* removeContainer(container: Container, volumes: boolean): Coroutine<void> {
  const { engine } = container;
  container.kill('KILL');
  yield* waitFor([container.stopped], 1000);
  yield* sleep(10);
  engine.forget(container);
  if (!volumes && !container.settings.autoRemove) return;
  for (const { name } of container.settings.mounts)
    if (name !== undefined && /^[0-9a-f]{64}$/.test(name)) engine.removeVolume(name);
}

/** A signal by name or number. */
export function signalOf(text: string | undefined): Signal | undefined {
  if (text === undefined) return undefined;
  const name = text.replace(/^SIG/i, '').toUpperCase();
  const byNumber = Object.entries(SIGNALS).find(([, number]) => String(number) === name)?.[0];
  const found = byNumber ?? name;
  if (!Object.hasOwn(SIGNALS, found)) daemonFailure(`invalid signal: ${text}`);
  return found as Signal;
}

const grace = (call: DockerCall): number =>
  Number(call.flags.value('timeout') ?? call.flags.value('time') ?? DEFAULT_GRACE_S);

export const stopCommand = defineDockerCommand({
  name: 'stop',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Stop one or more running containers',
  flags: '-s --signal=, -t --timeout=#, --time=#',
  minimum: 1,
  *run(call) {
    return yield* forEachArgument(call, function* (reference) {
      const node = nodeContainer(call, reference);
      if (node) yield* stopNode(node);
      else yield* stopContainer(call.engine.get(reference), grace(call), signalOf(call.flags.value('signal')));
      yield* call.out(`${reference}\n`);
    });
  },
});

export const startCommand = defineDockerCommand({
  name: 'start',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Start one or more stopped containers',
  flags: '-a --attach, --detach-keys=, -i --interactive',
  unfollowed: '--checkpoint=, --checkpoint-dir=',
  minimum: 1,
  *run(call) {
    const { flags, args, engine, process } = call;
    if (flags.on('attach') || flags.on('interactive')) {
      if (args.length > 1) throw new DockerFailure('you cannot start and attach multiple containers at once');
      const container = engine.get(args[0]);
      const from = container.log.lines.length;
      const started = container.start(flags.on('interactive') ? borrowInput(process.stdin) : undefined);
      if (!started.ok) daemonFailure(started.error.message);
      yield* attachUntilExit(process, container, from);
      return container.exitCode;
    }
    const status = yield* forEachArgument(call, function* (reference) {
      const node = nodeContainer(call, reference);
      if (node) yield* startNode(node);
      else yield* startContainer(engine.get(reference));
      yield* call.out(`${reference}\n`);
    });
    if (status !== 0) throw new DockerFailure(`failed to start containers: ${args.join(', ')}`);
    return status;
  },
});

export const restartCommand = defineDockerCommand({
  name: 'restart',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Restart one or more containers',
  flags: '-s --signal=, -t --timeout=#, --time=#',
  minimum: 1,
  *run(call) {
    return yield* forEachArgument(call, function* (reference) {
      const node = nodeContainer(call, reference);
      if (node) {
        yield* stopNode(node);
        yield* startNode(node);
      } else {
        const container = call.engine.get(reference);
        yield* stopContainer(container, grace(call), signalOf(call.flags.value('signal')));
        yield* startContainer(container);
        container.note('restart');
      }
      yield* call.out(`${reference}\n`);
    });
  },
});

export const killCommand = defineDockerCommand({
  name: 'kill',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Kill one or more running containers',
  flags: '-s --signal=',
  minimum: 1,
  *run(call) {
    const signal = signalOf(call.flags.value('signal')) ?? 'KILL';
    return yield* forEachArgument(call, function* (reference) {
      const node = nodeContainer(call, reference);
      if (node) {
        node.failures.begin(node.name, 'powered-off');
        yield* call.out(`${reference}\n`);
        return;
      }
      const container = call.engine.get(reference);
      if (!container.running)
        daemonFailure(`cannot kill container: ${reference}: container ${container.id} is not running`);
      container.kill(signal, signal === 'KILL' || signal === container.settings.stopSignal);
      if (signal !== 'KILL') container.freeze(false);
      yield* sleep(20);
      yield* call.out(`${reference}\n`);
    });
  },
});

export const rmCommand = defineDockerCommand({
  name: 'rm',
  aliases: ['remove'],
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Remove one or more containers',
  flags: '-f --force, -l --link, -v --volumes',
  minimum: 1,
  *run(call) {
    const force = call.flags.on('force');
    if (call.flags.on('link')) notSimulated(call.process, 'docker rm --link');
    const status = yield* forEachArgument(call, function* (reference) {
      const container = call.engine.find(reference);
      if (!container) {
        call.engine.noteMissing(reference);
        const failure = new DockerFailure(`Error response from daemon: No such container: ${reference}`);
        if (!force) throw failure;
        yield* call.err(`${failure.message}\n`);
        return;
      }
      const { state } = container;
      if (!force && state === 'paused')
        daemonFailure(`cannot remove container "/${container.name}": container is paused and must be unpaused first`);
      if (!force && (state === 'running' || state === 'restarting'))
        daemonFailure(
          `cannot remove container "/${container.name}": container is ${state}: stop the container before removing or force remove`,
        );
      yield* removeContainer(container, call.flags.on('volumes'));
      yield* call.out(`${reference}\n`);
    });
    return status;
  },
});

export const waitCommand = defineDockerCommand({
  name: 'wait',
  usage: 'CONTAINER [CONTAINER...]',
  short: 'Block until one or more containers stop, then print their exit codes',
  minimum: 1,
  *run(call) {
    return yield* forEachArgument(call, function* (reference) {
      const container = call.engine.get(reference);
      yield* waitFor([container.stopped]);
      yield* call.out(`${container.exitCode}\n`);
    });
  },
});

export const renameCommand = defineDockerCommand({
  name: 'rename',
  usage: 'CONTAINER NEW_NAME',
  short: 'Rename a container',
  minimum: 2,
  maximum: 2,
  *run(call) {
    const [reference, name] = call.args;
    const container = call.engine.get(reference);
    const other = call.engine.find(name);
    if (other && other.name === name)
      daemonFailure(
        `Error when allocating new name: Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    const oldName = `/${container.name}`;
    container.name = name;
    container.note('rename', { oldName });
    return 0;
  },
});
