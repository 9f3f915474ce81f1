import { NODES, PODS, SERVICES, type ObjectReader, type Pod } from '@seatrial/apiserver';
import { statusAddress, type StatusAddress } from '../http/ingress-status.js';

const POD_OWN_LABELS = ['pod-template-hash', 'controller-revision-hash', 'pod-template-generation'];

/** Where the controller says that its Ingresses can be reached. */
export interface PublishOptions {
  readonly publishService: string | undefined;
  readonly statusAddress: string | undefined;
  readonly namespace: string;
  readonly podName: string;
}

function serviceAddresses(store: ObjectReader, key: string): StatusAddress[] {
  const [namespace, name] = key.split('/');
  const service = store.get(SERVICES, namespace, name);
  if (!service) return [];
  const { type, clusterIP, externalIPs = [], externalName } = service.spec;
  const external = externalIPs.map((ip) => ({ ip }));
  if (type === 'ExternalName') return [{ hostname: externalName ?? '' }];
  if (type === 'ClusterIP' || (type === 'NodePort' && external.length === 0))
    return clusterIP === undefined ? [] : [{ ip: clusterIP }];
  if (type === 'NodePort') return external;
  const balancer = (service.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) =>
    ip === undefined ? { hostname: hostname ?? '' } : { ip },
  );
  return [...balancer, ...external];
}

const isReady = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  pod.status?.phase === 'Running' &&
  pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

/** Other running pods of the same controller. */
export function runningPeers(store: ObjectReader, { namespace, podName }: PublishOptions): readonly Pod[] {
  const labels = Object.entries(store.get(PODS, namespace, podName)?.metadata.labels ?? {}).filter(
    ([key]) => !POD_OWN_LABELS.includes(key),
  );
  if (labels.length === 0) return [];
  return store
    .list(PODS, namespace)
    .filter((pod) => isReady(pod) && labels.every(([key, value]) => pod.metadata.labels?.[key] === value));
}

/** The addresses for status.loadBalancer (internal/ingress/status: runningAddresses). */
export function publishedAddresses(store: ObjectReader, options: PublishOptions): StatusAddress[] {
  if (options.statusAddress !== undefined) return options.statusAddress.split(',').map(statusAddress);
  if (options.publishService !== undefined) return serviceAddresses(store, options.publishService);
  const nodes = new Set(runningPeers(store, options).map(({ spec }) => spec.nodeName ?? ''));
  const addresses = [...nodes].flatMap(
    (name) =>
      store.get(NODES, undefined, name)?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? [],
  );
  return [...new Set(addresses)].map((ip) => ({ ip }));
}
