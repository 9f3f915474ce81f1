import {
  DEPLOYMENTS,
  NAMESPACES,
  SECRETS,
  SERVICES,
  defineController,
  watch,
  type ApiClient,
  type ControllerContext,
  type KubeObject,
  type ResourceType,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { certificateOf } from '../http/tls-secrets.js';
import {
  allowsRoute,
  backendProblem,
  isGranted,
  refersTo,
  selectedListeners,
  sharedHostnames,
} from '../gateway-api/attachment.js';
import {
  GATEWAYS,
  GATEWAY_CLASSES,
  GATEWAY_GROUP,
  HTTP_ROUTES,
  REFERENCE_GRANTS,
  type Gateway,
  type GatewayClass,
  type HttpRoute,
  type Listener,
  type ListenerStatus,
  type ParentReference,
  type RouteParentStatus,
} from '../gateway-api/gateway-types.js';
import { condition, conditionsAt, type NewCondition } from './conditions.js';
import { INFRASTRUCTURE_NAMESPACE, applyInfrastructure, infrastructureName } from './envoy-infrastructure.js';

const CONTROLLER = 'gateway.envoyproxy.io/gatewayclass-controller';
const ALL = 'all';

function writeStatus<T extends KubeObject & { readonly status?: unknown }>(
  client: ApiClient,
  type: ResourceType<T>,
  object: T,
  status: T['status'],
): void {
  if (!jsonEqual(object.status ?? {}, status)) client.updateStatus(type, { ...object, status });
}

const generationOf = ({ metadata }: KubeObject): number => metadata.generation ?? 1;

function classStatus(client: ApiClient, now: string): GatewayClass | undefined {
  const own = client
    .list(GATEWAY_CLASSES)
    .filter(({ spec, metadata }) => spec.controllerName === CONTROLLER && metadata.deletionTimestamp === undefined)
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  own.forEach((each, index) => {
    const accepted =
      index === 0
        ? condition('Accepted', 'True', 'Accepted', 'Valid GatewayClass')
        : condition(
            'Accepted',
            'False',
            'OlderGatewayClassExists',
            'Invalid GatewayClass: another older GatewayClass with the same Spec.Controller exists',
          );
    const conditions = conditionsAt(now, generationOf(each), each.status?.conditions, [accepted]);
    writeStatus(client, GATEWAY_CLASSES, each, { ...each.status, conditions });
  });
  return own.at(0);
}

/** What keeps a listener's certificate from being used. */
function certificateProblem(client: ApiClient, gateway: Gateway, listener: Listener): NewCondition | undefined {
  if (listener.protocol !== 'HTTPS') return undefined;
  const namespace = gateway.metadata.namespace ?? '';
  const references = listener.tls?.certificateRefs ?? [];
  if (references.length === 0)
    return condition('Programmed', 'False', 'Invalid', 'Listener must have at least 1 TLS certificate ref');
  for (const { name, namespace: other = namespace } of references) {
    const from = { group: GATEWAY_GROUP, kind: 'Gateway', namespace };
    if (!isGranted(client, from, { group: '', kind: 'Secret', namespace: other, name }))
      return condition(
        'ResolvedRefs',
        'False',
        'RefNotPermitted',
        `Certificate ref to secret ${other}/${name} not permitted by any ReferenceGrant.`,
      );
    if (!client.get(SECRETS, other, name))
      return condition('ResolvedRefs', 'False', 'InvalidCertificateRef', `Secret ${other}/${name} does not exist.`);
    if (!certificateOf(client, other, name))
      return condition(
        'ResolvedRefs',
        'False',
        'InvalidCertificateRef',
        `Secret ${other}/${name} must contain valid tls.crt and tls.key.`,
      );
  }
  return undefined;
}

function listenerConditions(client: ApiClient, gateway: Gateway, listener: Listener): NewCondition[] {
  const { protocol, name, port, hostname } = listener;
  if (!['HTTP', 'HTTPS'].includes(protocol))
    return [
      condition(
        'Accepted',
        'False',
        'UnsupportedProtocol',
        `Protocol ${protocol} is unsupported, must be HTTP, HTTPS, TCP, TLS or UDP.`,
      ),
      condition('Programmed', 'False', 'Invalid', 'Listener is invalid, see other Conditions for details.'),
    ];
  const twin = gateway.spec.listeners.find(
    (each) => each.name !== name && each.port === port && (each.protocol !== protocol || each.hostname === hostname),
  );
  if (twin) {
    const [reason, message] =
      twin.protocol === protocol
        ? ['HostnameConflict', 'All listeners for a given port must use a unique hostname']
        : ['ProtocolConflict', 'All listeners for a given port must use a compatible protocol'];
    return [
      condition('Conflicted', 'True', reason, message),
      condition('Programmed', 'False', 'Invalid', 'Listener is invalid, see other Conditions for details.'),
    ];
  }
  const problem = certificateProblem(client, gateway, listener);
  if (problem?.type === 'ResolvedRefs')
    return [
      problem,
      condition('Programmed', 'False', 'Invalid', 'Listener is invalid, see other Conditions for details.'),
    ];
  if (problem) return [problem];
  return [
    condition('Programmed', 'True', 'Programmed', 'Sending translated listener configuration to the data plane'),
    condition('Accepted', 'True', 'Accepted', 'Listener has been successfully translated'),
    condition('ResolvedRefs', 'True', 'ResolvedRefs', 'Listener references have been resolved'),
  ];
}

const attaches = (client: ApiClient, gateway: Gateway, listener: Listener, route: HttpRoute): boolean =>
  (route.spec.parentRefs ?? []).some(
    (reference) =>
      refersTo(route, reference, gateway) &&
      selectedListeners(gateway, reference).includes(listener) &&
      allowsRoute(client, gateway, listener, route) &&
      sharedHostnames(listener, route).length > 0,
  );

function gatewayStatus(client: ApiClient, gateway: Gateway, now: string): void {
  const generation = generationOf(gateway);
  const routes = client.list(HTTP_ROUTES);
  const listeners = gateway.spec.listeners.map((listener): ListenerStatus => {
    const before = gateway.status?.listeners?.find(({ name }) => name === listener.name);
    const conditions = conditionsAt(now, generation, before?.conditions, listenerConditions(client, gateway, listener));
    const kinds = ['HTTP', 'HTTPS'].includes(listener.protocol) ? ['HTTPRoute', 'GRPCRoute'] : [];
    return {
      attachedRoutes: routes.filter((route) => attaches(client, gateway, listener, route)).length,
      conditions,
      name: listener.name,
      supportedKinds: kinds.map((kind) => ({ group: GATEWAY_GROUP, kind })),
    };
  });
  const name = infrastructureName(gateway);
  const service = client.get(SERVICES, INFRASTRUCTURE_NAMESPACE, name);
  const balancer = (service?.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) =>
    ip === undefined ? { type: 'Hostname', value: hostname ?? '' } : { type: 'IPAddress', value: ip },
  );
  const given = (gateway.spec.addresses ?? []).flatMap(({ type = 'IPAddress', value }) =>
    value === undefined ? [] : [{ type, value }],
  );
  const addresses = given.length > 0 ? given : balancer;
  const deployment = client.get(DEPLOYMENTS, INFRASTRUCTURE_NAMESPACE, name);
  const { availableReplicas = 0, replicas = 0 } = deployment?.status ?? {};
  let programmed = condition(
    'Programmed',
    'True',
    'Programmed',
    `Address assigned to the Gateway, ${availableReplicas}/${replicas} envoy replicas available`,
  );
  if (addresses.length === 0)
    programmed = condition(
      'Programmed',
      'False',
      'AddressNotAssigned',
      'No addresses have been assigned to the Gateway',
    );
  else if (availableReplicas === 0)
    programmed = condition('Programmed', 'False', 'NoResources', 'Envoy replicas unavailable');
  const accepted = condition('Accepted', 'True', 'Accepted', 'The Gateway has been scheduled by Envoy Gateway');
  const conditions = conditionsAt(now, generation, gateway.status?.conditions, [accepted, programmed]);
  writeStatus(client, GATEWAYS, gateway, { ...(addresses.length > 0 && { addresses }), conditions, listeners });
}

function acceptedCondition(
  client: ApiClient,
  gateway: Gateway,
  reference: ParentReference,
  route: HttpRoute,
): NewCondition {
  const selected = selectedListeners(gateway, reference);
  const refuse = (reason: string, message: string): NewCondition => condition('Accepted', 'False', reason, message);
  if (selected.length === 0) return refuse('NoMatchingParent', 'No listeners match this parent ref');
  const allowing = selected.filter((listener) => allowsRoute(client, gateway, listener, route));
  if (allowing.length === 0)
    return refuse('NotAllowedByListeners', 'No listeners included by this parent ref allowed this attachment.');
  if (!allowing.some((listener) => sharedHostnames(listener, route).length > 0))
    return refuse(
      'NoMatchingListenerHostname',
      "There were no hostname intersections between the HTTPRoute and this parent ref's Listener(s).",
    );
  return condition('Accepted', 'True', 'Accepted', 'Route is accepted');
}

function resolvedCondition(client: ApiClient, route: HttpRoute): NewCondition {
  for (const [rule, { backendRefs = [] }] of (route.spec.rules ?? []).entries())
    for (const [index, backend] of backendRefs.entries()) {
      const problem = backendProblem(client, route, backend);
      if (problem)
        return condition(
          'ResolvedRefs',
          'False',
          problem.reason,
          `Failed to process route rule ${rule} backendRef ${index}: ${problem.message}`,
        );
    }
  return condition('ResolvedRefs', 'True', 'ResolvedRefs', 'Resolved all the Object references for the Route');
}

function routeStatus(client: ApiClient, route: HttpRoute, gateways: readonly Gateway[], now: string): void {
  const before = route.status?.parents ?? [];
  const parents: RouteParentStatus[] = before.filter(({ controllerName }) => controllerName !== CONTROLLER);
  for (const reference of route.spec.parentRefs ?? []) {
    const gateway = gateways.find((each) => refersTo(route, reference, each));
    if (!gateway) continue;
    const old = before.find((each) => each.controllerName === CONTROLLER && jsonEqual(each.parentRef, reference));
    const conditions = [acceptedCondition(client, gateway, reference, route), resolvedCondition(client, route)];
    parents.push({
      conditions: conditionsAt(now, generationOf(route), old?.conditions, conditions),
      controllerName: CONTROLLER,
      parentRef: reference,
    });
  }
  if (parents.length > 0 || before.length > 0) writeStatus(client, HTTP_ROUTES, route, { parents });
}

function translate(context: ControllerContext): void {
  const { client } = context;
  const time = formatTime(context.now());
  const own = classStatus(client, time);
  const gateways = client
    .list(GATEWAYS)
    .filter(
      ({ spec, metadata }) => spec.gatewayClassName === own?.metadata.name && metadata.deletionTimestamp === undefined,
    );
  applyInfrastructure(client, gateways);
  for (const gateway of gateways) gatewayStatus(client, gateway, time);
  for (const route of client.list(HTTP_ROUTES)) routeStatus(client, route, gateways, time);
}

const all = <T extends KubeObject>(resource: ResourceType<T>) => watch(resource, () => [ALL]);
const inInfrastructure = <T extends KubeObject>(resource: ResourceType<T>) =>
  watch(resource, ({ object }) => (object.metadata.namespace === INFRASTRUCTURE_NAMESPACE ? [ALL] : []));

/** Envoy Gateway: translates everything at once, as its own translator does (internal/gatewayapi, v1.5). */
export const gatewayController = defineController({
  name: 'envoy-gateway',
  component: 'envoy-gateway',
  sources: [
    all(GATEWAY_CLASSES),
    all(GATEWAYS),
    all(HTTP_ROUTES),
    all(REFERENCE_GRANTS),
    all(NAMESPACES),
    all(SECRETS),
    watch(SERVICES, () => [ALL]),
    inInfrastructure(DEPLOYMENTS),
  ],
  reconcile: (context) => {
    translate(context);
    return 'done';
  },
});
