import { compareStrings, newDirectory, resolvePath, type FileNode, type FileSystem } from '@seatrial/kernel';
import type { Container, Volume, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { PodRuntime } from '../pod/pod-runtime.js';
import type { MountedVolume } from '../volumes/volume-mounter.js';
import { expand } from './expansion.js';

const MAX_LINKS = 16;

const SET_GROUP = 0o2000;

/** A part of a volume that is not there yet gets the volume's mode, and its group where the folder hands that on (SafeMakeDir). */
function partDirectory({ mode, group }: FileNode, volumeMode: number, now: number): FileNode {
  const inherits = (mode & SET_GROUP) !== 0;
  return newDirectory(now, (volumeMode & 0o777) | (inherits ? SET_GROUP : 0), inherits ? `root:${group}` : 'root');
}

/** What a path inside a volume leads to, links followed within the volume; a directory is made where there is nothing. */
function subPathNode(root: FileNode, subPath: string, now: number): FileNode | undefined {
  let parts = resolvePath('/', subPath)
    .split('/')
    .filter((name) => name !== '');
  let trail: FileNode[] = [root];
  for (let links = 0; parts.length > 0;) {
    const here = trail[trail.length - 1];
    if (here.type !== 'directory') return undefined;
    const [part, ...rest] = parts;
    parts = rest;
    if (part === '..') {
      if (trail.length > 1) trail.pop();
      continue;
    }
    let next = here.entries.get(part);
    if (next?.type === 'link') {
      if (++links > MAX_LINKS) return undefined;
      if (next.target.startsWith('/')) trail = [root];
      parts = [...next.target.split('/').filter((name) => name !== '' && name !== '.'), ...parts];
      continue;
    }
    if (!next) {
      next = partDirectory(here, root.mode, now);
      here.entries.set(part, next);
    }
    trail.push(next);
  }
  return trail[trail.length - 1];
}

const PLUGINS: readonly (readonly [field: keyof Volume, plugin: string])[] = [
  ['configMap', 'configmap'],
  ['downwardAPI', 'downward-api'],
  ['emptyDir', 'empty-dir'],
  ['projected', 'projected'],
  ['secret', 'secret'],
];

/** Where the kubelet keeps what it mounts into a container. */
function sourceOf({ pod }: PodRuntime, container: Container, mount: VolumeMount, isPart: boolean): string {
  const home = `/var/lib/kubelet/pods/${pod.metadata.uid}`;
  if (isPart) {
    const index = container.volumeMounts?.indexOf(mount) ?? 0;
    return `${home}/volume-subpaths/${mount.name}/${container.name}/${index}`;
  }
  const volume = pod.spec.volumes?.find(({ name }) => name === mount.name);
  if (volume?.hostPath) return volume.hostPath.path;
  const plugin = PLUGINS.find(([field]) => volume?.[field] !== undefined)?.[1] ?? 'csi';
  return `${home}/volumes/kubernetes.io~${plugin}/${mount.name}`;
}

const BIND = 0x5000;
const READ_ONLY = 1;

type Environment = () => ReadonlyMap<string, string>;

/** What keeps the kubelet from finding the parts of volumes that a container wants (makeMounts). */
export function subPathProblem(
  container: Container,
  own: ReadonlyMap<string, string>,
  volumes: PodRuntime['volumes'],
): string | undefined {
  for (const { name: volume, subPath = '', subPathExpr } of container.volumeMounts ?? []) {
    if (subPath === '' && !subPathExpr) continue;
    const missing = new Set<string>();
    const path = subPathExpr
      ? expand(subPathExpr, (name) => {
          const value = own.get(name) ?? '';
          if (value === '') missing.add(name);
          return value;
        })
      : subPath;
    if (missing.size > 0) return `missing value for ${[...missing].sort(compareStrings).join(', ')}`;
    if (path.startsWith('/')) return `error SubPath \`${path}\` must not be an absolute path`;
    if (path.split('/').includes('..')) return `unable to provision SubPath \`${path}\`: must not contain '..'`;
    const absent = volumes.get(volume)?.absent?.();
    if (absent !== undefined) return `stat ${absent}: no such file or directory`;
  }
  return undefined;
}

/** What a mount shows, and whether that is a part of its volume only. */
function targetOf(
  { volumes }: PodRuntime,
  mount: VolumeMount,
  env: Environment,
  now: number,
): { readonly volume: MountedVolume; readonly node: FileNode; readonly isPart: boolean } | undefined {
  const volume = volumes.get(mount.name);
  if (!volume) return undefined;
  const sub = mount.subPathExpr === undefined ? mount.subPath : expand(mount.subPathExpr, (name) => env().get(name));
  const isPart = sub !== undefined && sub !== '';
  const node = isPart ? subPathNode(volume.root, sub, now) : volume.root;
  return node && { volume, node, isPart };
}

const isReadOnly = (mount: VolumeMount, volume: MountedVolume): boolean =>
  mount.readOnly === true || volume.readOnly === true || volume.refresh !== undefined;

/** Mounts a container's volumes and puts its block devices in their places. */
export function mountVolumes(
  files: FileSystem,
  runtime: PodRuntime,
  container: Container,
  env: Environment,
  now: number,
): void {
  const ordered = [...(container.volumeMounts ?? [])].sort((a, b) => a.mountPath.length - b.mountPath.length);
  for (const mount of ordered) {
    const target = targetOf(runtime, mount, env, now);
    if (!target) continue;
    const { volume, node, isPart } = target;
    if (!isPart) volume.appear?.();
    files.mount(resolvePath('/', mount.mountPath), node, isReadOnly(mount, volume), {
      type: volume.type,
      limitBytes: volume.limitBytes,
    });
  }
  for (const { name, devicePath } of container.volumeDevices ?? []) {
    const device = runtime.volumes.get(name);
    if (device) files.mount(resolvePath('/', devicePath), device.root, device.readOnly === true, {});
  }
}

export const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** runc's error of a directory that is to hide a file of the image, or a file that is to hide a directory. */
export function mountMismatch(
  files: FileSystem,
  runtime: PodRuntime,
  container: Container,
  env: Environment,
  now: number,
): string | undefined {
  for (const mount of container.volumeMounts ?? []) {
    if (mount.mountPath === SERVICE_ACCOUNT) continue;
    const path = resolvePath('/', mount.mountPath);
    const there = files.stat(path);
    const target = there.ok ? targetOf(runtime, mount, env, now) : undefined;
    if (!there.ok || !target) continue;
    if ((there.value.type === 'directory') === (target.node.type === 'directory')) continue;
    const source = sourceOf(runtime, container, mount, target.isPart);
    const flags = (BIND | (isReadOnly(mount, target.volume) ? READ_ONLY : 0)).toString(16);
    return `error during container init: error mounting "${source}" to rootfs at "${path}": mount ${source}:${path} (via /proc/self/fd/6), flags: 0x${flags}: not a directory`;
  }
  return undefined;
}
