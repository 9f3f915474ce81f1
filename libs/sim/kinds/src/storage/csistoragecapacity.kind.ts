import type { KubeObject } from '@seatrial/apiserver';
import { FieldPath, Quantity, fieldErrors, isDns1123Subdomain, type FieldError } from '@seatrial/schema';
import type * as meta from 'kubernetes-types/meta/v1.js';
import { draftAs } from '../registry/draft.js';
import { created, name, simple } from '../registry/simple-kind.js';
import { complain, immutable, immutableSelector } from '../validation/fields.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';

interface Capacity {
  readonly nodeTopology?: meta.LabelSelector;
  readonly storageClassName?: string;
  readonly capacity?: string;
}

const TOPOLOGY = FieldPath.root('nodeTopology');
const CLASS = FieldPath.root('storageClassName');

/** ValidateCSIStorageCapacity (pkg/apis/storage/validation, v1.35). */
function validate(object: KubeObject): FieldError[] {
  const { nodeTopology, storageClassName = '', capacity } = draftAs<Capacity>(object);
  const errors = validateLabelSelector(nodeTopology, TOPOLOGY);
  errors.push(...complain(CLASS, storageClassName, isDns1123Subdomain(storageClassName)));
  if (capacity !== undefined && Quantity.of(capacity).sign() < 0)
    errors.push(fieldErrors.invalid('capacity', capacity, 'must be greater than or equal to 0'));
  return errors;
}

function validateUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const [now, old] = [draftAs<Capacity>(object), draftAs<Capacity>(before)];
  return [
    ...validate(object),
    ...immutableSelector(now.nodeTopology, old.nodeTopology, TOPOLOGY),
    ...immutable(now.storageClassName, old.storageClassName, CLASS),
  ];
}

/** CSIStorageCapacities (pkg/registry/storage/csistoragecapacity, v1.35). */
export const csiStorageCapacityKind = simple({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csistoragecapacities',
  kind: 'CSIStorageCapacity',
  generation: false,
  cells: [name, created],
  rest: { validate, validateUpdate },
});
