import type { AtRest } from './contract/at-rest.js';
import { Attached, TextInput, fail, ok, type Result } from '@seatrial/kernel';
import { mutate, validate } from './admission/admission-chain.js';
import { ComponentClient } from './client/component-client.js';
import type { Aggregation, ApiServer, ApiServerOptions, Credentials, ServedResource } from './contract/api-server.js';
import type { ApiClient } from './contract/client.js';
import type { EventRecorder } from './contract/event-recorder.js';
import type { KubeletEndpoint } from './contract/kubelet-endpoint.js';
import { KubeletRegistry } from './contract/kubelet-registry.js';
import type { KubeObject, Node, Pod } from './contract/object.js';
import type { ProxyLocation, ProxyRequest } from './contract/proxy.js';
import type { ApiRequest, ApiResponse, UserInfo, Watch, WatchEvent, WatchRequest } from './contract/request.js';
import { NODES, PODS, type ResourceType } from './contract/resource.js';
import type { Status } from './contract/status.js';
import type { ObjectReader, StoreIndex } from './contract/store.js';
import type { WebhookTransport } from './contract/webhook.js';
import { authenticate } from './authorization/authenticate.js';
import { authorize } from './authorization/authorize.js';
import { CoreEventRecorder } from './event/core-event-recorder.js';
import { SeriesEventRecorder } from './event/series-event-recorder.js';
import { ServerState } from './registry/server-state.js';
import type { RequestScope } from './request/request-scope.js';
import { handleRequest } from './request/handle-request.js';
import { watchObjects } from './request/watch-objects.js';
import { locateProxied } from './subresource/proxy-location.js';
import {
  badRequest,
  failure,
  methodNotAllowed,
  notFound,
  resourceNotFound,
  serviceUnavailable,
} from './status/status-errors.js';

class SimulatedApiServer implements ApiServer {
  readonly kubelets = new KubeletRegistry();
  readonly dialFailures = new Map<string, string>();
  readonly store: ObjectReader;

  constructor(readonly state: ServerState) {
    this.store = state.store;
  }

  get simulation() {
    return this.state.simulation;
  }

  get authority(): string | undefined {
    return this.state.options.authority;
  }

  get aggregation(): Aggregation {
    return this.state.aggregation;
  }

  get available(): boolean {
    return this.state.available;
  }

  set available(available: boolean) {
    this.state.available = available;
  }

  get atRest(): AtRest {
    return this.state.atRest;
  }

  get webhooks(): WebhookTransport | undefined {
    return this.state.webhooks;
  }

  set webhooks(transport: WebhookTransport | undefined) {
    this.state.webhooks = transport;
  }

  authenticate(credentials: Credentials): Result<UserInfo, Status> {
    return authenticate(this.state, credentials);
  }

  handle(request: ApiRequest): ApiResponse {
    return handleRequest(this.state, request);
  }

  watch(request: WatchRequest, listener: (event: WatchEvent) => void): Result<Watch, Status> {
    const denied = authorize(this.state, { ...request, verb: 'watch' });
    if (denied) return fail(denied);
    const rest = this.state.registry.resolve(request.group, request.version, request.resource);
    if (this.state.aggregation.isSuspended(request.group, request.version)) return fail(serviceUnavailable());
    if (!rest) return fail(resourceNotFound());
    if (!rest.api.verbs.includes('watch')) return fail(methodNotAllowed(rest.api, 'watch'));
    return watchObjects(this.state, rest, request, listener);
  }

  connect(request: Parameters<ApiServer['connect']>[0]): Result<KubeletEndpoint, Status> {
    const { namespace, name, subresource, user } = request;
    const denied = authorize(this.state, {
      verb: subresource === 'log' ? 'get' : 'create',
      group: '',
      version: 'v1',
      resource: 'pods',
      subresource,
      namespace,
      name,
      user,
    });
    if (denied) return fail(denied);
    const pod = this.store.get<Pod>(PODS, namespace, name);
    if (!pod) return fail(notFound(PODS, name));
    const refusal = subresource === 'log' ? undefined : admitConnect(this.state, request);
    if (refusal) return fail(refusal);
    const chosen = chooseContainer(pod, request.container, subresource);
    if (chosen) return fail(badRequest(chosen));
    const node = pod.spec.nodeName;
    if (!node)
      return subresource === 'log' ? ok(NO_KUBELET) : fail(badRequest(`pod ${name} does not have a host assigned`));
    const kubelet = this.kubelets.get(node);
    return kubelet ? ok(kubelet) : fail(unreachable(this.state, pod, request, this.dialFailures.get(node)));
  }

  locate(request: ProxyRequest): Result<ProxyLocation, Status> {
    return this.state.available ? locateProxied(this.state, request) : fail(serviceUnavailable());
  }

  resourceType(group: string, resource: string, version?: string): ResourceType | undefined {
    return this.state.registry.resourceType(group, resource, version);
  }

  resources(): readonly ServedResource[] {
    return this.state.registry.served();
  }

  addIndex(index: StoreIndex): void {
    this.state.store.addIndex(index);
  }

  client(component: string): ApiClient {
    return new ComponentClient(this.state, component);
  }

  rewind(historyLength: number, bump = 0): void {
    this.state.rewind(historyLength, bump);
  }

  forget(resource: ResourceType, stored: KubeObject): void {
    this.state.store.remove(resource, stored);
  }

  revisionAt(historyLength: number): number {
    return this.state.store.revisionAt(historyLength);
  }

  recorder(component: string, options?: { readonly host?: string; readonly newApi?: boolean }): EventRecorder {
    return options?.newApi
      ? new SeriesEventRecorder(this.state, component, options)
      : new CoreEventRecorder(this.state, component, options ?? {});
  }
}

/** Answers for a pod without a node: its log is empty (pkg/registry/core/pod LogLocation). */
const NO_KUBELET: KubeletEndpoint = {
  logs: () => ok(new TextInput('')),
  exec: (_namespace, name) => fail(badRequest(`pod ${name} does not have a host assigned`)),
  attach: (_namespace, name) => fail(badRequest(`pod ${name} does not have a host assigned`)),
  *portForward() {
    return fail({ failure: 'reset', afterMs: 0, hops: [] });
  },
  usage: () => undefined,
};

const CONNECT_KINDS = { exec: 'PodExecOptions', attach: 'PodAttachOptions', portforward: 'PodPortForwardOptions' };

/** Admission of a connection to a pod (operation CONNECT). */
function admitConnect(server: ServerState, request: Parameters<ApiServer['connect']>[0]): Status | undefined {
  const { namespace, name, subresource, container, options, user } = request;
  const rest = server.registry.ofType(PODS);
  if (!rest || subresource === 'log') return undefined;
  const scope: RequestScope = {
    server,
    rest,
    user,
    options: {},
    namespace,
    name,
    subresource,
    trusted: false,
    manager: '',
    operation: 'Update',
    warnings: [],
  };
  const object = {
    kind: CONNECT_KINDS[subresource],
    apiVersion: 'v1',
    metadata: {},
    ...(subresource === 'portforward' ? undefined : { stdout: true, stderr: true }),
    ...options,
    ...(container === undefined ? undefined : { container }),
  };
  const attributes = { operation: 'CONNECT' as const, scope, object, old: undefined };
  return mutate(attributes) ?? validate(attributes);
}

/** Which container a log or exec is about, checked as pkg/registry/core/pod does (LogLocation, streamLocation). */
/** Why nobody answers for a pod's node; the text is the dialler's. */
function unreachable(
  { store }: ServerState,
  { metadata, spec }: Pod,
  { subresource, container }: Parameters<ApiServer['connect']>[0],
  dialFailure = 'connect: connection refused',
): Status {
  const node = store.get<Node>(NODES, undefined, spec.nodeName ?? '');
  if (!node) return failure(500, 'InternalError', `nodes "${spec.nodeName ?? ''}" not found`);
  const address = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const problem = `dial tcp ${address}:10250: ${dialFailure}`;
  const path = `${metadata.namespace ?? ''}/${metadata.name}/${container ?? spec.containers[0].name}`;
  const text =
    subresource === 'log'
      ? `Get "https://${address}:10250/containerLogs/${path}": ${problem}`
      : `error dialing backend: ${problem}`;
  return failure(500, undefined, text);
}

function chooseContainer(pod: Pod, container: string | undefined, subresource: string): string | undefined {
  if (subresource === 'portforward') return undefined;
  const containers = pod.spec.containers.map(({ name }) => name);
  const init = (pod.spec.initContainers ?? []).map(({ name }) => name);
  const ephemeral = (pod.spec.ephemeralContainers ?? []).map(({ name }) => name);
  const { name } = pod.metadata;
  if (container === undefined || container === '') {
    if (containers.length === 1) return undefined;
    const initText = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : '';
    return `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${initText}`;
  }
  if ([...containers, ...init, ...ephemeral].includes(container)) return undefined;
  return `container ${container} is not valid for pod ${name}`;
}

const states = new Attached<ApiServer, ServerState>();

/** The state behind an API server, for this lib's own parts. */
export function stateOf(apiServer: ApiServer): ServerState {
  const state = states.get(apiServer);
  if (!state) throw new TypeError('not an API server made by createApiServer');
  return state;
}

/** Makes an API server with the objects it starts with. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const state = new ServerState(options);
  const server = new SimulatedApiServer(state);
  states.set(server, state);
  for (const object of options.objects ?? []) state.load(object);
  return server;
}
