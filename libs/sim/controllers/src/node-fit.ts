import type { Node, Pod } from '@seatrial/apiserver';
import { LabelSelector, newRequirement } from '@seatrial/schema';

export type Taint = NonNullable<Node['spec']['taints']>[number];
export type Toleration = NonNullable<Pod['spec']['tolerations']>[number];

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

export const untolerated = (
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: readonly string[],
): Taint | undefined =>
  taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );

interface SelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const OPERATORS = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!', Gt: 'gt', Lt: 'lt' } as const;

function matches(
  expressions: readonly SelectorRequirement[],
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const requirements = expressions.map(({ key, operator, values }) =>
    newRequirement(key, OPERATORS[operator as keyof typeof OPERATORS], values ?? []),
  );
  return (
    requirements.every(({ ok }) => ok) &&
    new LabelSelector(requirements.flatMap((one) => (one.ok ? [one.value] : []))).matches(labels)
  );
}

/** Whether a node has what a pod spec's node selector and required node affinity ask for. */
export function nodeFits(spec: Pod['spec'], node: Node): boolean {
  const { labels, name } = node.metadata;
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels?.[key] === value)) return false;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms) return true;
  return terms.some(
    ({ matchExpressions, matchFields }) =>
      ((matchExpressions?.length ?? 0) > 0 || (matchFields?.length ?? 0) > 0) &&
      matches(matchExpressions ?? [], labels) &&
      matches(matchFields ?? [], { 'metadata.name': name }),
  );
}
