import type { Pod } from '@seatrial/apiserver';
import { diskUsage } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { podRequest } from '../pod/pod-admission.js';
import type { PodRuntime } from '../pod/pod-runtime.js';

/** What the kubelet takes back, as messages name it. */
export type Starved = 'memory' | 'ephemeral-storage';

/** What cgroups and the snapshotter count of a container that does nothing. */
const IDLE_MEMORY = 1024 * 1024;
const IDLE_DISK = 28 * 1024;
const SYSTEM_CRITICAL = 2_000_000_000;

/** kubelettypes.IsCriticalPod: static pods, and those with a priority of the system. */
export const isCritical = ({ metadata, spec }: Pod): boolean =>
  metadata.annotations?.['kubernetes.io/config.source'] === 'file' || (spec.priority ?? 0) >= SYSTEM_CRITICAL;

/** What each of a pod's containers takes of a resource, bytes. */
export function containerUsage(
  runtime: PodRuntime,
  resource: Starved,
): { readonly name: string; readonly bytes: number }[] {
  return runtime.pod.spec.containers.map(({ name }) => {
    const current = runtime.records.get(name)?.current;
    if (!current) return { name, bytes: 0 };
    if (resource === 'memory') return { name, bytes: Math.max(current.memoryBytes, IDLE_MEMORY) };
    return { name, bytes: current.writtenBytes + IDLE_DISK };
  });
}

/** What a pod takes of a resource, bytes; its emptyDirs count as storage. */
export function podUsage(runtime: PodRuntime, resource: Starved): number {
  const containers = containerUsage(runtime, resource).reduce((sum, { bytes }) => sum + bytes, 0);
  if (resource === 'memory') return containers;
  const volumes = (runtime.pod.spec.volumes ?? []).filter(({ emptyDir }) => emptyDir && emptyDir.medium !== 'Memory');
  const mounted = volumes.flatMap(({ name }) => runtime.volumes.get(name)?.root ?? []);
  return containers + mounted.reduce((sum, root) => sum + diskUsage(root), 0);
}

/** The order of eviction: over its requests first, then by priority, then by how far it is over (helpers.go rankMemoryPressure). */
export function rankPods(runtimes: readonly PodRuntime[], resource: Starved): PodRuntime[] {
  const measured = runtimes
    .filter(({ pod, ended }) => !ended && !isCritical(pod))
    .map((runtime) => {
      const over = podUsage(runtime, resource) - podRequest(runtime.pod, resource);
      return { runtime, over, exceeds: over > 0 ? 0 : 1, priority: runtime.pod.spec.priority ?? 0 };
    });
  measured.sort((a, b) => a.exceeds - b.exceeds || a.priority - b.priority || b.over - a.over);
  return measured.map(({ runtime }) => runtime);
}

const bytesText = (bytes: number): string => Quantity.fromInteger(Math.floor(bytes), 'BinarySI').toString();

/** Why a pod is evicted (helpers.go evictionMessage). */
export function evictionMessage(
  runtime: PodRuntime,
  resource: Starved,
  threshold: { readonly quantity: number; readonly available: number },
): string {
  const { quantity, available } = threshold;
  const parts = [
    `The node was low on resource: ${resource}. `,
    `Threshold quantity: ${bytesText(quantity)}, available: ${bytesText(available)}. `,
  ];
  for (const { name, bytes } of containerUsage(runtime, resource)) {
    const request = runtime.pod.spec.containers.find((one) => one.name === name)?.resources?.requests?.[resource];
    if (bytes <= Quantity.of(request).toNumber()) continue;
    parts.push(
      `Container ${name} was using ${bytesText(bytes)}, request is ${request ?? '0'}, has larger consumption of ${resource}. `,
    );
  }
  return parts.join('');
}
