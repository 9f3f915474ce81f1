import { deepClone, fail, isJsonObject, jsonEqual, ok, setOwn, type JsonValue, type Result } from '@seatrial/kernel';
import { parsePointer } from './json-pointer.js';

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: JsonValue;
}

class PatchProblem extends Error {}

const missing = (path: string): never => {
  throw new PatchProblem(`doc is missing key: ${path}: missing value`);
};

function arrayIndex(list: readonly JsonValue[], segment: string, limit: number, path: string): number {
  if (!/^-?\d+$/.test(segment)) throw new PatchProblem(`value was not a proper array index: '${segment}'`);
  const index = Number(segment);
  if (index < 0 && index >= -list.length) return index + list.length;
  if (index < 0 || index > limit)
    throw new PatchProblem(`Unable to access invalid index: ${segment}: invalid index referenced (${path})`);
  return index;
}

/** A document under change; the root can be replaced as well. */
class Document {
  constructor(public root: JsonValue) {}

  private container(path: string): { container: JsonValue; key: string } {
    const segments = parsePointer(path);
    if (!segments) return missing(path);
    let container = this.root;
    for (const segment of segments.slice(0, -1)) {
      const inside = isJsonObject(container) && !Object.hasOwn(container, segment);
      if (inside) throw new PatchProblem(`doc is missing path: ${path}: missing value`);
      container = this.child(container, segment, path);
    }
    return { container, key: segments.at(-1) ?? '' };
  }

  private child(container: JsonValue, key: string, path: string): JsonValue {
    if (Array.isArray(container)) return container[arrayIndex(container, key, container.length - 1, path)];
    if (isJsonObject(container) && Object.hasOwn(container, key)) return container[key] ?? null;
    return missing(path);
  }

  get(path: string): JsonValue {
    if (path === '') return this.root;
    const { container, key } = this.container(path);
    return this.child(container, key, path);
  }

  add(path: string, value: JsonValue): void {
    if (path === '') {
      this.root = value;
      return;
    }
    const { container, key } = this.container(path);
    if (Array.isArray(container)) {
      const index = key === '-' ? container.length : arrayIndex(container, key, container.length, path);
      container.splice(index, 0, value);
    } else if (isJsonObject(container)) setOwn(container, key, value);
    else missing(path);
  }

  remove(path: string): JsonValue {
    const { container, key } = this.container(path);
    const old = this.child(container, key, path);
    if (Array.isArray(container)) container.splice(arrayIndex(container, key, container.length - 1, path), 1);
    else if (isJsonObject(container)) Reflect.deleteProperty(container, key);
    return old;
  }

  replace(path: string, value: JsonValue): void {
    if (path === '') {
      this.root = value;
      return;
    }
    const { container, key } = this.container(path);
    this.child(container, key, path);
    if (Array.isArray(container)) container[arrayIndex(container, key, container.length - 1, path)] = value;
    else if (isJsonObject(container)) setOwn(container, key, value);
  }
}

function getOrUndefined(document: Document, path: string): JsonValue | undefined {
  try {
    return document.get(path);
  } catch (error) {
    if (error instanceof PatchProblem) return undefined;
    throw error;
  }
}

function applyOperation(document: Document, operation: JsonPatchOperation): void {
  const { op, path, from = '' } = operation;
  const value = deepClone(operation.value ?? null);
  switch (op) {
    case 'add': {
      document.add(path, value);
      return;
    }
    case 'remove':
      document.remove(path);
      return;
    case 'replace': {
      document.replace(path, value);
      return;
    }
    case 'move': {
      document.add(path, document.remove(from));
      return;
    }
    case 'copy': {
      document.add(path, deepClone(document.get(from)));
      return;
    }
    case 'test':
      if (!jsonEqual(getOrUndefined(document, path) ?? null, value))
        throw new PatchProblem(`testing value ${path} failed: test failed`);
      return;
    default:
      throw new PatchProblem(`Unexpected kind: ${op}`);
  }
}

/**
 * Applies a JSON patch to a copy; the error is that of github.com/evanphx/json-patch (`replace operation does not
 * apply: doc is missing key: /spec/x: missing value`).
 */
export function applyJsonPatch(
  target: JsonValue,
  operations: readonly JsonPatchOperation[],
): Result<JsonValue, string> {
  const document = new Document(deepClone(target));
  for (const operation of operations) {
    try {
      applyOperation(document, operation);
    } catch (error) {
      if (!(error instanceof PatchProblem)) throw error;
      return fail(
        operation.op === 'test' ? error.message : `${operation.op} operation does not apply: ${error.message}`,
      );
    }
  }
  return ok(document.root);
}
