import type { KubeObject } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { cidrWarnings, FieldPath, ipWarnings } from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';

const SPEC = FieldPath.root('spec');
const HINTS = 'service.kubernetes.io/topology-aware-hints';

/** Warnings about fields of a service that do nothing, or will go (k8s.io/kubernetes/pkg/api/service). */
export function serviceWarnings(object: KubeObject): string[] {
  const { spec } = draftAs<core.Service>(object);
  if (!spec) return [];
  const warnings: string[] = [];
  const external = (spec.externalIPs ?? []).length > 0;
  if (Object.hasOwn(object.metadata.annotations ?? {}, HINTS))
    warnings.push(`annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  if (spec.clusterIP !== 'None')
    (spec.clusterIPs ?? []).forEach((ip, index) =>
      warnings.push(...ipWarnings(SPEC.child('clusterIPs').index(index), ip)),
    );
  if (spec.type === 'ClusterIP' && spec.clusterIP === 'None') {
    if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (external) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services');
  }
  (spec.externalIPs ?? []).forEach((ip, index) =>
    warnings.push(...ipWarnings(SPEC.child('externalIPs').index(index), ip)),
  );
  if (spec.loadBalancerIP) warnings.push(...ipWarnings(SPEC.child('loadBalancerIP'), spec.loadBalancerIP));
  (spec.loadBalancerSourceRanges ?? []).forEach((range, index) =>
    warnings.push(...cidrWarnings(SPEC.child('loadBalancerSourceRanges').index(index), range)),
  );
  if (spec.type === 'ExternalName' && external)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (spec.type !== 'ExternalName' && spec.externalName)
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === 'PreferClose')
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}
