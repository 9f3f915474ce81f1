import { CSI_NODES, PODS, type ControllerContext, type Pod } from '@seatrial/apiserver';
import { migratedSource, type CsiSource } from '@seatrial/kinds';
import { keyOf, splitKey } from '../object-key.js';
import { isPodTerminal } from '../pod-state.js';

/** Marks a key as that of a pod with cloud disks in its own definition. */
export const INLINE = 'inline ';
/** The attacher waits for two minutes each time, with as long a pause between. */
const RETRY_MS = 240_000;

export const lateAttachment = ({ driver, volumeHandle }: CsiSource): string =>
  `timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${volumeHandle}`;

const inlineOf = (pod: Pod): CsiSource[] => (pod.spec.volumes ?? []).flatMap((volume) => migratedSource(volume) ?? []);

const NO_KEYS: readonly string[] = [];

export function inlineKeys(pod: Pod): readonly string[] {
  for (const volume of pod.spec.volumes ?? []) if (migratedSource(volume)) return [INLINE + keyOf(pod)];
  return NO_KEYS;
}

/** Says that nobody has attached the cloud disks that a pod names itself, where its node has no driver for them. */
export function warnOfInline(context: ControllerContext, key: string): void {
  const { client, events } = context;
  const [namespace, name] = splitKey(key.slice(INLINE.length));
  const pod = client.get(PODS, namespace, name);
  if (!pod || isPodTerminal(pod) || pod.metadata.deletionTimestamp !== undefined) return;
  const drivers = client.get(CSI_NODES, undefined, pod.spec.nodeName ?? '')?.spec.drivers ?? [];
  for (const source of inlineOf(pod)) {
    if (drivers.some((driver) => driver.name === source.driver)) continue;
    const disk = source.volumeHandle.split('/').pop() ?? '';
    const message = `AttachVolume.Attach failed for volume "${source.driver}-${disk}" : ${lateAttachment(source)}`;
    events.event({ object: pod }, 'Warning', 'FailedAttachVolume', message);
    context.requeueAfter(key, RETRY_MS);
  }
}
