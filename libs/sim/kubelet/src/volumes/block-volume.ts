import type { PersistentVolume } from '@seatrial/apiserver';
import { fail, ok, volumeContents, type FileNode, type FileSystem, type Result } from '@seatrial/kernel';
import { contentHandle, csiSource } from '@seatrial/kinds';
import { goQuote } from '@seatrial/schema';
import type { MountFailure, MountedVolume, VolumeContext } from './volume-mounter.js';

const KUBELET = '/var/lib/kubelet';

/** Why a device's path leads nowhere: the first part of it that is not there (filepath.EvalSymlinks). */
function missingPart(node: FileSystem, path: string): string {
  let known = '';
  for (const part of path.split('/').filter((name) => name !== '')) {
    known += `/${part}`;
    if (!node.exists(known)) break;
  }
  return `lstat ${known}: no such file or directory`;
}

/** A device that a driver hands out: what was written to it stays with the volume. */
function deviceOf(volume: PersistentVolume, { simulation }: VolumeContext): FileNode {
  const { entries } = volumeContents(simulation).directory(contentHandle(volume) ?? '');
  const known = entries.get('device');
  if (known) return known;
  const device: FileNode = {
    type: 'file',
    content: '',
    mode: 0o660,
    owner: 'root',
    group: 'disk',
    modifiedAt: simulation.now(),
  };
  entries.set('device', device);
  return device;
}

/** The events of a device that was mapped: where the node keeps it, and where the pod does. */
function mapped(root: FileNode, name: string, plugin: string, globalMapPath: string, pod: string): MountedVolume {
  const volumeMapPath = `${KUBELET}/pods/${pod}/volumeDevices/kubernetes.io~${plugin}`;
  const said = [`globalMapPath ${goQuote(globalMapPath)}`, `volumeMapPath ${goQuote(volumeMapPath)}`];
  return { root, mapped: said.map((path) => `MapVolume.MapPodDevice succeeded for volume "${name}" ${path}`) };
}

/**
 * Maps a volume of mode Block (operation_generator.go GenerateMapVolumeFunc). Only local volumes and drivers can: for
 * others the kubelet logs that it has no mapper, and nothing is said of it.
 */
export function mapVolume(volume: PersistentVolume, context: VolumeContext): Result<MountedVolume, MountFailure> {
  const { name } = volume.metadata;
  const { node, pod } = context;
  const { uid } = pod.metadata;
  if (csiSource(volume)) {
    const global = `${KUBELET}/plugins/kubernetes.io/csi/volumeDevices/${name}/dev`;
    return ok(mapped(deviceOf(volume, context), name, 'csi', global, uid));
  }
  if (!volume.spec.local)
    return fail({ step: 'MapVolume.FindMapperPluginBySpec failed', name, message: '', silent: true });
  const { path } = volume.spec.local;
  const found = node.stat(path);
  if (!found.ok) return fail({ step: 'MapVolume.EvalHostSymlinks failed', name, message: missingPart(node, path) });
  const global = `${KUBELET}/plugins/kubernetes.io/local-volume/volumeDevices/${name}`;
  if (found.value.type !== 'directory') return ok(mapped(found.value, name, 'local-volume', global, uid));
  const link = `${global}/${uid}`;
  const why = `mount failed: exit status 32\nMounting command: mount\nMounting arguments: -o bind ${path} ${link}\nOutput: mount: ${link}: mount(2) system call failed: Not a directory.\n       dmesg(1) may have more information after failed mount system call.\n`;
  const message = `blkUtil.MapDevice failed. devicePath: ${path}, globalMapPath:${global}, podUID: ${uid}, bindMount: true: failed to bind mount devicePath: ${path} to linkPath ${link}: ${why}`;
  return fail({ step: 'MapVolume.MapBlockVolume failed', name, message });
}
