import { fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { oneOf } from '../../validation/fields.js';
import { descendingPath } from './volume.validation.js';

/** validateMountPropagation and validateMountRecursiveReadOnly. */
function validateMountModes(mount: core.VolumeMount, container: core.Container, path: FieldPath): FieldError[] {
  const { mountPropagation: propagation, readOnly } = mount;
  const recursive = (mount as { recursiveReadOnly?: string }).recursiveReadOnly;
  const at = path.child('recursiveReadOnly');
  const errors = oneOf(propagation, ['Bidirectional', 'HostToContainer', 'None'], path.child('mountPropagation'));
  if (propagation === 'Bidirectional' && !container.securityContext?.privileged)
    errors.push(
      fieldErrors.forbidden(
        path.child('mountPropagation'),
        'Bidirectional mount propagation is available only to privileged containers',
      ),
    );
  if (recursive === undefined || recursive === 'Disabled') return errors;
  if (recursive !== 'Enabled' && recursive !== 'IfPossible')
    return [...errors, fieldErrors.notSupported(at, recursive, ['Disabled', 'Enabled', 'IfPossible'])];
  if (!readOnly) errors.push(fieldErrors.forbidden(at, 'may only be specified when readOnly is true'));
  if (propagation !== undefined && propagation !== 'None')
    errors.push(fieldErrors.forbidden(at, 'may only be specified when mountPropagation is None or not specified'));
  return errors;
}

/** A container's `volumeMounts`. */
export function validateMounts(
  container: core.Container,
  volumes: ReadonlyMap<string, core.Volume>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const places = new Set<string>();
  (container.volumeMounts ?? []).forEach((mount, index) => {
    const at = path.child('volumeMounts').index(index);
    if (!mount.name) errors.push(fieldErrors.required(at.child('name')));
    if (!volumes.has(mount.name)) errors.push(fieldErrors.notFound(at.child('name'), mount.name));
    if (!mount.mountPath) errors.push(fieldErrors.required(at.child('mountPath')));
    if (places.has(mount.mountPath))
      errors.push(fieldErrors.invalid(at.child('mountPath'), mount.mountPath, 'must be unique'));
    places.add(mount.mountPath);
    if (mount.subPath) errors.push(...descendingPath(mount.subPath, path.child('volumeMounts').child('subPath')));
    if (mount.subPathExpr) {
      if (mount.subPath)
        errors.push(
          fieldErrors.invalid(
            at.child('subPathExpr'),
            mount.subPathExpr,
            'subPathExpr and subPath are mutually exclusive',
          ),
        );
      errors.push(...descendingPath(mount.subPathExpr, path.child('volumeMounts').child('subPathExpr')));
    }
    errors.push(...validateMountModes(mount, container, path.child('volumeMounts')));
  });
  return errors;
}
