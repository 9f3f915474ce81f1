import { fail, ok, volumeContents, type Result } from '@seatrial/kernel';
import type { MountedVolume, VolumeContext } from './volume-mounter.js';

const HELPERS = ['/sbin/mount.nfs', '/usr/sbin/mount.nfs'];

interface NfsSource {
  readonly server: string;
  readonly path: string;
  readonly readOnly?: boolean;
}

/**
 * An NFS share (pkg/volume/nfs). A Debian node mounts none without nfs-common, and says so in mount's words; where that
 * is installed, the server is taken to be there.
 */
export function nfsVolume(
  { server, path, readOnly }: NfsSource,
  name: string,
  options: readonly string[],
  { node, simulation, pod }: VolumeContext,
): Result<MountedVolume, string> {
  if (HELPERS.some((helper) => node.exists(helper)))
    return ok({ root: volumeContents(simulation).directory(`nfs ${server}:${path}`), readOnly: readOnly === true });
  const target = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~nfs/${name}`;
  const all = [...options, ...(readOnly ? ['ro'] : [])];
  const given = all.length > 0 ? ` -o ${all.join(',')}` : '';
  return fail(
    `mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs${given} ${server}:${path} ${target}\nOutput: mount: ${target}: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.\n       dmesg(1) may have more information after failed mount system call.\n`,
  );
}
