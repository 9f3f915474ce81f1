import type { KubeObject } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { IMMUTABLE_COMPLAINT, fieldErrors, isQualifiedName, type FieldError } from '@seatrial/schema';
import type * as storage from 'kubernetes-types/storage/v1.js';
import { draftAs } from '../registry/draft.js';
import { age, count, name, simple } from '../registry/simple-kind.js';
import { SPEC, complain, nonNegative } from '../validation/fields.js';
import { validateCsiDriverName } from './csi-driver-name.js';

const MAX_NODE_ID = 256;
const DRIVERS = SPEC.child('drivers');

const driversOf = (object: KubeObject): readonly storage.CSINodeDriver[] =>
  (draftAs<Partial<storage.CSINode>>(object).spec?.drivers as storage.CSINodeDriver[] | null | undefined) ?? [];

function validateTopologyKeys({ topologyKeys }: storage.CSINodeDriver, at: typeof SPEC): FieldError[] {
  const seen = new Set<string>();
  return (topologyKeys ?? []).flatMap((key) => {
    const errors: FieldError[] = [];
    if (key === '') errors.push(fieldErrors.required(at));
    if (seen.has(key)) errors.push(fieldErrors.duplicate(at, key));
    seen.add(key);
    return [...errors, ...complain(at, key, isQualifiedName(key))];
  });
}

/** ValidateCSINode (pkg/apis/storage/validation, v1.35). */
function validate(object: KubeObject): FieldError[] {
  const seen = new Set<string>();
  return driversOf(object).flatMap((driver, index) => {
    const at = DRIVERS.index(index);
    const { name: driverName, nodeID, allocatable } = driver as Partial<storage.CSINodeDriver>;
    const id = nodeID ?? '';
    const errors = validateCsiDriverName(driverName, at.child('name'));
    if (id === '') errors.push(fieldErrors.required(at.child('nodeID')));
    if (id.length > MAX_NODE_ID)
      errors.push(fieldErrors.invalid(at.child('nodeID'), id, `must be ${MAX_NODE_ID} characters or less`));
    errors.push(...nonNegative(allocatable?.count, at.child('allocatable', 'count')));
    if (seen.has(driverName ?? '')) errors.push(fieldErrors.duplicate(at.child('name'), driverName ?? ''));
    seen.add(driverName ?? '');
    return [...errors, ...validateTopologyKeys(driver, at)];
  });
}

/** A driver that is known may change what it has room for only. */
function validateUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const internal = ({ name: driverName, nodeID, topologyKeys }: storage.CSINodeDriver): unknown => ({
    Name: driverName,
    NodeID: nodeID,
    TopologyKeys: topologyKeys ?? null,
    Allocatable: null,
  });
  const drivers = driversOf(object);
  return [
    ...validate(object),
    ...driversOf(before).flatMap((old) =>
      drivers
        .filter((driver) => driver.name === old.name && !jsonEqual(internal(driver), internal(old)))
        .map((driver) => fieldErrors.invalid(DRIVERS, internal(driver), IMMUTABLE_COMPLAINT)),
    ),
  ];
}

/** CSINodes (pkg/registry/storage/csinode, v1.35). */
export const csiNodeKind = simple({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csinodes',
  kind: 'CSINode',
  generation: false,
  cells: [name, count('spec', 'drivers'), age],
  rest: { validate, validateUpdate },
});
