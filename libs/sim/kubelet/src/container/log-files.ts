import { LazyDirectory, type FileNode } from '@seatrial/kernel';
import type { PodRuntime } from '../pod/pod-runtime.js';
import type { ContainerInstance } from './container-instance.js';

const file = (now: number, read: () => string): FileNode => ({
  type: 'file',
  mode: 0o640,
  owner: 'root',
  group: 'root',
  modifiedAt: now,
  get content() {
    return read();
  },
  set content(_text: string) {
    // What the runtime writes stays what it is.
  },
});

const folderOf = ({ pod: { metadata } }: PodRuntime): string =>
  [metadata.namespace, metadata.name, metadata.uid].join('_');

/** The instances of a pod that have a log, with the names of their containers. */
function logsOf({ records }: PodRuntime): readonly (readonly [name: string, instance: ContainerInstance])[] {
  return [...records.values()].flatMap(({ spec, current, previous }) =>
    [previous, current].flatMap((instance) => (instance && !instance.removed ? [[spec.name, instance] as const] : [])),
  );
}

const fileName = ({ settings }: ContainerInstance): string => `${settings.attempt}.log`;

/** /var/log/pods: `namespace_pod_uid/container/attempt.log`, in the format of the CRI. */
export const podLogs = (now: number, pods: () => readonly PodRuntime[]): LazyDirectory =>
  new LazyDirectory(
    now,
    0o755,
    () => {
      const entries = new Map<string, FileNode>();
      for (const runtime of pods()) {
        const containers = new Map<string, Map<string, FileNode>>();
        for (const [name, instance] of logsOf(runtime)) {
          const files = containers.get(name) ?? new Map<string, FileNode>();
          files.set(
            fileName(instance),
            file(instance.createdAt, () => instance.log.asFile()),
          );
          containers.set(name, files);
        }
        const inside = new Map<string, FileNode>(
          [...containers].map(([name, files]) => [name, new LazyDirectory(now, 0o755, () => files)]),
        );
        entries.set(folderOf(runtime), new LazyDirectory(now, 0o755, () => inside));
      }
      return entries;
    },
    true,
  );

/** /var/log/containers: links into {@link podLogs}, one for each container's newest log. */
export const containerLogs = (now: number, pods: () => readonly PodRuntime[]): LazyDirectory =>
  new LazyDirectory(
    now,
    0o755,
    () => {
      const links = new Map<string, FileNode>();
      for (const runtime of pods()) {
        const { name: pod, namespace = '' } = runtime.pod.metadata;
        for (const [name, instance] of logsOf(runtime))
          links.set(`${pod}_${namespace}_${name}-${instance.id}.log`, {
            type: 'link',
            target: `/var/log/pods/${folderOf(runtime)}/${name}/${fileName(instance)}`,
            mode: 0o777,
            owner: 'root',
            group: 'root',
            modifiedAt: instance.createdAt,
          });
      }
      return links;
    },
    true,
  );
