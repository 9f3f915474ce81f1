import type { Pod } from '@seatrial/apiserver';
import { monotonic, podKey, type KubeletLine, type KubeletMoment } from './kubelet-journal.js';
import { structured } from './journal-entry.js';

/** How often the volume manager looks (reconcilerLoopSleepPeriod), and how often orphans are cleaned up. */
const RECONCILE_MS = 100;
const HOUSEKEEPING_MS = 2000;
/** Plugin names by the field of a pod's volume. */
const PLUGINS: Readonly<Record<string, string>> = {
  configMap: 'configmap',
  downwardAPI: 'downward-api',
  emptyDir: 'empty-dir',
  hostPath: 'host-path',
  nfs: 'nfs',
  projected: 'projected',
  secret: 'secret',
};

type PodStatus = NonNullable<Pod['status']>;

const isMirror = ({ metadata }: Pod): boolean => metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

/** What a pod tells of its containers, the initial ones first. */
export const containerStatuses = ({ status }: Pod): NonNullable<PodStatus['containerStatuses']> => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

interface MountedVolume {
  readonly name: string;
  /** `kubernetes.io/configmap/<uid>-<name>` */
  readonly uniqueName: string;
  readonly plugin: string;
}

/** The volumes of a pod that its own spec describes; what is behind a claim has names of its own. */
export function podVolumes(pod: Pod): MountedVolume[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const field = Object.keys(volume).find((key) => Object.hasOwn(PLUGINS, key));
    if (field === undefined) return [];
    const plugin = `kubernetes.io/${PLUGINS[field]}`;
    return [{ name: volume.name, plugin, uniqueName: `${plugin}/${pod.metadata.uid ?? ''}-${volume.name}` }];
  });
}

/** A pod is new here: its volumes are looked at. */
export function volumesLines(pod: Pod, { time }: KubeletMoment): KubeletLine[] {
  const { name, uid } = pod.metadata;
  const lines: KubeletLine[] = podVolumes(pod).map((volume) => ({
    time: time + RECONCILE_MS,
    severity: 'I',
    place: 'reconciler_common.go:251',
    text: structured(
      `operationExecutor.VerifyControllerAttachedVolume started for volume "${volume.name}" (UniqueName: "${volume.uniqueName}") pod "${name}" (UID: "${uid}") `,
      [['pod', podKey(pod)]],
    ),
  }));
  const created: KubeletLine = {
    time,
    severity: 'I',
    place: 'kubelet.go:3348',
    text: structured('Creating a mirror pod for static pod', [['pod', podKey(pod)]]),
  };
  return isMirror(pod) ? [created, ...lines] : lines;
}

const ZERO_TIME = '0001-01-01 00:00:00 +0000 UTC';

/** Its containers run for the first time (pkg/kubelet/util/pod_startup_latency_tracker.go). */
export function startedLines(before: Pod | undefined, pod: Pod, { time, run }: KubeletMoment): KubeletLine[] {
  const running = (one: Pod | undefined): boolean => one?.status?.phase === 'Running';
  if (running(before) || !running(pod)) return [];
  if (isMirror(pod)) return [];
  const created = Date.parse(pod.metadata.creationTimestamp ?? '');
  const seconds = (time - created) / 1000;
  const observed = monotonic(time, run.start);
  return [
    {
      time,
      severity: 'I',
      place: 'pod_startup_latency_tracker.go:108',
      text: structured('Observed pod startup duration', [
        ['pod', podKey(pod)],
        ['podStartSLOduration', { raw: String(seconds) }],
        ['podStartE2EDuration', `${seconds}s`],
        ['podCreationTimestamp', `${new Date(created).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`],
        ['firstStartedPulling', ZERO_TIME],
        ['lastFinishedPulling', ZERO_TIME],
        ['observedRunningTime', observed],
        ['watchObservedRunningTime', observed],
      ]),
    },
  ];
}

/** A container was started again: the one before the last is removed (pkg/kubelet/cm/topologymanager/scope.go). */
export function restartLines(before: Pod | undefined, pod: Pod, { time }: KubeletMoment): KubeletLine[] {
  const former = before ? containerStatuses(before) : [];
  return containerStatuses(pod).flatMap((status) => {
    const old = former.find(({ name }) => name === status.name);
    const removed = old?.lastState?.terminated?.containerID;
    if (!old || status.restartCount <= old.restartCount || removed === undefined) return [];
    const containerID = removed.replace(/^\w+:\/\//, '');
    return [
      {
        time,
        severity: 'I' as const,
        place: 'scope.go:122',
        text: structured('RemoveContainer', [['containerID', containerID]]),
      },
    ];
  });
}

/** A pod is gone: its volumes are taken down, and its directory. */
export function deletedLines(pod: Pod, { time }: KubeletMoment): KubeletLine[] {
  const uid = pod.metadata.uid ?? '';
  const volumes = podVolumes(pod);
  const line = (after: number, place: string, text: string): KubeletLine => ({
    time: time + after,
    severity: 'I',
    place,
    text,
  });
  return [
    ...volumes.map(({ name, uniqueName }) =>
      line(
        0,
        'reconciler_common.go:163',
        structured(
          `operationExecutor.UnmountVolume started for volume "${name}" (UniqueName: "${uniqueName}") pod "${uid}" (UID: "${uid}") `,
          [],
        ),
      ),
    ),
    ...volumes.map(({ name, uniqueName, plugin }) =>
      line(
        0,
        'operation_generator.go:779',
        `UnmountVolume.TearDown succeeded for volume "${uniqueName}" pod "${uid}" (UID: "${uid}"). InnerVolumeSpecName "${name}". PluginName "${plugin}", VolumeGIDValue ""`,
      ),
    ),
    ...volumes.map(({ name, uniqueName }) =>
      line(
        RECONCILE_MS,
        'reconciler_common.go:299',
        structured(
          `Volume detached for volume "${name}" (UniqueName: "${uniqueName}") on node "${pod.spec.nodeName ?? ''}" DevicePath ""`,
          [],
        ),
      ),
    ),
    line(
      HOUSEKEEPING_MS,
      'kubelet_volumes.go:161',
      structured('Cleaned up orphaned pod volumes dir', [
        ['podUID', uid],
        ['path', `/var/lib/kubelet/pods/${uid}/volumes`],
      ]),
    ),
  ];
}
