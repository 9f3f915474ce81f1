import type * as core from 'kubernetes-types/core/v1.js';

interface KeyedTerm {
  labelSelector?: { matchExpressions?: { key: string; operator: string; values?: string[] }[] };
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}

function mergeTerm(term: KeyedTerm, labels: Readonly<Record<string, string>>): void {
  const { labelSelector: selector } = term;
  if (!selector) return;
  for (const [keys, operator] of [
    [term.matchLabelKeys, 'In'],
    [term.mismatchLabelKeys, 'NotIn'],
  ] as const)
    for (const key of keys ?? [])
      if (Object.hasOwn(labels, key))
        selector.matchExpressions = [...(selector.matchExpressions ?? []), { key, operator, values: [labels[key]] }];
}

/** A new pod's own values of matchLabelKeys and mismatchLabelKeys join its selectors (registry/core/pod strategy). */
export function mergeLabelKeys(pod: core.Pod): void {
  if (!pod.spec?.affinity && !pod.spec?.topologySpreadConstraints) return;
  const labels = pod.metadata?.labels ?? {};
  const terms = [pod.spec?.affinity?.podAffinity, pod.spec?.affinity?.podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ]);
  for (const term of [...terms, ...(pod.spec?.topologySpreadConstraints ?? [])]) mergeTerm(term, labels);
}
