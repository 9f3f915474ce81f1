import type { Pod, ResourceQuota } from '../contract/object.js';

interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** A quota's scopes and its scope selector as one list. */
export function scopeRequirements(spec: ResourceQuota['spec']): ScopeRequirement[] {
  const plain = (spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...plain, ...(spec.scopeSelector?.matchExpressions ?? [])];
}

/** Whether no container asks for CPU or memory (QoS class BestEffort). */
export function isBestEffort(spec: Pod['spec']): boolean {
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  return !all.some(({ resources }) =>
    [resources?.requests, resources?.limits].some((list) =>
      ['cpu', 'memory'].some((name) => Number.parseFloat(String(list?.[name] ?? 0)) !== 0),
    ),
  );
}

function crossNamespace(spec: Pod['spec']): boolean {
  const terms = [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some((term) => (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined);
}

function matchesPriorityClass({ operator, values = [] }: ScopeRequirement, name: string): boolean {
  if (operator === 'In') return values.includes(name);
  if (operator === 'NotIn') return !values.includes(name);
  return operator === 'DoesNotExist' ? name === '' : name !== '';
}

/** Whether a quota with these scopes counts the pod (pkg/quota/v1/evaluator/core podMatchesScopeFunc). */
export function podMatchesScope(requirement: ScopeRequirement, pod: Pod): boolean {
  switch (requirement.scopeName) {
    case 'Terminating':
      return pod.spec.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return pod.spec.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return isBestEffort(pod.spec);
    case 'NotBestEffort':
      return !isBestEffort(pod.spec);
    case 'PriorityClass':
      return matchesPriorityClass(requirement, pod.spec.priorityClassName ?? '');
    case 'CrossNamespacePodAffinity':
      return crossNamespace(pod.spec);
    default:
      return false;
  }
}
