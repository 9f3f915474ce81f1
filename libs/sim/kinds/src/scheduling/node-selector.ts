import type { Node, Pod } from '@seatrial/apiserver';
import { LabelSelector, newRequirement, type Labels } from '@seatrial/schema';

interface SelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** core/v1 NodeSelectorTerm. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly SelectorRequirement[];
  readonly matchFields?: readonly SelectorRequirement[];
}

const OPERATORS = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!', Gt: 'gt', Lt: 'lt' } as const;

const compiled = new WeakMap<object, LabelSelector>();

function compile(expressions: readonly SelectorRequirement[]): LabelSelector {
  const known = compiled.get(expressions);
  if (known) return known;
  const requirements = expressions.map(({ key, operator, values }) =>
    newRequirement(key, OPERATORS[operator as keyof typeof OPERATORS], values ?? []),
  );
  const selector = requirements.every(({ ok }) => ok)
    ? new LabelSelector(requirements.flatMap((one) => (one.ok ? [one.value] : [])))
    : LabelSelector.nothing;
  compiled.set(expressions, selector);
  return selector;
}

/** Whether a node fits one term; an empty term fits none (component-helpers/scheduling/corev1/nodeaffinity). */
export function termMatches(term: NodeSelectorTerm, node: Node): boolean {
  if (!term.matchExpressions?.length && !term.matchFields?.length) return false;
  const fields: Labels = { 'metadata.name': node.metadata.name };
  return (
    (!term.matchExpressions?.length || compile(term.matchExpressions).matches(node.metadata.labels)) &&
    (!term.matchFields?.length || compile(term.matchFields).matches(fields))
  );
}

/** Terms are alternatives. */
export const nodeSelectorMatches = (terms: readonly NodeSelectorTerm[], node: Node): boolean =>
  terms.some((term) => termMatches(term, node));

/** Whether a node has what a pod spec's `nodeSelector` and required node affinity ask for (GetRequiredNodeAffinity). */
export function nodeFits(spec: Pod['spec'], node: Node): boolean {
  const { nodeSelector, affinity } = spec;
  for (const key in nodeSelector) if (node.metadata.labels?.[key] !== nodeSelector[key]) return false;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || nodeSelectorMatches(terms, node);
}
