import { Quantity } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';

const COMPUTE = ['cpu', 'memory'] as const;

/** What counts: the resources of the pod as a whole where it states any (PodLevelResources), else its containers'. */
function stated(spec: core.PodSpec): readonly (core.ResourceRequirements | undefined)[] {
  const { resources } = spec as { readonly resources?: core.ResourceRequirements };
  const states = (list: object | undefined): boolean => Object.keys(list ?? {}).length > 0;
  if (resources && (states(resources.requests) || states(resources.limits))) return [resources];
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.resources);
}

/** A pod's quality of service class (k8s.io/kubernetes/pkg/apis/core/v1/helper/qos). */
export function podQosClass(spec: core.PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const requests = new Map<string, Quantity>();
  const limits = new Map<string, Quantity>();
  let guaranteed = true;
  for (const resources of stated(spec)) {
    const wanted = resources?.requests;
    const capped = resources?.limits;
    let cappedCount = 0;
    for (const name of COMPUTE) {
      const request = Quantity.of(wanted?.[name]);
      if (request.sign() > 0) requests.set(name, (requests.get(name) ?? Quantity.zero).add(request));
      const limit = Quantity.of(capped?.[name]);
      if (limit.sign() > 0) {
        cappedCount++;
        limits.set(name, (limits.get(name) ?? Quantity.zero).add(limit));
      }
    }
    if (cappedCount !== COMPUTE.length) guaranteed = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  if (guaranteed && requests.size === limits.size) {
    const equal = [...requests].every(([name, request]) => limits.get(name)?.equals(request) === true);
    if (equal) return 'Guaranteed';
  }
  return 'Burstable';
}
