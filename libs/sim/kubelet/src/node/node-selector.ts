import type { Node } from '@seatrial/apiserver';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface Term {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

function labelMatches(labels: Readonly<Record<string, string>>, { key, operator, values = [] }: Requirement): boolean {
  const value = labels[key] as string | undefined;
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (value === undefined) return false;
  return operator === 'Gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
}

/** Whether a node fits one of a node selector's terms; an empty term fits none (component-helpers nodeaffinity). */
export function matchesTerms(terms: readonly Term[], { metadata }: Node): boolean {
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchFields.every(({ operator, values = [] }) =>
        operator === 'In' ? values.includes(metadata.name) : !values.includes(metadata.name),
      ) &&
      matchExpressions.every((requirement) => labelMatches(metadata.labels ?? {}, requirement)),
  );
}
