import {
  EVENTS,
  PERSISTENT_VOLUMES,
  PODS,
  watch,
  type ControllerContext,
  type PersistentVolume,
  type Pod,
} from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import { must } from '../request-failed.js';
import { setVolumePhase } from './bind.js';
import { BOUND_BY_CONTROLLER } from './claim-match.js';

const PREFIX = 'recycler-for-';
const NAMESPACE = 'default';
const IMAGE = 'registry.k8s.io/build-image/debian-base:bookworm-v1.0.6';
const SCRUB = 'test -e /scrub && find /scrub -mindepth 1 -delete && test -z "$(ls -A /scrub)" || exit 1';
const GIB = 1024 ** 3;

/** Whether the controller knows how to empty a volume: those of a node's disk and of NFS. */
export const isRecyclable = ({ spec }: PersistentVolume): boolean => Boolean(spec.hostPath ?? spec.nfs);

/** How long the pod may take, seconds: at least so long, and so much for each GiB (--pv-recycler-*-timeout). */
function timeoutOf({ spec }: PersistentVolume): number {
  const gibibytes = Math.floor(Quantity.of(spec.capacity?.['storage']).toNumber() / GIB);
  return spec.nfs ? Math.max(300, gibibytes * 30) : Math.max(60, gibibytes * 30);
}

function createPod({ client }: ControllerContext, volume: PersistentVolume): void {
  const { hostPath, nfs } = volume.spec;
  must(
    client.create(PODS, {
      metadata: { name: PREFIX + volume.metadata.name, namespace: NAMESPACE },
      spec: {
        activeDeadlineSeconds: timeoutOf(volume),
        restartPolicy: 'Never',
        // Only where the data is: neither the type of a host path nor `readOnly` is taken over.
        volumes: [
          {
            name: 'vol',
            ...(hostPath && { hostPath: { path: hostPath.path } }),
            ...(!hostPath && nfs && { nfs: { server: nfs.server, path: nfs.path } }),
          },
        ],
        containers: [
          {
            name: 'pv-recycler',
            image: IMAGE,
            command: ['/bin/sh'],
            args: ['-c', SCRUB],
            volumeMounts: [{ name: 'vol', mountPath: '/scrub' }],
          },
        ],
      },
    }),
  );
}

/** Makes an emptied volume available again; a volume that named its claim beforehand keeps the name. */
function release(context: ControllerContext, volume: PersistentVolume): void {
  const { claimRef, ...spec } = volume.spec;
  const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = volume.metadata.annotations ?? {};
  const { name, namespace, kind, apiVersion } = claimRef ?? {};
  const updated = must(
    context.client.update(PERSISTENT_VOLUMES, {
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: byController === undefined ? { ...spec, claimRef: { apiVersion, kind, name, namespace } } : spec,
    }),
  );
  setVolumePhase(context, updated, 'Available');
}

/** One step of emptying a released volume by a pod (pkg/volume/util/recyclerclient); undefined, or why it failed. */
export function recycle(context: ControllerContext, volume: PersistentVolume): string | undefined {
  const { client, events } = context;
  const name = PREFIX + volume.metadata.name;
  const pod = client.get(PODS, NAMESPACE, name);
  if (!pod) {
    createPod(context, volume);
    return undefined;
  }
  const { phase, message = '' } = pod.status ?? {};
  if (pod.metadata.deletionTimestamp !== undefined || (phase !== 'Succeeded' && phase !== 'Failed')) return undefined;
  must(client.delete(PODS, NAMESPACE, name));
  if (phase === 'Failed')
    return `Recycle failed: ${message === '' ? 'pod failed, pod.Status.Message unknown' : message}`;
  events.event({ object: volume }, 'Normal', 'VolumeRecycled', 'Volume recycled');
  release(context, volume);
  return undefined;
}

const NONE: readonly string[] = [];

const volumeOf = (pod: string | undefined): readonly string[] =>
  pod?.startsWith(PREFIX) ? [pod.slice(PREFIX.length)] : NONE;

/** What happens to recycler pods is looked at, and their events are the volume's too. */
export const recyclerSources = [
  watch<Pod>(PODS, ({ type, object }) => {
    const over = object.status?.phase === 'Succeeded' || object.status?.phase === 'Failed';
    return over && type !== 'DELETED' ? volumeOf(object.metadata.name) : [];
  }),
  watch(
    EVENTS,
    ({ object }, { client, events }) => {
      const [name] = volumeOf(object.involvedObject.name);
      const volume = name ? client.get(PERSISTENT_VOLUMES, undefined, name) : undefined;
      if (volume && object.involvedObject.kind === 'Pod')
        events.event(
          { object: volume },
          object.type === 'Warning' ? 'Warning' : 'Normal',
          'RecyclerPod',
          `Recycler pod: ${object.message ?? ''}`,
        );
      return NONE;
    },
    { types: ['ADDED'], when: ({ client }) => client.list(PERSISTENT_VOLUMES).length > 0 },
  ),
];
