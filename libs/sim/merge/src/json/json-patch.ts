import { deepClone, fail, isJsonObject, jsonEqual, ok, setOwn, type JsonValue, type Result } from '@seatrial/kernel';

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: JsonValue;
}

class PatchProblem extends Error {}

type Container = JsonValue[] | Record<string, JsonValue | undefined>;

const MISSING = 'missing value';

function refuse(text: string): never {
  throw new PatchProblem(text);
}

/** strconv.Atoi. */
function atoi(text: string): number {
  return /^[+-]?\d+$/.test(text)
    ? Number(text)
    : refuse(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** An index within `size`; negative ones count from the end. */
function indexIn(index: number, size: number): number {
  if (index >= size || index < -size) refuse(`Unable to access invalid index: ${index}: invalid index referenced`);
  return index < 0 ? index + size : index;
}

/** A member; undefined where an object has none, which is no error. */
function get(container: Container, key: string): JsonValue | undefined {
  if (Array.isArray(container)) return container[indexIn(atoi(key), container.length)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function set(container: Container, key: string, value: JsonValue): void {
  if (Array.isArray(container)) container[indexIn(atoi(key), container.length)] = value;
  else setOwn(container, key, value);
}

function add(container: Container, key: string, value: JsonValue): void {
  if (!Array.isArray(container)) setOwn(container, key, value);
  else if (key === '-') container.push(value);
  else if (/^[+-]?\d+$/.test(key)) container.splice(indexIn(Number(key), container.length + 1), 0, value);
  else
    refuse(
      `value was not a proper array index: '${key}': strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`,
    );
}

function remove(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(indexIn(atoi(key), container.length), 1);
  else if (Object.hasOwn(container, key)) Reflect.deleteProperty(container, key);
  else refuse(`Unable to remove nonexistent key: ${key}: ${MISSING}`);
}

const isContainer = (value: JsonValue | undefined): value is Container =>
  Array.isArray(value) || isJsonObject(value ?? null);

const decodeKey = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

interface Place {
  readonly container: Container;
  readonly key: string;
}

/** The container that a path leads to and the last key; undefined where there is none. */
function findObject(root: JsonValue, path: string): Place | undefined {
  const parts = path.split('/').map(decodeKey);
  if (parts.length < 2 || !isContainer(root)) return undefined;
  let container: Container = root;
  for (const part of parts.slice(1, -1)) {
    let next: JsonValue | undefined;
    try {
      next = get(container, part);
    } catch (error) {
      if (error instanceof PatchProblem) return undefined;
      throw error;
    }
    if (!isContainer(next)) return undefined;
    container = next;
  }
  return { container, key: parts[parts.length - 1] };
}

/** Does a step; a problem gets the words in front that the operation has for it. */
function within<T>(words: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof PatchProblem) return refuse(`${words}: ${error.message}`);
    throw error;
  }
}

function replace(root: JsonValue, path: string, value: JsonValue): JsonValue {
  if (path === '') return value;
  const { container, key } =
    findObject(root, path) ?? refuse(`replace operation does not apply: doc is missing path: ${path}: ${MISSING}`);
  try {
    get(container, key);
  } catch (error) {
    if (!(error instanceof PatchProblem)) throw error;
    refuse(`replace operation does not apply: doc is missing key: ${path}: ${MISSING}`);
  }
  set(container, key, value);
  return root;
}

function test(root: JsonValue, path: string, value: JsonValue | undefined): void {
  const failed = `testing value ${path} failed: test failed`;
  if (path === '') {
    if (!jsonEqual(root, value ?? null)) refuse(failed);
    return;
  }
  const { container, key } =
    findObject(root, path) ?? refuse(`test operation does not apply: is missing path: ${path}: ${MISSING}`);
  const found = within(`error in test for path: '${path}'`, () => get(container, key));
  if (!jsonEqual(found ?? null, value ?? null)) refuse(failed);
}

function moveOrCopy(root: JsonValue, op: 'move' | 'copy', from: string | undefined, path: string): void {
  if (from === undefined) refuse(`${op} operation failed to decode from: operation, missing from field: ${MISSING}`);
  const source =
    findObject(root, from) ?? refuse(`${op} operation does not apply: doc is missing from path: ${from}: ${MISSING}`);
  const words = op === 'move' ? `error in move for path: '${source.key}'` : `error in copy for from: '${from}'`;
  const value = within(words, () => get(source.container, source.key)) ?? null;
  if (op === 'move')
    within(words, () => {
      remove(source.container, source.key);
    });
  const target =
    findObject(root, path) ??
    refuse(`${op} operation does not apply: doc is missing destination path: ${path}: ${MISSING}`);
  within(op === 'move' ? `error in move for path: '${path}'` : 'error while adding value during copy', () => {
    add(target.container, target.key, op === 'move' ? value : deepClone(value));
  });
}

function applyOperation(root: JsonValue, operation: JsonPatchOperation): JsonValue {
  const { op, path } = operation;
  const value = deepClone(operation.value ?? null);
  switch (op) {
    case 'add':
    case 'remove': {
      const { container, key } =
        findObject(root, path) ?? refuse(`${op} operation does not apply: doc is missing path: "${path}": ${MISSING}`);
      within(`error in ${op} for path: '${path}'`, () => {
        if (op === 'add') add(container, key, value);
        else remove(container, key);
      });
      return root;
    }
    case 'replace':
      return replace(root, path, value);
    case 'move':
    case 'copy':
      moveOrCopy(root, op, operation.from, path);
      return root;
    case 'test':
      test(root, path, operation.value);
      return root;
    default:
      return refuse(`Unexpected kind: ${op}`);
  }
}

/**
 * Applies a JSON patch to a copy; rules and errors are those of gopkg.in/evanphx/json-patch.v4 v4.13 (server and
 * kubectl): `replace` of a member that an object does not have adds it.
 */
export function applyJsonPatch(
  target: JsonValue,
  operations: readonly JsonPatchOperation[],
): Result<JsonValue, string> {
  let root = deepClone(target);
  for (const operation of operations) {
    try {
      root = applyOperation(root, operation);
    } catch (error) {
      if (error instanceof PatchProblem) return fail(error.message);
      throw error;
    }
  }
  return ok(root);
}
