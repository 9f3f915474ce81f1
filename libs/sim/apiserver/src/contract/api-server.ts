import type { AtRest } from './at-rest.js';
import type { FacilityKey, JsonObject, Result, Simulation } from '@seatrial/kernel';
import type { ApiGroup, ApiSubresource } from '@seatrial/schema';
import type { ApiClient } from './client.js';
import type { EventRecorder } from './event-recorder.js';
import type { KindDefinition } from './kind.js';
import type { KubeletEndpoint } from './kubelet-endpoint.js';
import type { KubeletRegistry } from './kubelet-registry.js';
import type { KubeObject } from './object.js';
import type { ApiRequest, ApiResponse, UserInfo, Watch, WatchEvent, WatchRequest } from './request.js';
import type { ProxyLocation, ProxyRequest } from './proxy.js';
import type { ResourceType } from './resource.js';
import type { Status } from './status.js';
import type { ObjectReader, StoreIndex } from './store.js';
import type { WebhookTransport } from './webhook.js';

export interface ApiServerOptions {
  readonly simulation: Simulation;
  /** Every kind with hooks of its own (libs/sim/kinds gives the list). Resources without an entry are treated generically. */
  readonly kinds: readonly KindDefinition[];
  readonly serviceCidr: string;
  readonly nodePortRange: readonly [first: number, last: number];
  readonly version: string;
  /** A provider whose identities are users too: EKS' IAM, by the ConfigMap kube-system/aws-auth. */
  readonly identityProvider?: 'aws-iam';
  /** Who signs its certificates, where it is not the authority that all servers share: the field `authority` of those. */
  readonly authority?: string;
  /** Objects that are there at the start, stored as they are (a snapshot's). */
  readonly objects?: readonly KubeObject[];
}

/** How a client's credentials are turned into a user: by certificate, token or not at all. */
export interface Credentials {
  readonly clientCertificate?: string;
  readonly token?: string;
  /** Basic authentication, which the API server does not know: always refused. */
  readonly username?: string;
  /** A user who was authenticated before, for a request that only impersonates. */
  readonly authenticated?: UserInfo;
  readonly impersonate?: {
    readonly username: string;
    readonly groups: readonly string[];
    readonly uid?: string;
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
}

/** Request in, response out; synchronous, in virtual time. Knows nothing of kubectl. */
export interface ApiServer {
  /** Where its time, order and randomness come from. */
  readonly simulation: Simulation;
  /** Who signs its certificates, where it is not the authority that all servers share. */
  readonly authority: string | undefined;
  readonly store: ObjectReader;
  /** Nodes' kubelets by node name; logs, exec and port-forward go there. */
  readonly kubelets: KubeletRegistry;
  /** How dialling a silent node's kubelet fails, by node name, where it is not refused. */
  readonly dialFailures: Map<string, string>;
  authenticate(credentials: Credentials): Result<UserInfo, Status>;
  handle(request: ApiRequest): ApiResponse;
  watch(request: WatchRequest, listener: (event: WatchEvent) => void): Result<Watch, Status>;
  /** Authorizes and finds the kubelet for a `connect` subresource (log, exec, attach, portforward) of a pod. */
  connect(request: {
    readonly subresource: 'log' | 'exec' | 'attach' | 'portforward';
    readonly namespace: string;
    readonly name: string;
    readonly container?: string;
    /** What admission sees beside the container: the command, and which streams are asked for. */
    readonly options?: JsonObject;
    readonly user: UserInfo;
  }): Result<KubeletEndpoint, Status>;
  /** Authorizes a request to the `proxy` subresource of a service or pod and finds out where it leads. */
  locate(request: ProxyRequest): Result<ProxyLocation, Status>;
  /** The resource of a group and plural name, built in or from a CRD. */
  resourceType(group: string, resource: string, version?: string): ResourceType | undefined;
  /** Everything served now, for discovery: built-in and CRDs. */
  resources(): readonly ServedResource[];
  /** What the aggregation layer makes of a group version that something else serves. */
  readonly aggregation: Aggregation;
  addIndex(index: StoreIndex): void;
  /** A component's own client; its user is authorized without RBAC (`system:masters`-like) but admission applies. */
  client(component: string): ApiClient;
  recorder(component: string, options?: { readonly host?: string; readonly newApi?: boolean }): EventRecorder;
  /** How admission webhooks are reached; set by the cluster once its network is there. */
  webhooks: WebhookTransport | undefined;
  /** In which form objects lie in etcd. */
  readonly atRest: AtRest;
  /** When false, requests fail as when etcd has no quorum. */
  available: boolean;
  /**
   * Brings the store back to what it was when its history had so many entries, as an etcd does that starts on a restored
   * snapshot: the next write has the revision after that, or one later by `bump`. Watchers see what changes.
   */
  rewind(historyLength: number, bump?: number): void;
  /** The key of an object was deleted in etcd, past the server: nobody is asked, nothing is given back. Watchers see it. */
  forget(resource: ResourceType, stored: KubeObject): void;
  /** The revision that the store was at when its history had so many entries. */
  revisionAt(historyLength: number): number;
}

/** One entry of discovery. */
export interface ServedResource extends ResourceType {
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** The same in full, where it comes from discovery. */
  readonly parts?: readonly ApiSubresource[];
  /** False for a version of the group that is served but not preferred. */
  readonly preferred: boolean;
  /** True when it comes from a CustomResourceDefinition. */
  readonly custom: boolean;
}

/** Under this key a node's `NetworkService` on port 6443 offers the API server to clients of the simulator. */
export const API_SERVER: FacilityKey<ApiServer> = { name: 'kubernetes-api-server' };

/** An API that something else than the API server serves, and the API server hands on. */
export interface AggregatedApi {
  readonly group: ApiGroup;
  /** The API server hands requests on from now on. */
  begin(): void;
  /** Why it does not answer a request from the store; undefined when it does. */
  refuse(request: Pick<ApiRequest, 'verb' | 'resource' | 'namespace' | 'name'>): Status | undefined;
}

/** Group versions that something else serves (k8s.io/kube-aggregator's proxies and discovery). */
export interface Aggregation {
  /** Hands the group's requests on; its objects are written by the component that serves it. */
  serve(api: AggregatedApi, priority: number): void;
  /** The group version is known but nobody answers: not in discovery, requests find the service unavailable. */
  suspend(group: string, version: string): void;
  /** The group version is gone; stored objects stay. */
  withdraw(group: string, version: string): void;
  /** Whether nobody answers for a group version that is known. */
  isSuspended(group: string, version: string | undefined): boolean;
  /** Which versions of a group are known but not answered. */
  suspendedVersions(group: string): readonly string[];
  /** Who answers for a group version. */
  serving(group: string, version: string): AggregatedApi | undefined;
}

/** Under this key a service offers the API that it serves, for an APIService that leads to it. */
export const AGGREGATED_API: FacilityKey<AggregatedApi> = { name: 'kubernetes-aggregated-api' };
