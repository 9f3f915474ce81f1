import { isJsonObject, sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { CommandFailure, failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { fetchObject } from '../../resource/resolve-infos.js';
import { listAt, nameOf, namespaceOf, objectAt, textOf } from '../../resource/resource-info.js';
import { asMapping } from '../create/create-generated.js';
import { deletedText, deleteObject } from '../delete/delete-object.js';
import { printLog } from '../logs/print-log.js';
import { podRunningTimeout } from '../pod-streams/choose-pod.js';
import { awaitRemote, kubeletOf, remoteStreams, requireOk } from './pod-streams.js';

const POD = asMapping({ group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true });

const SESSION_NOTICE = `All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don't see a command prompt, try pressing enter.
`;

/** What `run`, `attach` and `debug` say before they join a container; `tty`: whether it was made with one (AttachOptions.Run). */
export function* sessionNotice(
  k: Invocation,
  container: { readonly name: string; readonly tty?: boolean },
): Coroutine<void> {
  const { flags } = k;
  if (flags.bool('quiet')) return;
  if (flags.bool('tty') && !container.tty)
    yield* k.err(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`);
  else if (flags.bool('stdin') && container.tty && !k.process.stdin.isTerminal)
    yield* k.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  yield* k.err(SESSION_NOTICE);
}

/** How a session with a terminal may be taken up again, once it has ended (AttachOptions.reattachMessage). */
export function* reattachNotice(
  k: Invocation,
  pod: JsonObject,
  container: { readonly name: string; readonly tty?: boolean },
): Coroutine<void> {
  const { flags } = k;
  const raw = flags.bool('tty') && container.tty === true && k.process.stdin.isTerminal;
  if (flags.bool('quiet') || !flags.bool('stdin') || !raw) return;
  if (objectAt(pod, 'spec')?.restartPolicy !== 'Always') return;
  const command = `'kubectl attach ${nameOf(pod)} -c ${container.name} -i -t'`;
  const isEphemeral = listAt(pod, 'spec', 'ephemeralContainers').some(
    (one) => isJsonObject(one) && one.name === container.name,
  );
  yield* k.out(
    isEphemeral
      ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${command} if it is still running\n`
      : `Session ended, resume using ${command} command when the pod is running\n`,
  );
}

function containerOf(pod: JsonObject): string {
  const [first] = listAt(pod, 'spec', 'containers');
  return isJsonObject(first) ? textOf(first.name) : '';
}

function* waitForStart(k: Invocation, pod: JsonObject): Coroutine<JsonObject> {
  const end = k.now() + podRunningTimeout(k);
  for (;;) {
    const now = yield* fetchObject(k, POD, namespaceOf(pod), nameOf(pod));
    const phase = textOf(objectAt(now, 'status')?.phase);
    if (phase === 'Succeeded' || phase === 'Failed') return now;
    const [status] = listAt(now, 'status', 'containerStatuses');
    if (
      phase === 'Running' &&
      isJsonObject(status) &&
      status.ready !== undefined &&
      isJsonObject(status.state) &&
      status.state.running !== undefined
    )
      return now;
    if (k.now() >= end) failWith('timed out waiting for the condition');
    yield* sleep(100);
  }
}

/** Waits for the pod's end; with OnFailure only success is one (run.go podCompleted, podSucceeded). */
function* waitForEnd(k: Invocation, pod: JsonObject, restart: string): Coroutine<JsonObject> {
  const end = k.now() + podRunningTimeout(k);
  for (;;) {
    const now = yield* fetchObject(k, POD, namespaceOf(pod), nameOf(pod));
    const phase = textOf(objectAt(now, 'status')?.phase);
    if (phase === 'Succeeded' || (phase === 'Failed' && restart === 'Never')) return now;
    if (k.now() >= end) failWith('timed out waiting for the condition');
    yield* sleep(100);
  }
}

/** How a pod that failed is told of: its first container's end, with the message that it left. */
function failedPod(pod: JsonObject): never {
  const name = `pod ${namespaceOf(pod)}/${nameOf(pod)}`;
  const [status] = listAt(pod, 'status', 'containerStatuses');
  const end = isJsonObject(status) ? objectAt(status, 'state', 'terminated') : undefined;
  if (typeof end?.exitCode !== 'number' || end.exitCode === 0) return failWith(`${name} failed with unknown exit code`);
  const text = `${name} terminated (${textOf(end.reason)})\n${textOf(end.message)}`.replace(/\n$/, '');
  throw new CommandFailure([{ type: 'text', text, bare: true }], end.exitCode);
}

/** What `kubectl run -i`/`--attach` does once the pod is made: joins it, and with --rm removes it at the end. */
export function* attachToRun(k: Invocation, pod: JsonObject): Coroutine<number> {
  const { flags } = k;
  try {
    const started = yield* waitForStart(k, pod);
    const phase = textOf(objectAt(started, 'status')?.phase);
    const container = containerOf(pod);
    if (phase === 'Running') {
      yield* sessionNotice(k, { name: container, tty: flags.bool('tty') });
      const kubelet = yield* kubeletOf(k, pod, 'attach', container);
      const remote = requireOk(
        kubelet.attach(namespaceOf(pod), nameOf(pod), {
          container,
          ...remoteStreams(k, flags.bool('stdin'), flags.bool('tty') && k.process.stdin.isTerminal),
          tty: flags.bool('tty'),
        }),
      );
      yield* awaitRemote(k, remote);
      yield* reattachNotice(k, started, { name: container, tty: flags.bool('tty') });
    } else yield* printLog(k, pod, { container });
    const restart = flags.string('restart');
    if (flags.bool('leave-stdin-open') || (restart !== 'Never' && restart !== 'OnFailure')) return 0;
    const ended = yield* waitForEnd(k, pod, restart);
    return objectAt(ended, 'status')?.phase === 'Failed' ? failedPod(ended) : 0;
  } finally {
    if (flags.bool('rm')) yield* remove(k, pod);
  }
}

function* remove(k: Invocation, pod: JsonObject): Coroutine<void> {
  const info = { mapping: POD, namespace: namespaceOf(pod), name: nameOf(pod), source: '', object: pod };
  yield* deleteObject(k, info, { propagationPolicy: 'Background' });
  if (!k.flags.bool('quiet')) yield* k.out(deletedText(info, 'deleted'));
}
