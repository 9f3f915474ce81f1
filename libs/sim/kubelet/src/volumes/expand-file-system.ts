import { PERSISTENT_VOLUMES, PERSISTENT_VOLUME_CLAIMS, type Pod } from '@seatrial/apiserver';
import type { NodeContext } from '../node/node-context.js';

/** Grows the file system of a mounted volume that its driver has made larger (operation_generator.go expandVolumeDuringMount). */
export function expandFileSystem({ client, events, node }: NodeContext, pod: Pod, volumeName: string): void {
  const volume = client.get(PERSISTENT_VOLUMES, undefined, volumeName);
  const reference = volume?.spec.claimRef;
  if (!volume || !reference?.name) return;
  const claim = client.get(PERSISTENT_VOLUME_CLAIMS, reference.namespace, reference.name);
  const { conditions = [], allocatedResourceStatuses: _, ...status } = claim?.status ?? {};
  if (!claim || !conditions.some(({ type }) => type === 'FileSystemResizePending')) return;
  const left = conditions.filter(({ type }) => type !== 'FileSystemResizePending' && type !== 'Resizing');
  const written = client.updateStatus(PERSISTENT_VOLUME_CLAIMS, {
    ...claim,
    status: { ...status, capacity: volume.spec.capacity, ...(left.length > 0 ? { conditions: left } : {}) },
  });
  if (!written.ok) return;
  const message = `MountVolume.NodeExpandVolume succeeded for volume "${volumeName}" ${node.name}`;
  events.event({ object: pod }, 'Normal', 'FileSystemResizeSuccessful', message);
  events.event({ object: claim }, 'Normal', 'FileSystemResizeSuccessful', message);
}
