import { fail, ok, type JsonObject, type Result } from '@seatrial/kernel';
import type { ApiClient, Draft } from '../contract/client.js';
import type { KubeObject } from '../contract/object.js';
import type { ApiRequest, PatchType, RequestOptions, UserInfo, WatchEvent } from '../contract/request.js';
import type { ResourceType } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import type { HistoryEntry, StoreIndex } from '../contract/store.js';
import type { ServerState } from '../registry/server-state.js';
import { handleRequest } from '../request/handle-request.js';

/** Control loops of kube-controller-manager whose names do not say so. */
const CONTROL_LOOPS: ReadonlySet<string> = new Set([
  'bootstrap-signer',
  'controllermanager',
  'ephemeral_volume',
  'horizontal-pod-autoscaler',
  'pod-garbage-collector',
  'root-ca-cert-publisher',
  'token-cleaner',
  'volume_expand',
]);

/** A request's manager is the program that sends it, not the control loop in it. */
const managerOf = (component: string): string =>
  component.endsWith('-controller') || CONTROL_LOOPS.has(component) ? 'kube-controller-manager' : component;

const userOf = (component: string): UserInfo =>
  component.endsWith('-controller')
    ? {
        username: `system:serviceaccount:kube-system:${component}`,
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
      }
    : { username: `system:${component}`, groups: ['system:authenticated'] };

/** A component's way to the API server: no authorization, no decoding; strategy and admission as for anyone. */
export class ComponentClient implements ApiClient {
  private readonly user: UserInfo;
  private readonly manager: string;

  constructor(
    private readonly server: ServerState,
    component: string,
  ) {
    this.user = userOf(component);
    this.manager = managerOf(component);
  }

  get resourceVersion(): number {
    return this.server.store.resourceVersion;
  }

  get<T extends KubeObject>(resource: ResourceType<T>, namespace: string | undefined, name: string): T | undefined {
    return this.server.store.get(resource, namespace, name);
  }

  list<T extends KubeObject>(resource: ResourceType<T>, namespace?: string): readonly T[] {
    return this.server.store.list(resource, namespace);
  }

  byIndex<T extends KubeObject>(index: StoreIndex<T>, key: string): readonly T[] {
    return this.server.store.byIndex(index, key);
  }

  history(): readonly HistoryEntry[] {
    return this.server.store.history();
  }

  onChange<T extends KubeObject>(resource: ResourceType<T>, listener: (event: WatchEvent<T>) => void): () => void {
    return this.server.store.onChange(resource, listener);
  }

  create<T extends KubeObject>(
    resource: ResourceType<T>,
    object: Draft<T>,
    options?: RequestOptions,
  ): Result<T, Status> {
    const { namespace } = object.metadata as { readonly namespace?: string };
    return this.send<T>({ verb: 'create', body: object, ...(options ? { options } : undefined) }, resource, namespace);
  }

  update<T extends KubeObject>(resource: ResourceType<T>, object: T): Result<T, Status> {
    return this.send<T>({ verb: 'update', body: object }, resource, object.metadata.namespace, object.metadata.name);
  }

  updateStatus<T extends KubeObject>(resource: ResourceType<T>, object: T): Result<T, Status> {
    return this.send<T>(
      { verb: 'update', body: object, subresource: 'status' },
      resource,
      object.metadata.namespace,
      object.metadata.name,
    );
  }

  patch<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    patch: JsonObject,
    options?: RequestOptions & { readonly subresource?: string },
  ): Result<T, Status> {
    const { subresource, ...rest } = options ?? {};
    return this.send<T>(
      { verb: 'patch', patchType: type, body: patch, options: rest, ...(subresource ? { subresource } : undefined) },
      resource,
      namespace,
      name,
    );
  }

  delete(
    resource: ResourceType,
    namespace: string | undefined,
    name: string,
    options?: RequestOptions,
  ): Result<undefined, Status> {
    const result = this.send({ verb: 'delete', ...(options ? { options } : undefined) }, resource, namespace, name);
    return result.ok ? ok(undefined) : result;
  }

  getSubresource(
    resource: ResourceType,
    namespace: string | undefined,
    name: string,
    subresource: string,
  ): Result<JsonObject, Status> {
    return this.send({ verb: 'get', subresource }, resource, namespace, name) as unknown as Result<JsonObject, Status>;
  }

  createSubresource(
    resource: ResourceType,
    namespace: string,
    name: string,
    subresource: string,
    body: JsonObject,
  ): Result<JsonObject, Status> {
    return this.send({ verb: 'create', subresource, body }, resource, namespace, name) as unknown as Result<
      JsonObject,
      Status
    >;
  }

  private send<T extends KubeObject>(
    request: Pick<ApiRequest, 'verb' | 'body' | 'options' | 'subresource' | 'patchType'>,
    resource: ResourceType,
    namespace: string | undefined,
    name?: string,
  ): Result<T, Status> {
    const response = handleRequest(
      this.server,
      {
        verb: request.verb,
        group: resource.group,
        version: resource.version,
        resource: resource.resource,
        user: this.user,
        namespace,
        name,
        subresource: request.subresource,
        body: request.body,
        patchType: request.patchType,
        options: request.options,
      },
      true,
      this.manager,
    );
    return response.code < 400 ? ok(response.body as T) : fail(response.body as Status);
  }
}
