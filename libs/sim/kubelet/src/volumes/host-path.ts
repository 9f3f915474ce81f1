import { fail, ok } from '@seatrial/kernel';
import type { MountedVolume, VolumeContext, VolumeMounter } from './volume-mounter.js';
import type { Result } from '@seatrial/kernel';

/** hostPath with its type checks (pkg/volume/hostpath). */
export const hostPathVolume: VolumeMounter = (volume, context) =>
  hostPath(volume.hostPath?.path ?? '/', volume.hostPath?.type ?? '', context);

/** Shows a path of the node; also for PersistentVolumes on a node's disk. */
export function hostPath(path: string, type: string, { node }: VolumeContext): Result<MountedVolume, string> {
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
      // The runtime creates a missing directory.
      if (!exists) node.makeDirectories(path);
  }
  const now = node.stat(path);
  if (!now.ok) return fail(`stat ${path}: no such file or directory`);
  return ok({ root: now.value });
}
