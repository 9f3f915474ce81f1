export { applyJsonPatch, type JsonPatchOperation } from './json/json-patch.js';
export { applyMergePatch, createMergePatch, createThreeWayMergePatch } from './json/merge-patch.js';
export { BAD_PATCHES, applyStrategicMergePatch, goMapText } from './strategic/apply-strategic.js';
export {
  conflictingChanges,
  createThreeWayStrategicPatch,
  createTwoWayStrategicPatch,
} from './strategic/create-strategic.js';
export { FieldSet } from './apply/field-set.js';
export {
  applyConflictMessage,
  applyServerSide,
  formatManagedFields,
  updateManagedFields,
  type AppliedObject,
  type ApplyConflict,
  type FieldManager,
  type ManagedFields,
  type WriteIdentity,
} from './apply/managed-fields.js';
