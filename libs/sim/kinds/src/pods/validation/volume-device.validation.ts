import { fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';

const ONLY_CLAIMS = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';

/** A container's `volumeDevices`: claims that it sees as block devices (ValidateVolumeDevices). */
export function validateDevices(
  container: core.Container,
  volumes: ReadonlyMap<string, core.Volume>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const mounts = container.volumeMounts ?? [];
  const names = new Set<string>();
  const places = new Set<string>();
  (container.volumeDevices ?? []).forEach(({ name, devicePath }, index) => {
    const at = path.child('volumeDevices').index(index);
    const [nameAt, pathAt] = [at.child('name'), at.child('devicePath')];
    const volume = volumes.get(name);
    if (!name) errors.push(fieldErrors.required(nameAt));
    if (names.has(name)) errors.push(fieldErrors.invalid(nameAt, name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(fieldErrors.invalid(nameAt, name, ONLY_CLAIMS));
    if (!volume) errors.push(fieldErrors.notFound(nameAt, name));
    if (!devicePath) errors.push(fieldErrors.required(pathAt));
    if (places.has(devicePath)) errors.push(fieldErrors.invalid(pathAt, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..'))
      errors.push(fieldErrors.invalid(pathAt, devicePath, "can not contain backsteps ('..')"));
    else places.add(devicePath);
    if (mounts.some((mount) => mount.name === name))
      errors.push(fieldErrors.invalid(nameAt, name, 'must not already exist in volumeMounts'));
    if (mounts.some(({ mountPath }) => mountPath === devicePath))
      errors.push(fieldErrors.invalid(pathAt, devicePath, 'must not already exist as a path in volumeMounts'));
    if (name) names.add(name);
  });
  return errors;
}
