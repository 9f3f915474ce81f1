import { NODES, PERSISTENT_VOLUMES, PERSISTENT_VOLUME_CLAIMS, type ApiClient, type Pod } from '@seatrial/apiserver';
import { compareStrings, jsonEqual } from '@seatrial/kernel';
import { attachedVolumeName } from '@seatrial/kinds';
import type { Volume } from 'kubernetes-types/core/v1.js';

/** The name of the attachable volume behind a pod's volume; undefined for any other kind of volume. */
function attachable(client: ApiClient, pod: Pod, volume: Volume): string | undefined {
  const name =
    volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : undefined);
  if (name === undefined) return undefined;
  const claim = client.get(PERSISTENT_VOLUME_CLAIMS, pod.metadata.namespace, name);
  const bound = claim && client.get(PERSISTENT_VOLUMES, undefined, claim.spec.volumeName ?? '');
  return bound && attachedVolumeName(client, bound);
}

/** The attachable volumes that a node's pods use: what its status says of them, so that nobody detaches them (volumesInUse). */
export class VolumesInUse {
  private readonly users = new Map<string, Set<string>>();

  constructor(
    private readonly client: ApiClient,
    private readonly nodeName: string,
  ) {}

  /** Takes note of a pod's volumes before they are mounted. */
  begin(pod: Pod): void {
    let changed = false;
    for (const volume of pod.spec.volumes ?? []) {
      const name = attachable(this.client, pod, volume);
      if (name === undefined) continue;
      const users = this.users.get(name) ?? new Set<string>();
      this.users.set(name, users.add(pod.metadata.uid));
      changed = true;
    }
    if (changed) this.report();
  }

  /** The pod's volumes are unmounted. */
  end(uid: string): void {
    let changed = false;
    for (const [name, users] of this.users) {
      if (!users.delete(uid)) continue;
      changed = true;
      if (users.size === 0) this.users.delete(name);
    }
    if (changed) this.report();
  }

  /** The machine was switched off: nothing is mounted any more. */
  reset(): void {
    this.users.clear();
  }

  /** Whether a volume has still to be attached by the controller before it can be mounted. */
  awaitsAttachment(pod: Pod, volume: Volume): boolean {
    const name = attachable(this.client, pod, volume);
    if (name === undefined) return false;
    const attached = this.client.get(NODES, undefined, this.nodeName)?.status?.volumesAttached;
    return attached?.some((one) => one.name === name) !== true;
  }

  /** Brings the node's status up to date. */
  report(): void {
    const node = this.client.get(NODES, undefined, this.nodeName);
    if (!node) return;
    const { volumesInUse = [], ...status } = node.status ?? {};
    const names = [...this.users.keys()].sort(compareStrings);
    if (jsonEqual(volumesInUse, names)) return;
    this.client.updateStatus(NODES, {
      ...node,
      status: names.length > 0 ? { ...status, volumesInUse: names } : status,
    });
  }
}
