import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';
import type { HistoryEntry } from '../contract/store.js';

interface Stored {
  readonly resource: ResourceType;
  readonly object: KubeObject;
}

/** What going back does to one object: it comes (no `old`), changes, or goes (no `object`). */
export type StoreChange =
  | { readonly resource: ResourceType; readonly old: KubeObject | undefined; readonly object: KubeObject }
  | { readonly resource: ResourceType; readonly old: KubeObject; readonly object: undefined };

const keyOf = ({ group, resource }: ResourceType, { metadata }: KubeObject): string =>
  `${group}/${resource}/${metadata.namespace ?? ''}/${metadata.name}`;

/** What the store held after so many entries of its history, in the order of creation. */
export function stateAfter(entries: readonly HistoryEntry[], length: number): ReadonlyMap<string, Stored> {
  const state = new Map<string, Stored>();
  for (let i = 0; i < length; i++) {
    const { type, resource, object } = entries[i];
    const key = keyOf(resource, object);
    if (type === 'DELETED') state.delete(key);
    else state.set(key, { resource, object });
  }
  return state;
}

/** Another object of the same name, or a pod that nobody is to mistake for itself on another node. */
function isAnother(old: KubeObject, object: KubeObject): boolean {
  const nodeOf = (each: KubeObject): unknown =>
    (each as { readonly spec?: { readonly nodeName?: unknown } }).spec?.nodeName;
  return old.metadata.uid !== object.metadata.uid || nodeOf(old) !== nodeOf(object);
}

/** What leads from one state to the other: what goes first, in reverse order of creation, then what comes and changes. */
export function changesBetween(
  before: ReadonlyMap<string, Stored>,
  after: ReadonlyMap<string, Stored>,
): readonly StoreChange[] {
  const gone: StoreChange[] = [];
  const come: StoreChange[] = [];
  for (const [key, { resource, object: old }] of before) {
    const next = after.get(key)?.object;
    if (!next || isAnother(old, next)) gone.push({ resource, old, object: undefined });
  }
  for (const [key, { resource, object }] of after) {
    const old = before.get(key)?.object;
    if (old === object) continue;
    come.push({ resource, old: old && !isAnother(old, object) ? old : undefined, object });
  }
  return [...gone.reverse(), ...come];
}
