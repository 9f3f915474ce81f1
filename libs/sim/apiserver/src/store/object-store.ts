import { deepFreeze, type JsonObject, type Simulation } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { WatchEvent } from '../contract/request.js';
import { ANY_RESOURCE, type ResourceType } from '../contract/resource.js';
import type { HistoryEntry, ObjectReader, StoreIndex } from '../contract/store.js';
import { DeferredRemoval, lastState, type DeferredEntry } from './deferred-entry.js';
import { ResourceTable, type ChangeListener } from './resource-table.js';
import { RevisionLine } from './revision-line.js';
import { changesBetween, stateAfter, type StoreChange } from './store-state.js';

/** Who wrote a version and how: what managedFields are computed from, when they are asked for. */
export interface WriteNote {
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly subresource: string;
  /** The version that the writer spoke. */
  readonly apiVersion: string;
  /** Virtual ms since the epoch. */
  readonly time: number;
  readonly previous?: KubeObject;
  /** What was applied, for an apply. */
  readonly applied?: unknown;
  readonly force?: boolean;
  /** The object before admission and storage added to it, where they did: only what was asked for is owned. */
  readonly asked?: JsonObject;
  /** Written by the server itself, past managedFields (bindings, deletions). */
  readonly unowned?: boolean;
}

/** What the writer of a version leaves for managedFields. */
export type OwnNote = Omit<WriteNote, 'time' | 'previous'>;

interface NotedEntry extends HistoryEntry {
  readonly note?: OwnNote;
}

/** The revision of the first write to an empty store. */
const FIRST_REVISION = 2;

/** The object with its revision, frozen. One that is frozen and has it already (of a snapshot) is shared. */
function stamped(draft: KubeObject, resourceVersion: string): KubeObject {
  if (!Object.isFrozen(draft.metadata)) {
    (draft.metadata as { resourceVersion: string }).resourceVersion = resourceVersion;
    return deepFreeze(draft);
  }
  if (draft.metadata.resourceVersion === resourceVersion && Object.isFrozen(draft)) return draft;
  return deepFreeze({ ...draft, metadata: { ...draft.metadata, resourceVersion } });
}

/**
 * The cluster's etcd: immutable objects, one counter of revisions, the whole history. A write costs the size of what
 * is new in the object, not of the store. Listeners run after the write that they are told of, in the order of writes,
 * also when a listener writes itself.
 */
export class ObjectStore implements ObjectReader {
  private readonly tables = new Map<string, ResourceTable>();
  private readonly byType = new Map<ResourceType, ResourceTable>();
  /** Every write, and what became of each object when the store went back. */
  private readonly entries: NotedEntry[] = [];
  private readonly line = new RevisionLine(FIRST_REVISION);
  private anyListeners: readonly ((entry: HistoryEntry) => void)[] = [];
  private readonly pending: HistoryEntry[] = [];
  private dispatching = false;
  private revision = FIRST_REVISION - 1;

  constructor(private readonly simulation: Simulation) {}

  get resourceVersion(): number {
    return this.revision;
  }

  get<T extends KubeObject>(resource: ResourceType<T>, namespace: string | undefined, name: string): T | undefined {
    return this.table(resource).get(resource.namespaced ? (namespace ?? '') : '', name) as T | undefined;
  }

  list<T extends KubeObject>(resource: ResourceType<T>, namespace?: string): readonly T[] {
    return this.table(resource).list(namespace) as readonly T[];
  }

  byIndex<T extends KubeObject>(index: StoreIndex<T>, key: string): readonly T[] {
    return this.table(index.resource).byIndex(index as unknown as StoreIndex, key) as readonly T[];
  }

  addIndex(index: StoreIndex): void {
    this.table(index.resource).addIndex(index);
  }

  count(resource: ResourceType): number {
    return this.table(resource).size;
  }

  history(): readonly HistoryEntry[] {
    return this.entries;
  }

  onChange<T extends KubeObject>(resource: ResourceType<T>, listener: (event: WatchEvent<T>) => void): () => void {
    if (resource.resource === ANY_RESOURCE.resource)
      return this.onAnyChange(listener as unknown as (entry: HistoryEntry) => void);
    return this.table(resource).listen(listener as unknown as ChangeListener);
  }

  /** Told of every write to any resource. */
  onAnyChange(listener: (entry: HistoryEntry) => void): () => void {
    this.anyListeners = [...this.anyListeners, listener];
    return () => {
      this.anyListeners = this.anyListeners.filter((each) => each !== listener);
    };
  }

  /** Stores a new version; the object becomes frozen and gets its resourceVersion. `note` says who wrote it. */
  put(resource: ResourceType, draft: KubeObject, note?: OwnNote): KubeObject {
    const revision = ++this.revision;
    const object = stamped(draft, String(revision));
    const table = this.table(resource);
    const slot = table.slot(object.metadata.namespace ?? '', object.metadata.name);
    const previous = slot?.object;
    if (!previous) this.simulation.charge('objects', 1);
    table.set(object, slot);
    const time = this.simulation.now();
    this.append({
      resourceVersion: revision,
      time,
      type: previous ? 'MODIFIED' : 'ADDED',
      resource,
      object,
      previous,
      note,
    });
    return object;
  }

  /** Stores an object whose name no other has, without making it yet. */
  defer(entry: DeferredEntry): void {
    entry.resourceVersion = ++this.revision;
    entry.time = this.simulation.now();
    this.simulation.charge('objects', 1);
    this.table(entry.resource).defer(entry);
    this.append(entry);
  }

  /** Removes an object; watchers get its last state with the revision of the removal. */
  remove(resource: ResourceType, stored: KubeObject): void {
    this.simulation.charge('objects', -1);
    const revision = ++this.revision;
    const last = lastState(stored, revision);
    this.table(resource).delete(stored);
    this.append({
      resourceVersion: revision,
      time: this.simulation.now(),
      type: 'DELETED',
      resource,
      object: last,
      previous: stored,
    });
  }

  /** What is stored now of an object that was deferred. */
  current(entry: DeferredEntry): KubeObject | undefined {
    const table = this.table(entry.resource);
    table.takeIn(entry);
    const { namespace = '', name } = entry.object.metadata;
    return table.get(namespace, name);
  }

  /** Removes what `defer` stored, unless it was removed or replaced since. */
  removeDeferred(entry: DeferredEntry): void {
    const { resource } = entry;
    if (this.table(resource).forget(entry)) {
      this.simulation.charge('objects', -1);
      this.append(new DeferredRemoval(entry, ++this.revision, this.simulation.now()));
      return;
    }
    const { object } = entry;
    const { namespace, name } = object.metadata;
    if (this.get(resource, namespace, name) === object) this.remove(resource, object);
  }

  /** Who wrote this version; undefined for objects that were there at the start. */
  noteOf(object: KubeObject): WriteNote | undefined {
    const at = this.line.indexOf(Number(object.metadata.resourceVersion));
    const entry = this.entries[at] as NotedEntry | undefined;
    if (entry?.object !== object || !entry.note) return undefined;
    return { ...entry.note, time: entry.time, previous: entry.previous };
  }

  /** The revision that the store was at when its history had so many entries. */
  revisionAt(length: number): number {
    return this.line.revisionAt(length);
  }

  /** The writes after a revision, oldest first. */
  *since(revision: number): Generator<HistoryEntry> {
    for (const [from, to] of this.line.rangesAfter(revision, this.entries.length))
      for (let i = from; i < to; i++) yield this.entries[i];
  }

  /**
   * Goes back to what it was when history had so many entries; the next write has the revision that the one after them
   * had, or one later by `bump`. Listeners are told what that adds, changes and removes; history keeps all.
   */
  rewind(length: number, bump = 0): readonly StoreChange[] {
    const before = stateAfter(this.entries, this.entries.length);
    const changes = changesBetween(before, stateAfter(this.entries, length));
    this.revision = this.line.revisionAt(length) + bump;
    const told = changes.map((change) => this.applyChange(change));
    this.line.branch(length, this.revision, this.entries.length + told.length);
    this.tell(told);
    return changes;
  }

  private applyChange({ resource, old, object }: StoreChange): NotedEntry {
    const table = this.table(resource);
    const time = this.simulation.now();
    if (object) {
      table.set(object, table.slot(object.metadata.namespace ?? '', object.metadata.name));
      this.simulation.charge('objects', old ? 0 : 1);
      const resourceVersion = Number(object.metadata.resourceVersion);
      return { resourceVersion, time, type: old ? 'MODIFIED' : 'ADDED', resource, object, previous: old };
    }
    table.delete(old);
    this.simulation.charge('objects', -1);
    const last = lastState(old, this.revision);
    return { resourceVersion: this.revision, time, type: 'DELETED', resource, object: last, previous: old };
  }

  private append(entry: NotedEntry): void {
    this.tell([entry]);
  }

  private tell(entries: readonly NotedEntry[]): void {
    for (const entry of entries) this.entries.push(entry);
    if (this.dispatching) {
      this.pending.push(...entries);
      return;
    }
    this.dispatching = true;
    const { pending } = this;
    let taken = 0;
    try {
      for (const entry of entries) this.dispatch(entry);
      while (taken < pending.length) this.dispatch(pending[taken++]);
    } finally {
      pending.splice(0, taken);
      this.dispatching = false;
    }
  }

  private dispatch(entry: HistoryEntry): void {
    for (const listener of this.table(entry.resource).listeners) listener(entry);
    for (const listener of this.anyListeners) listener(entry);
  }

  private table(resource: ResourceType): ResourceTable {
    const known = this.byType.get(resource);
    if (known) return known;
    const key = `${resource.group}/${resource.resource}`;
    let table = this.tables.get(key);
    if (!table) {
      table = new ResourceTable();
      this.tables.set(key, table);
    }
    this.byType.set(resource, table);
    return table;
  }
}
