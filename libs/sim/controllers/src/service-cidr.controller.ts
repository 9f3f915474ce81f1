import {
  SERVICE_CIDRS,
  defineController,
  watch,
  type ApiClient,
  type ResourceType,
  type ServiceCidr,
} from '@seatrial/apiserver';
import { cidrContains, formatTime, parseCidr, parseIp } from '@seatrial/schema';
import { ownKeys } from './object-key.js';
import { timeOf } from './pod-state.js';
import { must, retrying } from './request-failed.js';

const IP_ADDRESSES: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ipaddresses',
  kind: 'IPAddress',
  namespaced: false,
};

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
/** So that no allocator still gives addresses of a range out that is going. */
const DELETION_GRACE_MS = 10_000;

const rangesOf = ({ spec }: ServiceCidr): readonly string[] => spec?.cidrs ?? [];

function contains(range: string, inner: string): boolean {
  const outer = parseCidr(range);
  const cidr = parseCidr(inner.includes('/') ? inner : `${inner}/${parseIp(inner)?.bits ?? 32}`);
  return outer !== undefined && cidr !== undefined && outer.prefix <= cidr.prefix && cidrContains(outer, cidr.address);
}

/** Whether every range has a parent elsewhere, or no address is of these ranges alone (canDeleteCIDR). */
function canGo(client: ApiClient, cidr: ServiceCidr): boolean {
  const others = client.list(SERVICE_CIDRS).filter(({ metadata }) => metadata.name !== cidr.metadata.name);
  const elsewhere = (part: string): boolean =>
    others.some((other) => rangesOf(other).some((one) => contains(one, part)));
  if (rangesOf(cidr).every(elsewhere)) return true;
  return !client
    .list(IP_ADDRESSES)
    .some(
      ({ metadata: { name, labels } }) =>
        labels?.[MANAGED_BY] === 'ipallocator.k8s.io' &&
        rangesOf(cidr).some((range) => contains(range, name)) &&
        !elsewhere(name),
    );
}

function setReady(
  client: ApiClient,
  cidr: ServiceCidr,
  now: number,
  ready: { readonly status: string; readonly reason: string; readonly message: string },
): void {
  const known = cidr.status?.conditions?.find(({ type }) => type === 'Ready');
  const { status, reason, message } = ready;
  if (known?.status === status && known.reason === reason && known.message === message) return;
  const condition = { type: 'Ready', status, lastTransitionTime: formatTime(now), reason, message };
  must(client.updateStatus(SERVICE_CIDRS, { ...cidr, status: { conditions: [condition] } }));
}

function withFinalizers(client: ApiClient, cidr: ServiceCidr, finalizers: readonly string[]): ServiceCidr {
  const { finalizers: _, ...metadata } = cidr.metadata;
  const next = { ...cidr, metadata: { ...metadata, ...(finalizers.length > 0 ? { finalizers } : {}) } };
  return must(client.update(SERVICE_CIDRS, next as ServiceCidr));
}

/** Ranges of Services: ready when they are made, held while addresses need them (pkg/controller/servicecidrs). */
export const serviceCidrController = defineController({
  name: 'service-cidr-controller',
  component: 'service-cidr-controller',
  sources: [
    ownKeys(SERVICE_CIDRS),
    watch(IP_ADDRESSES, ({ type, object }, { client }) =>
      type === 'DELETED'
        ? client
            .list(SERVICE_CIDRS)
            .filter(
              (cidr) =>
                cidr.metadata.deletionTimestamp && rangesOf(cidr).some((one) => contains(one, object.metadata.name)),
            )
            .map(({ metadata }) => metadata.name)
        : [],
    ),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    const cidr = client.get(SERVICE_CIDRS, undefined, key);
    if (!cidr) return;
    const { finalizers = [], deletionTimestamp } = cidr.metadata;
    if (deletionTimestamp === undefined) {
      const held = finalizers.includes(FINALIZER) ? cidr : withFinalizers(client, cidr, [...finalizers, FINALIZER]);
      const message = 'Kubernetes Service CIDR is ready';
      setReady(client, held, context.now(), { status: 'True', reason: '', message });
      return;
    }
    if (!canGo(client, cidr)) {
      const message =
        'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR';
      setReady(client, cidr, context.now(), { status: 'False', reason: 'Terminating', message });
      return;
    }
    const left = (timeOf(deletionTimestamp) ?? 0) + DELETION_GRACE_MS - context.now();
    if (left > 0) context.requeueAfter(key, left);
    else if (finalizers.includes(FINALIZER))
      withFinalizers(
        client,
        cidr,
        finalizers.filter((one) => one !== FINALIZER),
      );
  }),
});
