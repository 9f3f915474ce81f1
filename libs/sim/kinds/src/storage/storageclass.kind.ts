import { compareStrings, jsonEqual } from '@seatrial/kernel';
import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, isQualifiedName, type FieldError } from '@seatrial/schema';
import type * as storagev1 from 'kubernetes-types/storage/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { complain, oneOf } from '../validation/fields.js';
import { validateLabelName } from '../validation/label-selector.validation.js';

const DEFAULT_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

type Term = NonNullable<storagev1.StorageClass['allowedTopologies']>[number];

/** ValidateTopologySelectorTerm. */
function validateTerm({ matchLabelExpressions = [] }: Term, path: FieldPath): FieldError[] {
  const keys = new Set<string>();
  return matchLabelExpressions.flatMap(({ key = '', values = [] }, at) => {
    const place = path.child('matchLabelExpressions').index(at);
    const errors = [
      ...(values.length === 0 ? [fieldErrors.required(place.child('values'))] : []),
      ...values.flatMap((value, i) =>
        values.indexOf(value) < i ? [fieldErrors.duplicate(place.child('values').index(i), value)] : [],
      ),
      ...validateLabelName(key, place.child('key')),
    ];
    if (keys.has(key)) errors.push(fieldErrors.duplicate(place.child('key'), key));
    keys.add(key);
    return errors;
  });
}

/** A term's values by key, in an order of their own; empty when it has none. */
const shapeOf = ({ matchLabelExpressions = [] }: Term): string =>
  JSON.stringify(
    [...new Map(matchLabelExpressions.map(({ key, values }) => [key, [...new Set(values)].sort()]))].sort(([a], [b]) =>
      compareStrings(a, b),
    ),
  );

/** validateAllowedTopologies: the list of those seen starts with as many empty ones as there are terms. */
function validateTopologies(terms: readonly Term[] | undefined): FieldError[] {
  const path = FieldPath.root('allowedTopologies');
  const seen = (terms ?? []).map(() => '[]');
  return (terms ?? []).flatMap((term, index) => {
    const at = path.index(index);
    const shape = shapeOf(term);
    const twice = seen.filter((one) => one === shape);
    seen.push(shape);
    return [
      ...validateTerm(term, at),
      ...twice.map(() => fieldErrors.duplicate(at.child('matchLabelExpressions'), '')),
    ];
  });
}

function validateStorageClass(object: KubeObject): FieldError[] {
  const { provisioner, reclaimPolicy, volumeBindingMode, parameters, allowedTopologies } =
    draftAs<storagev1.StorageClass>(object);
  const errors: FieldError[] = [];
  const path = FieldPath.root('provisioner');
  if (!provisioner) errors.push(fieldErrors.required(path));
  else errors.push(...complain(path, provisioner, isQualifiedName(provisioner.toLowerCase())));
  if (Object.keys(parameters ?? {}).length > 512) errors.push(fieldErrors.tooLong('Provisioner Parameters', 512));
  else if (Object.hasOwn(parameters ?? {}, ''))
    errors.push(fieldErrors.invalid('parameters', '', 'field can not be empty.'));
  errors.push(...oneOf(reclaimPolicy, ['Delete', 'Retain'], FieldPath.root('reclaimPolicy'), 'allowed'));
  if (!volumeBindingMode) errors.push(fieldErrors.required('volumeBindingMode'));
  else
    errors.push(
      ...oneOf(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], FieldPath.root('volumeBindingMode')),
    );
  return [...errors, ...validateTopologies(allowedTopologies)];
}

function validateStorageClassUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const now = draftAs<storagev1.StorageClass>(object);
  const old = draftAs<storagev1.StorageClass>(before);
  const errors = validateStorageClass(object);
  if (!jsonEqual(now.parameters ?? {}, old.parameters ?? {}))
    errors.push(fieldErrors.forbidden('parameters', 'updates to parameters are forbidden.'));
  if (now.provisioner !== old.provisioner)
    errors.push(fieldErrors.forbidden('provisioner', 'updates to provisioner are forbidden.'));
  if (now.reclaimPolicy !== old.reclaimPolicy)
    errors.push(fieldErrors.forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'));
  if (now.volumeBindingMode !== old.volumeBindingMode)
    errors.push(fieldErrors.invalid('volumeBindingMode', now.volumeBindingMode, 'field is immutable'));
  return errors;
}

/** StorageClasses (k8s.io/kubernetes/pkg/registry/storage/storageclass, v1.35). */
export const storageClassKind = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'storageclasses',
  kind: 'StorageClass',
  generation: false,
  defaults: (draft) => {
    const object = draftAs<storagev1.StorageClass>(draft);
    object.reclaimPolicy ??= 'Delete';
    object.volumeBindingMode ??= 'Immediate';
  },
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  table: {
    columns: columnsOf('storage.k8s.io/v1', 'storageclasses'),
    cells: (object, now) => {
      const { metadata, ...rest } = draftAs<storagev1.StorageClass>(object);
      const annotations = metadata?.annotations;
      const standard = DEFAULT_ANNOTATIONS.some((name) => annotations?.[name] === 'true');
      return [
        `${metadata?.name ?? ''}${standard ? ' (default)' : ''}`,
        rest.provisioner,
        rest.reclaimPolicy ?? 'Delete',
        rest.volumeBindingMode ?? '<unset>',
        rest.allowVolumeExpansion ?? false,
        ageCell(metadata?.creationTimestamp, now),
      ];
    },
  },
});
