import { NAMESPACES, SERVICES, type ObjectReader } from '@seatrial/apiserver';
import { coversHost } from '../http/tls-secrets.js';
import {
  GATEWAY_GROUP,
  REFERENCE_GRANTS,
  type BackendReference,
  type Gateway,
  type HttpRoute,
  type Listener,
  type ParentReference,
} from './gateway-types.js';

/** Whether a route's reference means this gateway. */
export const refersTo = (route: HttpRoute, reference: ParentReference, gateway: Gateway): boolean =>
  (reference.group ?? GATEWAY_GROUP) === GATEWAY_GROUP &&
  (reference.kind ?? 'Gateway') === 'Gateway' &&
  reference.name === gateway.metadata.name &&
  (reference.namespace ?? route.metadata.namespace) === gateway.metadata.namespace;

/** The listeners that a reference selects by name and port. */
export const selectedListeners = (gateway: Gateway, { sectionName, port }: ParentReference): readonly Listener[] =>
  gateway.spec.listeners.filter(
    (listener) =>
      (sectionName === undefined || listener.name === sectionName) && (port === undefined || listener.port === port),
  );

/** Whether a listener lets routes of this namespace and kind attach. */
export function allowsRoute(store: ObjectReader, gateway: Gateway, listener: Listener, route: HttpRoute): boolean {
  if (!['HTTP', 'HTTPS'].includes(listener.protocol)) return false;
  const { kinds = [], namespaces } = listener.allowedRoutes ?? {};
  if (kinds.length > 0 && !kinds.some(({ kind }) => kind === route.kind)) return false;
  const own = route.metadata.namespace ?? '';
  const from = namespaces?.from ?? 'Same';
  if (from === 'All') return true;
  if (from === 'Same') return own === gateway.metadata.namespace;
  const labels = store.get(NAMESPACES, undefined, own)?.metadata.labels ?? {};
  return Object.entries(namespaces?.selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

/** The narrower of two host names when one covers the other (`*.example.com` covers any depth of names below it). */
function intersect(a: string, b: string): string | undefined {
  if (a === b) return a;
  const below = (wildcard: string, name: string): boolean =>
    wildcard.startsWith('*.') && name.endsWith(wildcard.slice(1));
  if (below(a, b)) return b;
  return below(b, a) ? a : undefined;
}

/** The host names under which a route answers at a listener; `*` for all, none when they have nothing in common. */
export function sharedHostnames(listener: Listener, route: HttpRoute): readonly string[] {
  const hostnames = route.spec.hostnames ?? [];
  if (listener.hostname === undefined || listener.hostname === '') return hostnames.length > 0 ? hostnames : ['*'];
  if (hostnames.length === 0) return [listener.hostname];
  return hostnames.flatMap((name) => intersect(listener.hostname ?? '', name) ?? []);
}

/** Whether a host name of a route or listener covers a request's host. */
export const hostnameMatches = (pattern: string, host: string): boolean =>
  pattern === '*' || coversHost(pattern, host) || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));

/** Whether a ReferenceGrant lets a namespace's objects of a kind refer to one of another namespace. */
export function isGranted(
  store: ObjectReader,
  from: { readonly group: string; readonly kind: string; readonly namespace: string },
  to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string },
): boolean {
  if (from.namespace === to.namespace) return true;
  return store
    .list(REFERENCE_GRANTS, to.namespace)
    .some(
      ({ spec }) =>
        spec.from.some(
          ({ group, kind, namespace }) => group === from.group && kind === from.kind && namespace === from.namespace,
        ) &&
        spec.to.some(
          ({ group, kind, name }) =>
            group === to.group && kind === to.kind && (name === undefined || name === '' || name === to.name),
        ),
    );
}

/** What is wrong with a backend of a route. */
export interface BackendProblem {
  readonly reason: 'InvalidKind' | 'BackendNotFound' | 'RefNotPermitted' | 'PortNotFound' | 'UnsupportedValue';
  readonly message: string;
}

/** Why a backend cannot be used; undefined when it can. */
export function backendProblem(
  store: ObjectReader,
  route: HttpRoute,
  backend: BackendReference,
): BackendProblem | undefined {
  const { group = '', kind = 'Service', name, port } = backend;
  const namespace = backend.namespace ?? route.metadata.namespace ?? '';
  if (group !== '' || kind !== 'Service')
    return { reason: 'InvalidKind', message: 'Kind is invalid, only Service is supported.' };
  const from = { group: GATEWAY_GROUP, kind: route.kind, namespace: route.metadata.namespace ?? '' };
  if (!isGranted(store, from, { group, kind, namespace, name }))
    return {
      reason: 'RefNotPermitted',
      message: `backend ref to ${kind} ${namespace}/${name} not permitted by any ReferenceGrant.`,
    };
  const service = store.get(SERVICES, namespace, name);
  if (!service) return { reason: 'BackendNotFound', message: `service ${namespace}/${name} not found.` };
  if (!service.spec.ports?.some((each) => each.port === port))
    return { reason: 'PortNotFound', message: `TCP Port ${port ?? 0} not found on service ${namespace}/${name}.` };
  return undefined;
}
