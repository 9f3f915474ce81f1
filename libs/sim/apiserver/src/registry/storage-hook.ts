import type { KubeObject } from '../contract/object.js';
import type { Status } from '../contract/status.js';
import type { Draft, RequestScope } from '../request/request-scope.js';
import type { StoreChange } from '../store/store-state.js';
import type { ServerState } from './server-state.js';

/** What a resource's storage does around a write beyond its strategy (pkg/registry/.../storage): allocations, registrations. */
export interface StorageHook {
  readonly group: string;
  readonly resource: string;
  /** What it allocates is looked at before anything is validated (registry.Store BeginCreate, BeginUpdate). */
  readonly begin?: {
    readonly create: (server: ServerState, draft: Draft, scope: RequestScope) => Status | undefined;
    readonly update: (server: ServerState, draft: Draft, old: KubeObject, scope: RequestScope) => Status | undefined;
    /** Gives back what an update took, when nothing was written. */
    readonly undoUpdate: (server: ServerState, draft: Draft, old: KubeObject, scope: RequestScope) => void;
  };
  /** After validation, before the write; a Status refuses. */
  readonly beforeCreate?: (server: ServerState, draft: Draft, scope: RequestScope) => Status | undefined;
  /** Gives back what begin or beforeCreate took, when nothing was written. */
  readonly undoCreate?: (server: ServerState, draft: Draft, scope: RequestScope) => void;
  readonly beforeUpdate?: (
    server: ServerState,
    draft: Draft,
    old: KubeObject,
    scope: RequestScope,
  ) => Status | undefined;
  /** Before a delete is even looked at; a Status refuses. */
  readonly beforeDelete?: (scope: RequestScope) => Status | undefined;
  /** Makes a delete wait: changes the object that is only marked as deleted. */
  readonly markDeleted?: (server: ServerState, draft: Draft) => void;
  readonly afterWrite?: (server: ServerState, object: KubeObject, old: KubeObject | undefined) => void;
  readonly afterDelete?: (server: ServerState, object: KubeObject) => void;
  /** The store went back to an earlier state: objects of the resource came, changed and went without a request. */
  readonly afterRewind?: (server: ServerState, changes: readonly StoreChange[]) => void;
}
