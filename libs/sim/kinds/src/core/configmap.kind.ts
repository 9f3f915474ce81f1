import { jsonEqual, utf8Length } from '@seatrial/kernel';
import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, isConfigMapKey, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { complain } from '../validation/fields.js';

export const MAX_BYTES = 1024 * 1024;

type Entries = Readonly<Record<string, string>>;

function validateConfigMap(object: KubeObject): FieldError[] {
  const map = draftAs<core.ConfigMap>(object);
  const data = (map.data ?? {}) as Entries;
  const binary = (map.binaryData ?? {}) as Entries;
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    const path = FieldPath.root('data').key(key);
    errors.push(...complain(path, key, isConfigMapKey(key)));
    if (Object.hasOwn(binary, key))
      errors.push(fieldErrors.invalid(path, key, 'duplicate of key present in binaryData'));
    size += utf8Length(data[key]);
  }
  for (const key of Object.keys(binary).sort()) {
    errors.push(...complain(FieldPath.root('binaryData').key(key), key, isConfigMapKey(key)));
    size += Math.floor((binary[key].length * 3) / 4);
  }
  if (size > MAX_BYTES) errors.push(fieldErrors.tooLong('[]', MAX_BYTES));
  return errors;
}

function validateConfigMapUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const now = draftAs<core.ConfigMap>(object);
  const old = draftAs<core.ConfigMap>(before);
  const errors: FieldError[] = [];
  if (old.immutable) {
    if (!now.immutable) errors.push(fieldErrors.forbidden('immutable', 'field is immutable when `immutable` is set'));
    for (const field of ['data', 'binaryData'] as const)
      if (!jsonEqual(now[field] ?? {}, old[field] ?? {}))
        errors.push(fieldErrors.forbidden(field, 'field is immutable when `immutable` is set'));
  }
  return [...errors, ...validateConfigMap(object)];
}

/** ConfigMaps (k8s.io/kubernetes/pkg/registry/core/configmap, v1.35). */
export const configMapKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'configmaps',
  kind: 'ConfigMap',
  generation: false,
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
  table: {
    columns: columnsOf('v1', 'configmaps'),
    cells: (object, now) => {
      const { metadata, data, binaryData } = draftAs<core.ConfigMap>(object);
      return [
        metadata?.name,
        Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
        ageCell(metadata?.creationTimestamp, now),
      ];
    },
  },
});
