import {
  SERVICES,
  defineController,
  type ControllerDefinition,
  type ObjectReader,
  type Service,
} from '@seatrial/apiserver';
import { ownKeys, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';

/** What a cluster gives Services of type LoadBalancer: an address of a range, or a host name. */
export type LoadBalancer = { readonly addressPrefix: string } | { readonly hostnameSuffix: string };

const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

type Ingress = NonNullable<NonNullable<NonNullable<Service['status']>['loadBalancer']>['ingress']>[number];

function firstFree(store: ObjectReader, prefix: string): string {
  const taken = new Set(
    store.list(SERVICES).flatMap(({ status }) => (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip)),
  );
  let host = 1;
  while (host < 254 && taken.has(`${prefix}${host}`)) host++;
  return `${prefix}${host}`;
}

const ingressFor = (store: ObjectReader, service: Service, balancer: LoadBalancer): Ingress =>
  'addressPrefix' in balancer
    ? { ip: firstFree(store, balancer.addressPrefix), ipMode: 'VIP' }
    : { hostname: `a${service.metadata.uid.replaceAll('-', '')}${balancer.hostnameSuffix}` };

/** The cloud's part of Services of type LoadBalancer (cloud-provider/controllers/service). */
export const serviceLoadBalancerController = (balancer: LoadBalancer): ControllerDefinition =>
  defineController({
    name: 'service-lb-controller',
    component: 'service-controller',
    sources: [ownKeys(SERVICES)],
    reconcile: retrying(({ client, events }, key) => {
      const [namespace, name] = splitKey(key);
      const service = client.get(SERVICES, namespace, name);
      if (!service) return;
      const { finalizers = [], ...metadata } = service.metadata;
      const wanted = service.spec.type === 'LoadBalancer' && metadata.deletionTimestamp === undefined;
      if (wanted) {
        if (service.status?.loadBalancer?.ingress?.length) return;
        events.event({ object: service }, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
        const held = finalizers.includes(FINALIZER)
          ? service
          : must(
              client.update(SERVICES, {
                ...service,
                metadata: { ...metadata, finalizers: [...finalizers, FINALIZER] },
              }),
            );
        const loadBalancer = { ingress: [ingressFor(client, held, balancer)] };
        must(client.updateStatus(SERVICES, { ...held, status: { ...held.status, loadBalancer } }));
        events.event({ object: service }, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
        return;
      }
      if (!finalizers.includes(FINALIZER)) return;
      events.event({ object: service }, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
      const left = finalizers.filter((one) => one !== FINALIZER);
      const cleared = must(client.updateStatus(SERVICES, { ...service, status: { loadBalancer: {} } }));
      events.event({ object: service }, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
      const { finalizers: _, ...rest } = cleared.metadata;
      must(client.update(SERVICES, { ...cleared, metadata: left.length > 0 ? { ...rest, finalizers: left } : rest }));
    }),
  });
