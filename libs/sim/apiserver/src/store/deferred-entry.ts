import { deepFreeze } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';
import type { HistoryEntry } from '../contract/store.js';
import type { OwnNote } from './object-store.js';

/**
 * The first write of an object that is made when somebody looks at it: most events are never read. It must come out
 * the same whenever that is.
 */
export abstract class DeferredEntry implements HistoryEntry {
  resourceVersion = 0;
  time = 0;
  /** The store's table holds the object: somebody asked for it. */
  taken = false;
  abstract readonly resource: ResourceType;
  /** Who wrote it: the same for all writes of one writer. */
  abstract readonly note: OwnNote;
  private made: KubeObject | undefined = undefined;

  get type(): 'ADDED' {
    return 'ADDED';
  }

  get previous(): undefined {
    return undefined;
  }

  get object(): KubeObject {
    this.made ??= deepFreeze(this.make());
    return this.made;
  }

  /** The object with its revision; fresh, to be frozen. */
  protected abstract make(): KubeObject;
}

/** The removal of such an object before anybody looked at it. */
export class DeferredRemoval implements HistoryEntry {
  private last: KubeObject | undefined = undefined;

  constructor(
    private readonly written: DeferredEntry,
    readonly resourceVersion: number,
    readonly time: number,
  ) {}

  get type(): 'DELETED' {
    return 'DELETED';
  }

  get resource(): ResourceType {
    return this.written.resource;
  }

  get previous(): KubeObject {
    return this.written.object;
  }

  get object(): KubeObject {
    this.last ??= lastState(this.written.object, this.resourceVersion);
    return this.last;
  }
}

/** What watchers get of an object that was removed: its last state with the revision of the removal. */
export function lastState(stored: KubeObject, revision: number): KubeObject {
  return Object.freeze({
    ...stored,
    metadata: Object.freeze({ ...stored.metadata, resourceVersion: String(revision) }),
  });
}
