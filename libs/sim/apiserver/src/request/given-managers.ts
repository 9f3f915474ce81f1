import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { FieldSet, formatManagedFields, type FieldManager, type ManagedFields } from '@seatrial/merge';
import type { KubeObject } from '../contract/object.js';
import type { RequestScope } from './request-scope.js';

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function managerOf(entry: JsonObject): FieldManager | undefined {
  const { operation, fieldsV1, subresource, time } = entry;
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (entry.fieldsType !== 'FieldsV1' || !isJsonObject(fieldsV1)) return undefined;
  return {
    manager: text(entry.manager),
    operation,
    apiVersion: text(entry.apiVersion),
    ...(typeof subresource === 'string' && subresource !== '' && { subresource }),
    ...(typeof time === 'string' && { time }),
    fields: FieldSet.fromFieldsV1(fieldsV1),
  };
}

/**
 * The owners that a writer gives an object in metadata.managedFields, where they differ from those it has; one empty
 * entry takes all away. What cannot be read counts as not given (apimachinery's managedfields manager.Update).
 */
export function givenManagers(
  scope: RequestScope,
  given: JsonValue | undefined,
  old: KubeObject,
): ManagedFields | undefined {
  if (!Array.isArray(given) || given.length === 0 || !given.every(isJsonObject)) return undefined;
  if (given.length === 1 && Object.keys(given[0]).length === 0) return [];
  if (jsonEqual(given, formatManagedFields(scope.server.managedFields.of(scope.rest, old)))) return undefined;
  const managers = given.map(managerOf);
  return managers.every((manager) => manager !== undefined) ? managers : undefined;
}
