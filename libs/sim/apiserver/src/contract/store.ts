import type { KubeObject } from './object.js';
import type { WatchEvent } from './request.js';
import type { ResourceType } from './resource.js';

/** One write, as history keeps it. */
export interface HistoryEntry {
  readonly resourceVersion: number;
  /** Virtual ms since the epoch. */
  readonly time: number;
  readonly type: WatchEvent['type'];
  readonly resource: ResourceType;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

/** Finds objects by a computed key without a scan: pods by node, by owner, by label value… */
export interface StoreIndex<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly resource: ResourceType<T>;
  readonly keys: (object: T) => readonly string[];
  /** True when a new version cannot have other keys than the one before: spares computing them at every write. */
  readonly same?: (before: T, after: T) => boolean;
}

/**
 * The read side of the API server's store. Objects are frozen; lists come ordered by namespace and name.
 * Components read it as they would read an informer's cache (always fresh here).
 */
export interface ObjectReader {
  get<T extends KubeObject>(resource: ResourceType<T>, namespace: string | undefined, name: string): T | undefined;
  list<T extends KubeObject>(resource: ResourceType<T>, namespace?: string): readonly T[];
  /** Objects with this index key, ordered by namespace and name. */
  byIndex<T extends KubeObject>(index: StoreIndex<T>, key: string): readonly T[];
  /** Every write so far, oldest first; the oldest entries are never dropped. */
  history(): readonly HistoryEntry[];
  readonly resourceVersion: number;
  /** Calls the listener right after each write to the resource, in order. */
  onChange<T extends KubeObject>(resource: ResourceType<T>, listener: (event: WatchEvent<T>) => void): () => void;
}
