import type { KubeObject } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { FieldPath, fieldErrors, isQualifiedName, type FieldError } from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { age, field, name, simple } from '../registry/simple-kind.js';
import { complain } from '../validation/fields.js';

interface AttributesClass {
  readonly driverName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const DRIVER = FieldPath.root('driverName');
const PARAMETERS = FieldPath.root('parameters');

/** ValidateVolumeAttributesClass (pkg/apis/storage/validation, v1.35). */
function validate(object: KubeObject): FieldError[] {
  const { driverName = '', parameters = {} } = draftAs<AttributesClass>(object);
  const shown = driverName.toLowerCase();
  const errors = driverName === '' ? [fieldErrors.required(DRIVER)] : complain(DRIVER, shown, isQualifiedName(shown));
  if (Object.hasOwn(parameters, '')) errors.push(fieldErrors.invalid(PARAMETERS, '', 'field can not be empty.'));
  if (Object.keys(parameters).length === 0)
    errors.push(fieldErrors.required(PARAMETERS, 'must contain at least one key/value pair'));
  return errors;
}

function validateUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const [now, old] = [draftAs<AttributesClass>(object), draftAs<AttributesClass>(before)];
  const errors: FieldError[] = [];
  if (now.driverName !== old.driverName)
    errors.push(fieldErrors.forbidden(DRIVER, 'updates to driverName are forbidden.'));
  if (!jsonEqual(now.parameters ?? {}, old.parameters ?? {}))
    errors.push(fieldErrors.forbidden(PARAMETERS, 'updates to parameters are forbidden.'));
  return [...errors, ...validate(object)];
}

/** VolumeAttributesClasses (pkg/registry/storage/volumeattributesclass, v1.35). */
export const volumeAttributesClassKind = simple({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'volumeattributesclasses',
  kind: 'VolumeAttributesClass',
  generation: false,
  cells: [name, field('driverName'), age],
  rest: { validate, validateUpdate },
});
