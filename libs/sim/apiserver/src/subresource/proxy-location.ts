import { fail, ok, type Result } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { authorize } from '../authorization/authorize.js';
import type { Endpoints, Pod } from '../contract/object.js';
import type { ProxyLocation, ProxyRequest } from '../contract/proxy.js';
import { ENDPOINTS, PODS, SERVICES } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import type { ServerState } from '../registry/server-state.js';
import { badRequest, failure, notFound } from '../status/status-errors.js';

interface Identity {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

/** `name`, `name:port` or `scheme:name:port` (utilnet.SplitSchemeNamePort). */
function splitIdentity(id: string): Identity | undefined {
  const parts = id.split(':');
  if (parts.length > 3) return undefined;
  const [scheme, name, port = ''] = parts.length === 3 ? parts : ['', ...parts];
  return name && ['', 'http', 'https'].includes(scheme) ? { scheme, name, port } : undefined;
}

const unavailable = (message: string): Status => failure(503, 'ServiceUnavailable', message);

/** Whether an address is that of a pod of the namespace: nothing else is proxied to (isValidAddress). */
function isPodAddress(
  { store }: ServerState,
  namespace: string,
  {
    ip,
    targetRef,
  }: { readonly ip: string; readonly targetRef?: { readonly namespace?: string; readonly name?: string } },
): boolean {
  if (!targetRef?.name || targetRef.namespace !== namespace) return false;
  return store.get<Pod>(PODS, namespace, targetRef.name)?.status?.podIPs?.some((own) => own.ip === ip) ?? false;
}

/** A pod behind a service, chosen at random (pkg/registry/core/service/storage ResourceLocation). */
function serviceLocation(server: ServerState, namespace: string, id: string): Result<ProxyLocation, Status> {
  const identity = splitIdentity(id);
  if (!identity) return fail(badRequest(`invalid service request ${goQuote(id)}`));
  const { name } = identity;
  const service = server.store.get(SERVICES, namespace, name);
  let portName = identity.port;
  if (/^[+-]?\d+$/.test(portName)) {
    if (!service) return fail(notFound(SERVICES, name));
    const port = service.spec.ports?.find((each) => each.port === Number(portName));
    if (!port) return fail(unavailable(`no service port ${Number(portName)} found for service ${goQuote(name)}`));
    portName = port.name ?? '';
  }
  const endpoints = server.store.get<Endpoints>(ENDPOINTS, namespace, name);
  if (!endpoints) return fail(notFound(service ? ENDPOINTS : SERVICES, name));
  const subsets = endpoints.subsets ?? [];
  if (subsets.length === 0) return fail(unavailable(`no endpoints available for service ${goQuote(name)}`));
  const found = subsets.flatMap(({ addresses = [], ports = [] }) => {
    const port = ports.find((each) => (each.name ?? '') === portName)?.port;
    if (port === undefined) return [];
    return addresses
      .filter((address) => isPodAddress(server, namespace, address))
      .map(({ ip }) => ({ host: ip, port }));
  });
  if (found.length === 0) return fail(unavailable(`no endpoints available for service ${goQuote(id)}`));
  const random = server.simulation.random.split(`proxy/${namespace}/${name}/${server.simulation.now()}`);
  return ok({ secure: identity.scheme === 'https', ...found[random.below(found.length)] });
}

/** A pod's own address; its first port when none is named (pkg/registry/core/pod ResourceLocation). */
function podLocation(server: ServerState, namespace: string, id: string): Result<ProxyLocation, Status> {
  const identity = splitIdentity(id);
  if (!identity) return fail(badRequest(`invalid pod request ${goQuote(id)}`));
  const pod = server.store.get<Pod>(PODS, namespace, identity.name);
  if (!pod) return fail(notFound(PODS, identity.name));
  const host = pod.status?.podIP;
  if (!host) return fail(badRequest('address not allowed'));
  const secure = identity.scheme === 'https';
  const named = pod.spec.containers.find(({ ports }) => ports && ports.length > 0)?.ports?.[0].containerPort;
  const port = identity.port === '' ? (named ?? (secure ? 443 : 80)) : Number(identity.port);
  return ok({ secure, host, port });
}

/** Authorizes a request to the `proxy` subresource and finds out where it leads. */
export function locateProxied(server: ServerState, request: ProxyRequest): Result<ProxyLocation, Status> {
  const { verb, resource, namespace, name, user } = request;
  const denied = authorize(server, {
    verb,
    group: '',
    version: 'v1',
    resource,
    subresource: 'proxy',
    namespace,
    name,
    user,
  });
  if (denied) return fail(denied);
  return (resource === 'pods' ? podLocation : serviceLocation)(server, namespace, name);
}
