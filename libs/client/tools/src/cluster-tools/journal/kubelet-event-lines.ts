import type { KubeObject, Pod } from '@seatrial/apiserver';
import { formatGoDuration } from '@seatrial/schema';
import { structured } from './journal-entry.js';
import { monotonic, podKey, type KubeletLine, type KubeletMoment, type PodTrack } from './kubelet-journal.js';
import { containerStatuses, podVolumes } from './kubelet-pod-lines.js';

/** The parts of an Event that tell what the kubelet did. */
interface EventObject extends KubeObject {
  readonly reason?: string;
  readonly message?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly involvedObject?: { readonly kind?: string; readonly uid?: string; readonly fieldPath?: string };
}

/** In a millisecond. */
const NANOS = 1e6;
const FIRST_RETRY_MS = 500;
/** 2m2s (pkg/util/goroutinemap/exponentialbackoff). */
const LONGEST_RETRY_MS = 122_000;

/** What one event's happening puts into the log. */
class PodTrouble {
  private readonly lines: KubeletLine[] = [];

  constructor(
    private readonly pod: Pod,
    private readonly container: { readonly name: string; readonly type: string },
    private readonly moment: KubeletMoment,
  ) {}

  error(place: string, text: string): void {
    this.lines.push({ time: this.moment.time, severity: 'E', place, text });
  }

  /** pkg/kubelet/kuberuntime/kuberuntime_manager.go: a container did not start, for a reason that nobody else logs. */
  startFailed(reason: string, message: string): void {
    const { name, namespace = '', uid } = this.pod.metadata;
    const text = `${this.container.type} ${this.container.name} start failed in pod ${name}_${namespace}(${uid}): ${reason}: ${message}`;
    this.error(
      'kuberuntime_manager.go:1664',
      structured('Unhandled Error', [
        ['err', text],
        ['logger', 'UnhandledError'],
      ]),
    );
  }

  /** pkg/kubelet/pod_workers.go: the pod is tried again later. */
  skipped(err: string): void {
    const values = [
      ['err', err],
      ['pod', podKey(this.pod)],
      ['podUID', this.pod.metadata.uid ?? ''],
    ] as const;
    this.error('pod_workers.go:1324', structured('Error syncing pod, skipping', values));
  }

  notStarted(reason: string, message: string): void {
    this.skipped(`failed to "StartContainer" for "${this.container.name}" with ${reason}: ${JSON.stringify(message)}`);
  }

  pullFailed(image: string, err: string): void {
    this.error(
      'log.go:32',
      structured('PullImage from image service failed', [
        ['err', err],
        ['image', image],
      ]),
    );
    this.error(
      'kuberuntime_image.go:43',
      structured('Failed to pull image', [
        ['err', err],
        ['image', image],
      ]),
    );
    this.startFailed('ErrImagePull', err);
    this.notStarted('ErrImagePull', err);
  }

  /** pkg/volume/util/nestedpendingoperations: a volume could not be set up, for the n-th time. */
  mountFailed(volumeName: string, why: string, failures: number): void {
    const volume = podVolumes(this.pod).find(({ name }) => name === volumeName);
    if (!volume) return;
    const { time, run } = this.moment;
    const { name, namespace = '', uid } = this.pod.metadata;
    const [, kind, missing] = /^(configmap|secret) "([^"]+)" not found$/.exec(why) ?? [];
    if (kind === 'configmap') this.error('configmap.go:193', `Couldn't get configMap ${namespace}/${missing}: ${why}`);
    if (kind === 'secret') this.error('secret.go:189', `Couldn't get secret ${namespace}/${missing}: ${why}`);
    const wait = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    const until = monotonic(time + wait, run.start);
    this.error(
      'nestedpendingoperations.go:348',
      `Operation for "{volumeName:${volume.uniqueName} podName:${uid} nodeName:}" failed. No retries permitted until ${until} (durationBeforeRetry ${formatGoDuration(wait * NANOS)}). Error: MountVolume.SetUp failed for volume "${volumeName}" (UniqueName: "${volume.uniqueName}") pod "${name}" (UID: "${uid}") : ${why}`,
    );
  }

  all(): KubeletLine[] {
    return this.lines;
  }
}

/** How long a container is not started that has just ended again: 10s, doubled each time, five minutes at most. */
function backOff(pod: Pod, name: string): string {
  const restarts = containerStatuses(pod).find((status) => status.name === name)?.restartCount ?? 1;
  return formatGoDuration(Math.min(10_000 * 2 ** Math.max(0, restarts - 1), 300_000) * NANOS);
}

function waitingOf(pod: Pod, name: string): { readonly reason?: string; readonly message?: string } | undefined {
  return containerStatuses(pod).find((status) => status.name === name)?.state?.waiting;
}

/** Why an image is not pulled now: with the error of the last attempt (pkg/kubelet/images/image_manager.go). */
function pullBackOff(event: string, waiting: ReturnType<typeof waitingOf>): string {
  const { reason, message } = waiting ?? {};
  if (message === undefined) return event;
  return reason === 'ErrImagePull' ? `${event}: ErrImagePull: ${message}` : message;
}

/** What an event of the kubelet of a node stands for in its log; nothing for those that it logs at higher verbosity only. */
export function eventLines(
  object: KubeObject,
  nodeName: string,
  pods: ReadonlyMap<string, PodTrack>,
  moment: KubeletMoment,
): KubeletLine[] {
  const { reason = '', message = '', source, involvedObject } = object as EventObject;
  if (source?.component !== 'kubelet' || source.host !== nodeName || involvedObject?.kind !== 'Pod') return [];
  const known = pods.get(involvedObject.uid ?? '');
  if (!known) return [];
  const [, field = '', name = ''] = /^spec\.(\w+)\{(.*)\}$/.exec(involvedObject.fieldPath ?? '') ?? [];
  const type = { initContainers: 'init container', ephemeralContainers: 'ephemeral container' }[field] ?? 'container';
  const trouble = new PodTrouble(known.pod, { name, type }, moment);
  const pull = /^Failed to pull image "([^"]*)": ([\s\S]*)$/.exec(message);
  const mount = /^MountVolume\.SetUp failed for volume "([^"]*)" : ([\s\S]*)$/.exec(message);
  const waiting = waitingOf(known.pod, name);
  const { metadata } = known.pod;
  if (reason === 'Failed' && pull) trouble.pullFailed(pull[1], pull[2]);
  else if (reason === 'Failed' && !/^Error: (?:ErrImagePull|ImagePullBackOff)$/.test(message)) {
    const why = message.replace(/^Error: /, '');
    const kind = waiting?.reason?.startsWith('Create')
      ? waiting.reason
      : /not found$|couldn't find key/.test(why)
        ? 'CreateContainerConfigError'
        : 'RunContainerError';
    trouble.startFailed(kind, why);
    trouble.notStarted(kind, why);
  } else if (reason === 'BackOff' && message.startsWith('Back-off pulling image'))
    trouble.notStarted('ImagePullBackOff', pullBackOff(message, waiting));
  else if (reason === 'BackOff') {
    const crash = waiting?.reason === 'CrashLoopBackOff' ? waiting.message : undefined;
    trouble.notStarted(
      'CrashLoopBackOff',
      crash ??
        `back-off ${backOff(known.pod, name)} restarting failed container=${name} pod=${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid ?? ''})`,
    );
  } else if (reason === 'NetworkNotReady') trouble.skipped(message);
  else if (reason === 'FailedMount' && mount) {
    const failures = known.mountFailures.get(mount[1]) ?? 0;
    known.mountFailures.set(mount[1], failures + 1);
    trouble.mountFailed(mount[1], mount[2], failures);
  } else if (reason === 'FailedMount') {
    trouble.error(
      'kubelet.go:2129',
      structured('Unable to attach or mount volumes for pod; skipping pod', [
        ['err', message],
        ['pod', podKey(known.pod)],
      ]),
    );
    trouble.skipped(message);
  }
  return trouble.all();
}
