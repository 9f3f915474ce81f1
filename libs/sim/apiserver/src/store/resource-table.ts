import type { KubeObject } from '../contract/object.js';
import type { WatchEvent } from '../contract/request.js';
import type { StoreIndex } from '../contract/store.js';
import { SortedObjects, keyOf } from './sorted-objects.js';

export type ChangeListener = (event: WatchEvent) => void;

interface IndexState {
  readonly index: StoreIndex;
  readonly buckets: Map<string, SortedObjects>;
}

const NONE: readonly KubeObject[] = Object.freeze([]);

/** All objects of one resource: by key, by namespace and by the indexes that were asked for. */
export class ResourceTable {
  readonly listeners = new Set<ChangeListener>();
  private readonly all = new SortedObjects();
  private readonly namespaces = new Map<string, SortedObjects>();
  private readonly indexes = new Map<string, IndexState>();

  get size(): number {
    return this.all.size;
  }

  get(key: string): KubeObject | undefined {
    return this.all.get(key);
  }

  list(namespace: string | undefined): readonly KubeObject[] {
    if (namespace === undefined || namespace === '') return this.all.list();
    return this.namespaces.get(namespace)?.list() ?? NONE;
  }

  byIndex(index: StoreIndex, key: string): readonly KubeObject[] {
    return this.addIndex(index).buckets.get(key)?.list() ?? NONE;
  }

  addIndex(index: StoreIndex): IndexState {
    const known = this.indexes.get(index.name);
    if (known) return known;
    const state: IndexState = { index, buckets: new Map() };
    this.indexes.set(index.name, state);
    for (const object of this.all.list()) add(state, keyOf(object), object);
    return state;
  }

  set(key: string, object: KubeObject, previous: KubeObject | undefined): void {
    this.all.set(key, object);
    const namespace = object.metadata.namespace;
    if (namespace) bucket(this.namespaces, namespace).set(key, object);
    for (const state of this.indexes.values()) {
      if (previous) remove(state, key, previous, new Set(state.index.keys(object)));
      add(state, key, object);
    }
  }

  delete(key: string, object: KubeObject): void {
    this.all.delete(key);
    const namespace = object.metadata.namespace;
    if (namespace) drop(this.namespaces, namespace, key);
    for (const state of this.indexes.values()) remove(state, key, object);
  }
}

function bucket(buckets: Map<string, SortedObjects>, name: string): SortedObjects {
  let found = buckets.get(name);
  if (!found) {
    found = new SortedObjects();
    buckets.set(name, found);
  }
  return found;
}

function drop(buckets: Map<string, SortedObjects>, name: string, key: string): void {
  const found = buckets.get(name);
  if (!found) return;
  found.delete(key);
  if (found.size === 0) buckets.delete(name);
}

function add(state: IndexState, key: string, object: KubeObject): void {
  for (const value of state.index.keys(object)) bucket(state.buckets, value).set(key, object);
}

function remove(state: IndexState, key: string, object: KubeObject, except?: ReadonlySet<string>): void {
  for (const value of state.index.keys(object)) if (!except?.has(value)) drop(state.buckets, value, key);
}
