import { defineKind } from '@seatrial/apiserver';
import { isJsonObject, jsonEqual } from '@seatrial/kernel';
import type * as core from 'kubernetes-types/core/v1.js';
import { NONE, ageCell, labelsCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import {
  needsHealthCheck,
  validateService,
  validateServiceAddresses,
  validateServiceUpdate,
} from './service.validation.js';
import { serviceWarnings } from './service.warnings.js';

/** Reached from outside by node port, load balancer or external address. */
const isExternallyAccessible = (spec: core.ServiceSpec): boolean =>
  spec.type === 'LoadBalancer' ||
  spec.type === 'NodePort' ||
  (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);

function defaultSpec(spec: core.ServiceSpec): void {
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {};
    spec.sessionAffinityConfig.clientIP ??= {};
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= 10800;
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP')
    spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}

/** What a change of type takes with it (registry/core/service dropTypeDependentFields). */
function dropDependentFields(spec: core.ServiceSpec, old: core.ServiceSpec): void {
  const usesNodePorts = (type: string | undefined): boolean => type === 'NodePort' || type === 'LoadBalancer';
  if (usesNodePorts(old.type) && !usesNodePorts(spec.type)) {
    for (const [index, port] of (spec.ports ?? []).entries())
      if (port.nodePort !== undefined && port.nodePort === old.ports?.[index]?.nodePort) delete port.nodePort;
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec)) {
    if (spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && spec.healthCheckNodePort === old.healthCheckNodePort)
    delete spec.healthCheckNodePort;
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  }
  if (old.type !== 'ExternalName' && spec.type === 'ExternalName') {
    if (sameAddresses(spec, old)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy;
    delete spec.ipFamilies;
    if (spec.internalTrafficPolicy === old.internalTrafficPolicy) delete spec.internalTrafficPolicy;
  }
}

/** What was allocated and is left out now stays; node ports by the names of their ports (patchAllocatedValues). */
function keepAllocated(spec: core.ServiceSpec, old: core.ServiceSpec): void {
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) spec.clusterIPs = old.clusterIPs;
    spec.ipFamilies ??= old.ipFamilies;
    spec.ipFamilyPolicy ??= old.ipFamilyPolicy;
  }
  normalizeAddresses(spec, old);
  if (needsHealthCheck(spec) && needsHealthCheck(old)) spec.healthCheckNodePort ||= old.healthCheckNodePort;
  const exposed = (type: string | undefined): boolean => type === 'NodePort' || type === 'LoadBalancer';
  if (!exposed(spec.type) || !exposed(old.type)) return;
  const before = new Map((old.ports ?? []).map(({ name = '', nodePort }) => [name, nodePort]));
  const had = new Set(before.values());
  const used = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort).filter((port) => had.has(port)));
  for (const port of spec.ports ?? []) {
    const kept = before.get(port.name ?? '');
    if (!port.nodePort && kept && !used.has(kept)) port.nodePort = kept;
  }
}

const sameAddresses = (spec: core.ServiceSpec, old: core.ServiceSpec): boolean =>
  jsonEqual(spec.clusterIPs ?? [], old.clusterIPs ?? []);

/** clusterIPs follows clusterIP where only that one was changed (normalizeClusterIPs). */
function normalizeAddresses(spec: core.ServiceSpec, old: core.ServiceSpec): void {
  const [now, before] = [spec.clusterIP ?? '', old.clusterIP ?? ''];
  if (now === before) {
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) spec.clusterIPs = old.clusterIPs;
  } else if (sameAddresses(spec, old)) {
    if (now === '') delete spec.clusterIPs;
    else spec.clusterIPs = [now];
  }
}

function loadBalancerIps(service: core.Service): string {
  return (service.status?.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip ?? hostname ?? '')
    .filter((address) => address !== '')
    .sort()
    .join(',');
}

/** The External-IP column. */
function externalIpCell(service: core.Service): string {
  const ips = service.spec?.externalIPs ?? [];
  switch (service.spec?.type) {
    case 'ClusterIP':
    case 'NodePort':
      return ips.length > 0 ? ips.join(',') : NONE;
    case 'LoadBalancer': {
      const balancer = loadBalancerIps(service);
      if (ips.length > 0) return [...(balancer ? [balancer] : []), ...ips].join(',');
      return balancer || '<pending>';
    }
    case 'ExternalName':
      return service.spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function portsCell(ports: readonly core.ServicePort[] | undefined): string {
  if (!ports || ports.length === 0) return NONE;
  return ports
    .map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/${port.protocol ?? 'TCP'}`)
    .join(',');
}

/** Services (k8s.io/kubernetes/pkg/registry/core/service, v1.35); addresses and ports are allocated by the API server. */
export const serviceKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'services',
  kind: 'Service',
  generation: false,
  nameRule: 'dns-1035-label',
  defaults: (draft) => {
    const service = draftAs<core.Service>(draft);
    if (service.spec) defaultSpec(service.spec);
    if (service.spec?.type !== 'LoadBalancer') return;
    for (const address of service.status?.loadBalancer?.ingress ?? []) if (address.ip) address.ipMode ??= 'VIP';
  },
  validateAllocation: validateServiceAddresses,
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: '', version: 'v1', kind: 'Service' });
  },
  prepareForUpdate: (draft, old, { subresource }) => {
    separateStatus(draft, old, subresource);
    const now = draftAs<core.Service>(draft).spec;
    const before = draftAs<core.Service>(old).spec;
    if (subresource || !now || !before) return;
    keepAllocated(now, before);
    dropDependentFields(now, before);
    // Status is the old object's, which is frozen.
    if (now.type !== 'LoadBalancer' && isJsonObject(draft.status)) draft.status = { ...draft.status, loadBalancer: {} };
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warnings: serviceWarnings,
  selectableFields: (object) => {
    const { spec } = draftAs<core.Service>(object);
    return { 'spec.clusterIP': spec?.clusterIP ?? '', 'spec.type': spec?.type ?? '' };
  },
  table: {
    columns: columnsOf('v1', 'services'),
    cells: (object, now) => {
      const service = draftAs<core.Service>(object);
      return [
        service.metadata?.name,
        service.spec?.type,
        service.spec?.clusterIP || NONE,
        externalIpCell(service),
        portsCell(service.spec?.ports),
        ageCell(service.metadata?.creationTimestamp, now),
        labelsCell(service.spec?.selector),
      ];
    },
  },
});
