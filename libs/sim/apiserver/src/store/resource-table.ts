import type { KubeObject } from '../contract/object.js';
import type { WatchEvent } from '../contract/request.js';
import type { StoreIndex } from '../contract/store.js';
import type { DeferredEntry } from './deferred-entry.js';
import { compareNamespaces, SlotList, type Slot } from './slot-list.js';

export type ChangeListener = (event: WatchEvent) => void;

interface IndexState {
  readonly index: StoreIndex;
  readonly buckets: Map<string, SlotList>;
}

interface NamespaceObjects {
  readonly byName: Map<string, Slot>;
  readonly list: SlotList;
}

const NO_LISTS: readonly SlotList[] = [];
const NONE: readonly KubeObject[] = Object.freeze([]);

/** All objects of one resource: by namespace and name, and by the indexes that were asked for. */
export class ResourceTable {
  private watchers: readonly ChangeListener[] = [];
  private readonly namespaces = new Map<string, NamespaceObjects>();
  private readonly indexes = new Map<string, IndexState>();
  /** The same, to go through. */
  private readonly states: IndexState[] = [];
  private count = 0;
  private all: readonly KubeObject[] | undefined = NONE;
  /** Objects that nobody has asked for yet, oldest first, from `nextDeferred` on. */
  private deferred: DeferredEntry[] = [];
  private nextDeferred = 0;
  /** How many of them were not taken in since. */
  private untaken = 0;

  get size(): number {
    return this.count + this.untaken;
  }

  /** A list that does not change while it is walked. */
  get listeners(): readonly ChangeListener[] {
    return this.watchers;
  }

  listen(listener: ChangeListener): () => void {
    this.watchers = [...this.watchers, listener];
    return () => {
      this.watchers = this.watchers.filter((each) => each !== listener);
    };
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.slot(namespace, name)?.object;
  }

  /** Where an object is kept. */
  slot(namespace: string, name: string): Slot | undefined {
    const found = this.namespaces.get(namespace)?.byName.get(name);
    if (found !== undefined || this.deferred.length === 0) return found;
    this.takeInDeferred();
    return this.namespaces.get(namespace)?.byName.get(name);
  }

  list(namespace: string | undefined): readonly KubeObject[] {
    if (this.deferred.length > 0) this.takeInDeferred();
    if (namespace) return this.namespaces.get(namespace)?.list.list() ?? NONE;
    this.all ??= this.listAll();
    return this.all;
  }

  byIndex(index: StoreIndex, key: string): readonly KubeObject[] {
    if (this.deferred.length > 0) this.takeInDeferred();
    return this.addIndex(index).buckets.get(key)?.list() ?? NONE;
  }

  addIndex(index: StoreIndex): IndexState {
    const known = this.indexes.get(index.name);
    if (known) return known;
    const state: IndexState = { index, buckets: new Map() };
    this.indexes.set(index.name, state);
    this.states.push(state);
    for (const { byName } of this.namespaces.values())
      for (const slot of byName.values()) slot.lists = [...slot.lists, ...addTo(state, slot, index.keys(slot.object))];
    return state;
  }

  /** Takes in a new object, or with its slot a new version of a known one. */
  set(object: KubeObject, slot: Slot | undefined): void {
    this.all = undefined;
    if (!slot) {
      const { namespace = '', name } = object.metadata;
      this.add({ namespace, name, object, lists: NO_LISTS });
      return;
    }
    const previous = slot.object;
    slot.object = object;
    let moved = false;
    for (let i = 0; i < this.states.length; i++) if (move(this.states[i], slot, previous)) moved = true;
    if (moved) this.relist(slot);
    const { lists } = slot;
    for (let i = 0; i < lists.length; i++) lists[i].touch();
  }

  delete(object: KubeObject): void {
    const { namespace = '', name } = object.metadata;
    const objects = this.namespaces.get(namespace);
    const slot = objects?.byName.get(name);
    if (!objects || !slot) return;
    this.all = undefined;
    this.count--;
    objects.byName.delete(name);
    objects.list.delete(slot);
    if (objects.byName.size === 0) this.namespaces.delete(namespace);
    for (const state of this.states) removeFrom(state, slot, state.index.keys(object));
  }

  /** Takes in an object that is new, when it is first asked for. */
  defer(entry: DeferredEntry): void {
    this.deferred.push(entry);
    this.untaken++;
  }

  /** Takes in one deferred object before the others. */
  takeIn(entry: DeferredEntry): void {
    if (entry.taken) return;
    entry.taken = true;
    this.untaken--;
    this.set(entry.object, undefined);
  }

  /** Lets go of the oldest deferred object; false when `entry` is not that, or was asked for. */
  forget(entry: DeferredEntry): boolean {
    if (this.deferred[this.nextDeferred] !== entry) return false;
    this.nextDeferred++;
    if (this.nextDeferred * 2 > this.deferred.length) {
      this.deferred = this.deferred.slice(this.nextDeferred);
      this.nextDeferred = 0;
    }
    if (entry.taken) return false;
    this.untaken--;
    return true;
  }

  private takeInDeferred(): void {
    const { deferred, nextDeferred } = this;
    this.deferred = [];
    this.nextDeferred = 0;
    for (let i = nextDeferred; i < deferred.length; i++) this.takeIn(deferred[i]);
  }

  private add(slot: Slot): void {
    let objects = this.namespaces.get(slot.namespace);
    if (!objects) {
      objects = { byName: new Map(), list: new SlotList() };
      this.namespaces.set(slot.namespace, objects);
    }
    this.count++;
    objects.byName.set(slot.name, slot);
    objects.list.add(slot);
    const lists = [objects.list];
    for (const state of this.states)
      for (const bucket of addTo(state, slot, state.index.keys(slot.object))) lists.push(bucket);
    // A list that grew has room for many more.
    slot.lists = lists.length === 1 ? lists : lists.slice();
  }

  /** Finds out anew which lists hold the slot. */
  private relist(slot: Slot): void {
    const lists: SlotList[] = [];
    const own = this.namespaces.get(slot.namespace);
    if (own) lists.push(own.list);
    for (const { index, buckets } of this.states)
      for (const key of index.keys(slot.object)) {
        const bucket = buckets.get(key);
        if (bucket) lists.push(bucket);
      }
    slot.lists = lists.slice();
  }

  private listAll(): readonly KubeObject[] {
    if (this.namespaces.size === 1) for (const { list } of this.namespaces.values()) return list.list();
    const names = [...this.namespaces.keys()].sort(compareNamespaces);
    return names.flatMap((name) => this.namespaces.get(name)?.list.list() ?? NONE);
  }
}

function addTo({ buckets }: IndexState, slot: Slot, keys: readonly string[]): readonly SlotList[] {
  if (keys.length === 0) return NO_LISTS;
  return keys.map((key) => {
    let bucket = buckets.get(key);
    if (!bucket) {
      bucket = new SlotList();
      buckets.set(key, bucket);
    }
    bucket.add(slot);
    return bucket;
  });
}

function removeFrom({ buckets }: IndexState, slot: Slot, keys: readonly string[]): void {
  for (const key of keys) {
    const bucket = buckets.get(key);
    if (!bucket) continue;
    bucket.delete(slot);
    if (bucket.size === 0) buckets.delete(key);
  }
}

/** True when the new version of an object has other keys than the one before. */
function move(state: IndexState, slot: Slot, previous: KubeObject): boolean {
  const { keys, same } = state.index;
  if (same?.(previous, slot.object)) return false;
  const before = keys(previous);
  const after = keys(slot.object);
  if (before.length === after.length && before.every((key, i) => key === after[i])) return false;
  removeFrom(state, slot, before);
  addTo(state, slot, after);
  return true;
}
