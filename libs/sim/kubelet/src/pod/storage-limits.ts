import { diskUsage } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { PodRuntime } from './pod-runtime.js';

const RESOURCE = 'ephemeral-storage';

/** Whether anything of the pod is limited on local disk. */
export function hasStorageLimits({ pod }: PodRuntime): boolean {
  return (
    pod.spec.containers.some((container) => container.resources?.limits?.[RESOURCE] !== undefined) ||
    (pod.spec.volumes ?? []).some(
      (volume) => volume.emptyDir?.sizeLimit !== undefined && volume.emptyDir.medium !== 'Memory',
    )
  );
}

/** Why the pod is evicted for what it keeps on local disk (pkg/kubelet/eviction localStorageEviction); undefined when within limits. */
export function storageExcess(runtime: PodRuntime): string | undefined {
  const { pod } = runtime;
  let volumes = 0;
  for (const volume of pod.spec.volumes ?? []) {
    const mounted = runtime.volumes.get(volume.name);
    if (!volume.emptyDir || volume.emptyDir.medium === 'Memory' || !mounted) continue;
    const used = diskUsage(mounted.root);
    volumes += used;
    const limit = volume.emptyDir.sizeLimit;
    if (limit !== undefined && used > Quantity.of(limit).toNumber())
      return `Usage of EmptyDir volume "${volume.name}" exceeds the limit "${limit}". `;
  }
  const containers = pod.spec.containers.map((container) => {
    const limit = container.resources?.limits?.[RESOURCE];
    const used = runtime.records.get(container.name)?.current?.writtenBytes ?? 0;
    return { name: container.name, limit, used, over: limit !== undefined && used > Quantity.of(limit).toNumber() };
  });
  const limits = containers.map(({ limit }) => limit);
  if (limits.every((limit) => limit !== undefined)) {
    const total = limits.reduce((sum, limit) => sum.add(Quantity.of(limit)), Quantity.zero);
    const used = containers.reduce((sum, container) => sum + container.used, volumes);
    if (used > total.toNumber())
      return `Pod ephemeral local storage usage exceeds the total limit of containers ${total.toString()}. `;
  }
  const over = containers.find((container) => container.over);
  return over && `Container ${over.name} exceeded its local ephemeral storage limit "${over.limit ?? ''}". `;
}
