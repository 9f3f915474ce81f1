import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, durationFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import type { Pod } from '@seatrial/apiserver';
import { attachablePod, defaultContainer, podRunningTimeout } from './choose-pod.js';
import { awaitRemote, kubeletOf, remoteStreams } from '../exec/pod-streams.js';
import { reattachNotice, sessionNotice } from '../exec/attach-to-run.js';
import { failStream } from './stream-failure.js';

/** Joins a container's streams until it ends; the status is the container's own. */
export function* attachTo(k: Invocation, pod: Pod, container: string, withStdin: boolean): Coroutine<number> {
  const { namespace = 'default', name } = pod.metadata;
  const endpoint = yield* kubeletOf(k, pod as unknown as JsonObject, 'attach', container);
  const joined = endpoint.attach(namespace, name, { container, ...remoteStreams(k, withStdin) });
  if (!joined.ok) failStream(joined.error);
  return yield* awaitRemote(k, joined.value);
}

function* run(k: Invocation): Coroutine<number> {
  const { args, flags } = k;
  if (args.length === 0) failWith('at least 1 argument is required for attach');
  if (args.length > 2)
    failWith(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`);
  const typed = args.length === 2 ? args.join('/') : args[0];
  const { pod } = yield* attachablePod(k, typed, podRunningTimeout(k));
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed')
    failWith(`cannot attach a container in a completed pod; current phase is ${pod.status.phase}`);
  const container = flags.string('container') || (yield* defaultContainer(k, pod, flags.bool('quiet')));
  const { spec } = pod;
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
  const joined =
    all.find(({ name }) => name === container) ??
    failWith(`cannot attach to the container: container ${container} not found in pod ${pod.metadata.name}`);
  yield* sessionNotice(k, joined);
  yield* attachTo(k, pod, container, flags.bool('stdin'));
  yield* reattachNotice(k, pod as unknown as JsonObject, joined);
  return 0;
}

/** `kubectl attach` (k8s.io/kubectl/pkg/cmd/attach). */
export const attachCommand = defineVerb({
  name: 'attach',
  usage: '(POD | TYPE/NAME) -c CONTAINER',
  short: 'Attach to a running container',
  flags: [
    stringFlag('container', 'Container name.', { shorthand: 'c' }),
    durationFlag('pod-running-timeout', 'How long to wait until at least one pod is running', { default: '1m0s' }),
    boolFlag('quiet', 'Only print output from the remote session', { shorthand: 'q' }),
    boolFlag('stdin', 'Pass stdin to the container', { shorthand: 'i' }),
    boolFlag('tty', 'Stdin is a TTY', { shorthand: 't' }),
  ],
  run,
});
