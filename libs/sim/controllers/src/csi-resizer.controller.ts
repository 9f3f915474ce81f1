import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  defineController,
  watch,
  type ControllerContext,
  type ControllerDefinition,
  type PersistentVolume,
  type PersistentVolumeClaim,
} from '@seatrial/apiserver';
import { Quantity, formatTime } from '@seatrial/schema';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';

const RESIZE_MS = 3000;
const PENDING_MESSAGE = 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.';

type Condition = NonNullable<NonNullable<PersistentVolumeClaim['status']>['conditions']>[number];

const wanted = ({ spec }: PersistentVolumeClaim): string => spec.resources?.requests?.['storage'] ?? '0';

/** Whether a claim asks for more than its volume has. */
function grows(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return Quantity.of(wanted(claim)).compare(Quantity.of(volume.spec.capacity?.['storage'])) > 0;
}

/** Replaces the conditions that speak of resizing, and what was asked of the volume. */
function report(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  type: 'Resizing' | 'FileSystemResizePending',
  resizeStatus: string,
): PersistentVolumeClaim {
  const time = formatTime(context.now()) as never;
  const condition = {
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: time,
    ...(type === 'FileSystemResizePending' ? { message: PENDING_MESSAGE } : {}),
  } as unknown as Condition;
  const others = (claim.status?.conditions ?? []).filter(
    (one) => one.type !== 'Resizing' && one.type !== 'FileSystemResizePending',
  );
  const status = {
    ...claim.status,
    allocatedResources: { ...claim.status?.allocatedResources, storage: wanted(claim) },
    allocatedResourceStatuses: { storage: resizeStatus },
    conditions: [...others, condition],
  };
  return must(context.client.updateStatus(PERSISTENT_VOLUME_CLAIMS, { ...claim, status }));
}

/** The resizer beside a CSI driver (kubernetes-csi/external-resizer v1.14): grows the volume; its file system grows on the node. */
export const csiResizerController = (driver: string): ControllerDefinition =>
  defineController({
    name: `csi-resizer ${driver}`,
    component: `external-resizer ${driver}`,
    sources: [
      watch(PERSISTENT_VOLUME_CLAIMS, ({ type, object, previous }) =>
        type === 'MODIFIED' && previous && wanted(previous) !== wanted(object) ? [keyOf(object)] : [],
      ),
    ],
    reconcile: retrying((context, key) => {
      const { client, events } = context;
      const [namespace, name] = splitKey(key);
      const claim = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
      if (!claim) return;
      const volume = client.get(PERSISTENT_VOLUMES, undefined, claim.spec.volumeName ?? '');
      if (volume?.spec.csi?.driver !== driver || !grows(claim, volume)) return;
      if (!claim.status?.conditions?.some(({ type }) => type === 'Resizing')) {
        report(context, claim, 'Resizing', 'ControllerResizeInProgress');
        const message = `External resizer is resizing volume ${volume.metadata.name}`;
        events.event({ object: claim }, 'Normal', 'Resizing', message);
        context.requeueAfter(key, RESIZE_MS);
        return;
      }
      const capacity = { ...volume.spec.capacity, storage: wanted(claim) };
      must(client.update(PERSISTENT_VOLUMES, { ...volume, spec: { ...volume.spec, capacity } }));
      report(context, claim, 'FileSystemResizePending', 'NodeResizePending');
      events.event(
        { object: claim },
        'Normal',
        'FileSystemResizeRequired',
        'Require file system resize of volume on node',
      );
    }),
  });
