import { goPlain, isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { FieldError } from '@seatrial/schema';

/** Where a custom resource keeps what a Scale shows. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly selectorPath?: string;
}

const MAX_REPLICAS = 2 ** 31 - 1;

function goType(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (Array.isArray(value)) return '[]interface {}';
  return value === null ? '<nil>' : 'map[string]interface {}';
}

/** The value at a path, and why it cannot be read as the type that is wanted (unstructured.NestedInt64, NestedString). */
function nested(
  object: JsonObject,
  path: string,
  wanted: 'int64' | 'string',
): { readonly value?: unknown; readonly error?: string } {
  const keys = path.replace(/^\./, '').split('.');
  let value: unknown = object;
  for (const [index, key] of keys.entries()) {
    if (!isJsonObject(value)) {
      // Nothing below null; the path that the error names ends with the key that was looked for.
      if (value === null) return {};
      const shown = `${goPlain(value)} is of the type ${goType(value)}, expected map[string]interface{}`;
      return { error: `.${keys.slice(0, index + 1).join('.')} accessor error: ${shown}` };
    }
    if (!Object.hasOwn(value, key)) return {};
    value = value[key];
  }
  if (goType(value) === wanted) return { value };
  return {
    error: `.${keys.join('.')} accessor error: ${goPlain(value)} is of the type ${goType(value)}, expected ${wanted}`,
  };
}

function invalidAt(field: string, value: string | number, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, body: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

function replicasErrors(object: JsonObject, path: string): FieldError[] {
  const { value = 0, error } = nested(object, path, 'int64');
  const replicas = value as number;
  if (error !== undefined) return [invalidAt(path, 0, error)];
  if (replicas < 0) return [invalidAt(path, replicas, 'should be a non-negative integer')];
  if (replicas > MAX_REPLICAS) return [invalidAt(path, replicas, `should be less than or equal to ${MAX_REPLICAS}`)];
  return [];
}

/** What a custom resource says of replicas where its Scale has them (customresource/validator.go ValidateScaleSpec, ValidateScaleStatus). */
export function scalePathErrors(object: JsonObject, paths: ScalePaths | undefined, statusOnly: boolean): FieldError[] {
  if (!paths) return [];
  const errors = statusOnly ? [] : replicasErrors(object, paths.specReplicasPath);
  errors.push(...replicasErrors(object, paths.statusReplicasPath));
  if (paths.selectorPath !== undefined) {
    const { error } = nested(object, paths.selectorPath, 'string');
    if (error !== undefined) errors.push(invalidAt(paths.selectorPath, '', error));
  }
  return errors;
}
