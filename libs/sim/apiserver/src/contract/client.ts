import type { JsonObject, Result } from '@seatrial/kernel';
import type { KubeObject, Stored } from './object.js';
import type { RequestOptions, PatchType } from './request.js';
import type { ResourceType } from './resource.js';
import type { Status } from './status.js';
import type { ObjectReader } from './store.js';

/** What a component may leave out of an object that it creates: the server fills it in. */
export type Draft<T extends KubeObject> = Omit<T, 'metadata' | 'apiVersion' | 'kind'> & {
  readonly metadata: Partial<T['metadata']>;
};

/** A component's access to the API server: reads from the store, writes as requests of its own user. */
export interface ApiClient extends ObjectReader {
  create<T extends KubeObject>(
    resource: ResourceType<T>,
    object: Draft<T>,
    options?: RequestOptions,
  ): Result<T, Status>;
  /** Replaces; fails with Conflict when `metadata.resourceVersion` is stale. A write without a change does nothing. */
  update<T extends KubeObject>(resource: ResourceType<T>, object: T): Result<T, Status>;
  updateStatus<T extends KubeObject>(resource: ResourceType<T>, object: T): Result<T, Status>;
  patch<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    patch: JsonObject,
    options?: RequestOptions & { readonly subresource?: string },
  ): Result<T, Status>;
  delete(
    resource: ResourceType,
    namespace: string | undefined,
    name: string,
    options?: RequestOptions,
  ): Result<undefined, Status>;
  /** GET of a subresource (scale). */
  getSubresource(
    resource: ResourceType,
    namespace: string | undefined,
    name: string,
    subresource: string,
  ): Result<JsonObject, Status>;
  /** POST to a subresource (binding, eviction, token…). */
  createSubresource(
    resource: ResourceType,
    namespace: string,
    name: string,
    subresource: string,
    body: JsonObject,
  ): Result<JsonObject, Status>;
}

export type { Stored };
