import { calculate } from './jq-arithmetic.js';
import type { JqNode } from './jq-node.js';
import { isObject } from './jq-value.js';

/** A `reduce` whose state grows by one member at a time: `.[key] = value`, `. + value`. */
type Growth =
  | { readonly type: 'set'; readonly key: JqNode; readonly value: JqNode }
  | { readonly type: 'add'; readonly value: JqNode };

const known = new WeakMap<JqNode, Growth | 'none'>();

/** Whether a filter of the state gives one value that the state itself is no part of. */
function isApart(node: JqNode): boolean {
  switch (node.type) {
    case 'literal':
    case 'variable':
      return true;
    case 'string':
      return node.parts.every((part) => typeof part === 'string' || isApart(part));
    case 'index':
      return node.optional !== true && isInside(node.target) && isApart(node.key);
    case 'binary':
      return isApart(node.left) && isApart(node.right);
    case 'array':
      return node.body === undefined || isApart(node.body);
    case 'object':
      return node.entries.every(({ key, value }) => isApart(key) && isApart(value));
    case 'pipe':
      // The right side sees the left one's value only; of calls, those that give one.
      return isApart(node.left) && node.right.type === 'call' && SINGLE.has(node.right.name);
    default:
      return false;
  }
}

const SINGLE = new Set(['tostring', 'tonumber', 'length', 'ascii_downcase', 'ascii_upcase', 'not', 'floor', 'keys', 'type', 'ascii', 'tojson', 'fromjson', 'add', 'join', 'split', 'ltrimstr', 'rtrimstr']); // prettier-ignore

/** A place below the state, or below a value that is apart from it. */
const isInside = (node: JqNode): boolean => node.type === 'identity' || isApart(node);

function growthOf(update: JqNode): Growth | undefined {
  let found = known.get(update);
  if (found === undefined) {
    found = 'none';
    if (update.type === 'binary' && update.operator === '+' && update.left.type === 'identity' && isApart(update.right))
      found = { type: 'add', value: update.right };
    if (update.type === 'update' && update.operator === '=' && update.left.type === 'index') {
      const { target, key, optional } = update.left;
      if (target.type === 'identity' && optional !== true && isApart(key) && isApart(update.right))
        found = { type: 'set', key, value: update.right };
    }
    known.set(update, found);
  }
  return found === 'none' ? undefined : found;
}

/**
 * The state of a `reduce`, once its filter has made it: nobody else holds it, so that it grows in place. Copying it at
 * each turn would take the square of its size.
 */
export class GrowingState {
  private own: object | undefined = undefined;
  private readonly growth: Growth | undefined;

  constructor(update: JqNode) {
    this.growth = growthOf(update);
  }

  /** Grows the state in place by what `valueOf` gives of it; false when that must be done the long way. */
  grow(state: unknown, valueOf: (node: JqNode) => unknown): boolean {
    const { growth } = this;
    if (!growth || state !== this.own || typeof state !== 'object' || state === null) return false;
    return growth.type === 'set'
      ? setMember(state, valueOf(growth.key), valueOf(growth.value))
      : addMembers(state, valueOf(growth.value));
  }

  /** Takes what the long way made of the state: a copy of its own, unless it is something that was there before. */
  take(state: unknown, before: unknown): void {
    const made = state !== before && (isObject(state) || Array.isArray(state));
    // An addition to null gives the other side itself.
    const isCopy =
      this.growth !== undefined && (this.growth.type === 'set' || (before !== null && typeof before === 'object'));
    this.own = made && isCopy && !isEmptySide(this.growth, before) ? (state as object) : undefined;
  }
}

/** Adding to something empty may give the other side itself. */
const isEmptySide = (growth: Growth | undefined, before: unknown): boolean =>
  growth?.type === 'add' && calculate('==', before, Array.isArray(before) ? [] : {}) === true;

function setMember(state: object, key: unknown, value: unknown): boolean {
  if (Array.isArray(state)) {
    if (typeof key !== 'number' || !Number.isInteger(key) || key < 0 || key > state.length) return false;
    state[key] = value;
    return true;
  }
  if (typeof key !== 'string' || key === '__proto__') return false;
  (state as Record<string, unknown>)[key] = value;
  return true;
}

function addMembers(state: object, value: unknown): boolean {
  if (Array.isArray(state)) {
    if (!Array.isArray(value)) return false;
    for (const item of value as unknown[]) state.push(item);
    return true;
  }
  if (!isObject(value) || Object.hasOwn(value, '__proto__')) return false;
  for (const [key, member] of Object.entries(value)) (state as Record<string, unknown>)[key] = member;
  return true;
}
