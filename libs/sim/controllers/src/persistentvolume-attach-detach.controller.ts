import {
  NODES,
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  VOLUME_ATTACHMENTS,
  defineController,
  watch,
  type ControllerContext,
  type ObjectReader,
  type PersistentVolume,
  type Pod,
  type VolumeAttachment,
} from '@seatrial/apiserver';
import { Attached, jsonEqual } from '@seatrial/kernel';
import { attachedVolumeName, csiSource } from '@seatrial/kinds';
import { splitKey } from './object-key.js';
import { isPodTerminal, timeOf } from './pod-state.js';
import { must, retrying } from './request-failed.js';
import {
  ATTACHMENTS_BY_NODE,
  ATTACHMENTS_BY_VOLUME,
  isRequested,
  reportAttached,
  requestAttachment,
} from './volume/attachments.js';
import { INLINE, inlineKeys, lateAttachment, warnOfInline } from './volume/inline-attach.js';
import { PODS_BY_CLAIM, claimsOf } from './volume/pods-by-claim.js';

/** How long a lost node's mounts are respected (ReconcilerMaxWaitForUnmountDuration). */
const MAX_WAIT_FOR_UNMOUNT_MS = 360_000;
/** How long a driver may take (csiTimeout). */
const ATTACH_TIMEOUT_MS = 120_000;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

/** What the controller has said, and since when it wants volumes off their nodes. */
interface Memory {
  readonly attached: Set<string>;
  readonly multiAttach: Set<string>;
  readonly errors: Map<string, string>;
  readonly unwantedSince: Map<string, number>;
}

const MEMORIES = new Attached<ObjectReader, Memory>();

function memoryOf(client: ObjectReader): Memory {
  let found = MEMORIES.get(client);
  if (!found) {
    found = { attached: new Set(), multiAttach: new Set(), errors: new Map(), unwantedSince: new Map() };
    MEMORIES.set(client, found);
  }
  return found;
}

/** The pods that need a volume, by the node they were placed on, oldest first. */
function usersOf(client: ObjectReader, volume: PersistentVolume | undefined): Map<string, Pod[]> {
  const users = new Map<string, Pod[]>();
  const reference = volume?.spec.claimRef;
  if (!reference) return users;
  for (const pod of client.byIndex(PODS_BY_CLAIM, `${reference.namespace ?? ''}/${reference.name ?? ''}`)) {
    const { nodeName } = pod.spec;
    if (!nodeName || isPodTerminal(pod)) continue;
    users.set(nodeName, [...(users.get(nodeName) ?? []), pod]);
  }
  return users;
}

function warn(context: ControllerContext, pods: readonly Pod[], message: string): void {
  for (const pod of pods) context.events.event({ object: pod }, 'Warning', 'FailedAttachVolume', message);
}

/** Tells pods who holds their volume (reconciler.go reportMultiAttachError). */
function reportMultiAttach(context: ControllerContext, name: string, waiting: readonly Pod[], holders: Pod[]): void {
  const prefix = `Multi-Attach error for volume "${name}" `;
  for (const pod of waiting) {
    if (holders.length === 0) {
      warn(
        context,
        [pod],
        `${prefix}Volume is already exclusively attached to one node and can't be attached to another`,
      );
      continue;
    }
    const local = holders.filter(({ metadata }) => metadata.namespace === pod.metadata.namespace);
    const others = holders.length - local.length;
    const elsewhere = `${others} pod(s) in different namespaces`;
    const names = local.map(({ metadata }) => metadata.name).join(', ');
    const by = local.length === 0 ? elsewhere : `pod(s) ${names}${others > 0 ? ` and ${elsewhere}` : ''}`;
    warn(context, [pod], `${prefix}Volume is already used by ${by}`);
  }
}

/** pkg/volume/util IsMultiAttachAllowed. */
const mayShare = ({ spec }: PersistentVolume): boolean =>
  spec.accessModes === undefined ||
  spec.accessModes.length === 0 ||
  spec.accessModes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');

/** Says once that a volume is attached, and each new reason why it is not. */
function follow(
  context: ControllerContext,
  volume: PersistentVolume,
  attachment: VolumeAttachment,
  users: readonly Pod[],
): void {
  const { name } = volume.metadata;
  const { uid } = attachment.metadata;
  const memory = memoryOf(context.client);
  if (attachment.status?.attached) {
    reportAttached(context, attachment.spec.nodeName, attachedVolumeName(context.client, volume) ?? '', attachment);
    if (memory.attached.has(uid)) return;
    memory.attached.add(uid);
    const message = `AttachVolume.Attach succeeded for volume "${name}" `;
    for (const pod of users) context.events.event({ object: pod }, 'Normal', 'SuccessfulAttachVolume', message);
    return;
  }
  const refused = attachment.status?.attachError?.message;
  const since = (timeOf(attachment.metadata.creationTimestamp) ?? 0) + ATTACH_TIMEOUT_MS;
  const source = csiSource(volume);
  const late = source ? lateAttachment(source) : '';
  const problem = refused ?? (since <= context.now() ? late : undefined);
  if (problem === undefined) context.requeueAfter(name, since - context.now());
  else if (memory.errors.get(uid) !== problem) {
    memory.errors.set(uid, problem);
    warn(context, users, `AttachVolume.Attach failed for volume "${name}" : ${problem}`);
  }
}

/** When a volume may leave a node: now, at an instant, or (undefined) only once the node has unmounted it. */
function detachableAt(context: ControllerContext, attachment: VolumeAttachment, name: string): number | undefined {
  const now = context.now();
  const { unwantedSince } = memoryOf(context.client);
  const { uid } = attachment.metadata;
  const since = unwantedSince.get(uid) ?? now;
  unwantedSince.set(uid, since);
  const node = context.client.get(NODES, undefined, attachment.spec.nodeName);
  if (!node?.status?.volumesInUse?.includes(name)) return now;
  if (node.spec.taints?.some(({ key }) => key === OUT_OF_SERVICE)) return now;
  const ready = node.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return ready ? undefined : Math.max(now, since + MAX_WAIT_FOR_UNMOUNT_MS);
}

function detach(context: ControllerContext, volumeName: string, attachment: VolumeAttachment, name: string): void {
  const at = detachableAt(context, attachment, name);
  if (at === undefined) return;
  if (at > context.now()) {
    context.requeueAfter(volumeName, at - context.now());
    return;
  }
  reportAttached(context, attachment.spec.nodeName, name, undefined);
  const deleted = context.client.delete(VOLUME_ATTACHMENTS, undefined, attachment.metadata.name);
  if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
}

function attach(
  context: ControllerContext,
  volume: PersistentVolume,
  users: ReadonlyMap<string, readonly Pod[]>,
  attachments: readonly VolumeAttachment[],
): void {
  const { name } = volume.metadata;
  const { multiAttach } = memoryOf(context.client);
  const held = new Set(attachments.map(({ spec }) => spec.nodeName));
  for (const [nodeName, pods] of users) {
    if (held.has(nodeName) || !context.client.get(NODES, undefined, nodeName)) continue;
    const key = `${name} ${nodeName}`;
    if (held.size > 0 && !mayShare(volume)) {
      const holders = [...held].flatMap((other) => users.get(other) ?? []);
      if (!multiAttach.has(key)) reportMultiAttach(context, name, pods, holders);
      multiAttach.add(key);
      continue;
    }
    multiAttach.delete(key);
    requestAttachment(context, volume, nodeName);
    held.add(nodeName);
  }
}

/** Attaches volumes to the nodes of the pods that use them, and detaches them again (pkg/controller/volume/attachdetach). */
export const persistentVolumeAttachDetachController = defineController({
  name: 'persistentvolume-attach-detach-controller',
  component: 'attachdetach-controller',
  sources: [
    watch(PODS, ({ object, previous }, context) => {
      const { client } = context;
      if (!object.spec.nodeName || !object.spec.volumes) return [];
      if (!previous?.spec.nodeName) for (const key of inlineKeys(object)) context.requeueAfter(key, ATTACH_TIMEOUT_MS);
      const claims = claimsOf(object);
      if (claims.length === 0) return claims;
      return claims.flatMap((key) => {
        const [namespace, name] = splitKey(key);
        const volume = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name)?.spec.volumeName;
        return volume ? [volume] : [];
      });
    }),
    watch(PERSISTENT_VOLUMES, ({ object }) => (csiSource(object) ? [object.metadata.name] : [])),
    watch(VOLUME_ATTACHMENTS, ({ object }) =>
      object.spec.source.persistentVolumeName ? [object.spec.source.persistentVolumeName] : [],
    ),
    watch(NODES, ({ object, previous }, { client }) => {
      if (
        previous &&
        jsonEqual(previous.status?.volumesInUse, object.status?.volumesInUse) &&
        previous.spec.taints === object.spec.taints
      )
        return [];
      const attachments = client.byIndex(ATTACHMENTS_BY_NODE, object.metadata.name);
      return attachments.flatMap(({ spec }) => spec.source.persistentVolumeName ?? []);
    }),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    if (key.startsWith(INLINE)) {
      warnOfInline(context, key);
      return;
    }
    const attachments = client.byIndex(ATTACHMENTS_BY_VOLUME, key);
    const volume = client.get(PERSISTENT_VOLUMES, undefined, key);
    const name = volume && attachedVolumeName(client, volume);
    if (name === undefined && attachments.length === 0) return;
    const users = usersOf(client, volume);
    for (const attachment of attachments) {
      if (attachment.metadata.deletionTimestamp !== undefined) continue;
      // What others asked for is not in its state of the world.
      if (!isRequested(attachment)) continue;
      const pods = users.get(attachment.spec.nodeName);
      if (pods && volume) {
        memoryOf(client).unwantedSince.delete(attachment.metadata.uid);
        follow(context, volume, attachment, pods);
      } else detach(context, key, attachment, name ?? '');
    }
    if (volume && name !== undefined) attach(context, volume, users, client.byIndex(ATTACHMENTS_BY_VOLUME, key));
  }),
});
