import type { KubeletEndpoint, Status } from '@seatrial/apiserver';
import { waitFor, type Coroutine, type JsonObject, type Process } from '@seatrial/kernel';
import { borrowInput, borrowOutput } from '@seatrial/shell';
import { CommandFailure, failWith, statusError } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { isJsonObject } from '@seatrial/kernel';
import {
  listAt,
  metadataOf,
  nameOf,
  namespaceOf,
  objectAt,
  stringMapAt,
  textOf,
} from '../../resource/resource-info.js';

/** The annotation that names the container meant when none is (podcmd.DefaultContainerAnnotationName). */
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

const namesAt = (pod: JsonObject, list: string): string[] =>
  listAt(pod, 'spec', list)
    .filter(isJsonObject)
    .map((container) => textOf(container.name));

/** Every container of a pod: normal, init, ephemeral. */
export const allContainerNames = (pod: JsonObject): string[] => [
  ...namesAt(pod, 'containers'),
  ...namesAt(pod, 'initContainers'),
  ...namesAt(pod, 'ephemeralContainers'),
];

/** `a, b, c (init)`: all containers for `Defaulted container …` (podcmd.AllContainerNames). */
export const containerList = (pod: JsonObject): string =>
  [
    ...namesAt(pod, 'containers'),
    ...namesAt(pod, 'ephemeralContainers').map((name) => `${name} (ephem)`),
    ...namesAt(pod, 'initContainers').map((name) => `${name} (init)`),
  ].join(', ');

/** The container a command means: the named one, the annotated one, else the first, which is said (podcmd.FindOrDefaultContainerByName). */
export function* chooseContainer(k: Invocation, pod: JsonObject, named: string, quiet: boolean): Coroutine<string> {
  if (named !== '') {
    if (!allContainerNames(pod).includes(named)) failWith(`container ${named} not found in pod ${nameOf(pod)}`);
    return named;
  }
  const containers = namesAt(pod, 'containers');
  const annotated = stringMapAt(pod, 'metadata', 'annotations')[DEFAULT_CONTAINER] ?? '';
  if (annotated !== '') {
    if (allContainerNames(pod).includes(annotated)) return annotated;
    if (!quiet) yield* k.err(`Default container name ${JSON.stringify(annotated)} not found in pod ${nameOf(pod)}\n`);
  }
  if (containers.length === 0) failWith('no container found');
  if (allContainerNames(pod).length > 1 && !quiet)
    yield* k.err(`Defaulted container ${JSON.stringify(containers[0])} out of: ${containerList(pod)}\n`);
  return containers[0];
}

/** Fails unless the pod can still be entered. */
export function requireUnfinished(pod: JsonObject, verb: string): void {
  const phase = textOf(objectAt(pod, 'status')?.phase);
  if (phase === 'Succeeded' || phase === 'Failed')
    failWith(`cannot ${verb} a container in a completed pod; current phase is ${phase}`);
}

/** The kubelet behind a pod's connect subresource. */
export function* kubeletOf(
  k: Invocation,
  pod: JsonObject,
  subresource: 'log' | 'exec' | 'attach' | 'portforward',
  container?: string,
  options?: JsonObject,
): Coroutine<KubeletEndpoint> {
  const api = yield* k.api();
  yield* api.roundTrip();
  const endpoint = api.server.connect({
    subresource,
    namespace: namespaceOf(pod),
    name: nameOf(pod),
    user: api.user,
    ...(container === undefined ? {} : { container }),
    ...(options && { options }),
  });
  if (!endpoint.ok) throw new CommandFailure([statusError(endpoint.error)]);
  return endpoint.value;
}

/** The streams of a remote command; stdin only when it is wanted. With a terminal there is one output for both. */
export const remoteStreams = (
  k: Invocation,
  stdin: boolean,
  tty = false,
): { stdin?: Process['stdin']; stdout: Process['stdout']; stderr: Process['stderr'] } => ({
  ...(stdin ? { stdin: { ...borrowInput(k.process.stdin), isTerminal: tty } } : {}),
  stdout: { ...borrowOutput(k.process.stdout), isTerminal: tty },
  stderr: { ...borrowOutput(tty ? k.process.stdout : k.process.stderr), isTerminal: tty },
});

/** Waits for a process in a container and passes signals of a terminal on; gives its exit status. */
export function* awaitRemote(k: Invocation, remote: Process): Coroutine<number> {
  const catches = k.process.stdin.isTerminal;
  if (catches) k.process.setSignalHandler('INT', 'catch');
  for (;;) {
    const index = yield* waitFor([remote.exited, ...(catches ? [k.process.signalArrived] : [])]);
    if (index === 0) return remote.exitStatus?.code ?? 0;
    k.process.takeSignal();
    remote.kill('INT');
  }
}

/** Ends the command with a Status, unless there is none. */
export function requireOk<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Status },
): T {
  if (!result.ok) throw new CommandFailure([statusError(result.error)]);
  return result.value;
}

export const uidOf = (pod: JsonObject): string => textOf(metadataOf(pod).uid);
