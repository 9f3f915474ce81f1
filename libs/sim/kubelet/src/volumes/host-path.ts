import { fail, newDirectory, ok, resolvePath, type FileNode, type FileSystem, type Result } from '@seatrial/kernel';
import type { MountedVolume, VolumeContext, VolumeMounter } from './volume-mounter.js';

/** hostPath with its type checks (pkg/volume/hostpath). */
export const hostPathVolume: VolumeMounter = (volume, context) =>
  hostPath(volume.hostPath?.path ?? '/', volume.hostPath?.type ?? '', context);

/** Shows a path of the node; also for PersistentVolumes on a node's disk. */
export function hostPath(path: string, type: string, context: VolumeContext): Result<MountedVolume, string> {
  const { node } = context;
  const found = node.stat(path);
  const exists = found.ok;
  const kind = found.ok ? found.value.type : undefined;
  const refuse = (what: string) => fail(`hostPath type check failed: ${path} is not a ${what}`);
  switch (type) {
    case 'DirectoryOrCreate':
      if (!exists) node.makeDirectories(path);
      else if (kind !== 'directory') return refuse('directory');
      break;
    case 'FileOrCreate':
      if (!exists) {
        const made = node.writeFile(path, '', { mode: 0o644 });
        if (!made.ok) return fail(`open ${path}: no such file or directory`);
      } else if (kind !== 'file') return refuse('file');
      break;
    case 'Directory':
      if (kind !== 'directory') return refuse('directory');
      break;
    case 'File':
      if (kind !== 'file') return refuse('file');
      break;
    case 'Socket':
      return refuse('socket file');
    case 'CharDevice':
      if (kind !== 'device') return refuse('character device');
      break;
    case 'BlockDevice':
      return refuse('block device');
    default:
      if (!exists) return ok(missingDirectory(path, context));
  }
  const now = node.stat(path);
  if (!now.ok) return fail(`stat ${path}: no such file or directory`);
  return ok({ root: now.value });
}

/** Directories of a node that are not there yet, by path: all that mount one of them will see the same. */
const missing = new WeakMap<FileSystem, Map<string, FileNode>>();

/** The runtime makes a missing directory, for the first container that mounts all of it; no part of it can be had before. */
function missingDirectory(path: string, { node, simulation }: VolumeContext): MountedVolume {
  const whole = resolvePath('/', path);
  const awaited = missing.get(node) ?? new Map<string, FileNode>();
  missing.set(node, awaited);
  const root = awaited.get(whole) ?? newDirectory(simulation.now(), 0o755);
  awaited.set(whole, root);
  const slash = whole.lastIndexOf('/');
  const isAbsent = (): boolean => !node.stat(whole).ok;
  return {
    root,
    absent: () => (isAbsent() ? path : undefined),
    appear: () => {
      if (!isAbsent()) return;
      awaited.delete(whole);
      node.makeDirectories(whole.slice(0, slash) || '/');
      const parent = node.stat(whole.slice(0, slash) || '/');
      if (parent.ok && parent.value.type === 'directory') parent.value.entries.set(whole.slice(slash + 1), root);
    },
  };
}
