import { fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as batchv1 from 'kubernetes-types/batch/v1.js';
import { nonNegative } from '../validation/fields.js';

interface SuccessRule {
  readonly succeededIndexes?: string;
  readonly succeededCount?: number;
}

/** `spec.successPolicy` of a Job. */
export interface SuccessPolicy {
  readonly rules?: readonly SuccessRule[];
}

const MAX_RULES = 20;
const MAX_INDEXES_LENGTH = 64 * 1024;

/** The policy as the API server's internal type prints. */
export const internalSuccessPolicy = (policy: SuccessPolicy | undefined): unknown =>
  policy && {
    Rules:
      policy.rules?.map(({ succeededIndexes, succeededCount }) => ({
        SucceededIndexes: succeededIndexes ?? null,
        SucceededCount: succeededCount ?? null,
      })) ?? null,
  };

const order = (previous: number, current: number): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`;

/** First and last index of an interval `3` or `3-5`; a text is what is wrong (parseIndexInterval). */
export function parseInterval(interval: string, completions: number): readonly [number, number] | string {
  const limits = interval.split('-');
  if (limits.length > 2)
    return `the fragment ${JSON.stringify(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  for (const limit of limits) {
    if (!/^[+-]?\d{1,15}$/.test(limit)) return `cannot convert string to integer for index: ${JSON.stringify(limit)}`;
    if (Number(limit) >= completions) return `too large index: ${JSON.stringify(limit)}`;
  }
  const first = Number(limits[0]);
  const last = Number(limits.at(-1));
  return limits.length > 1 && first >= last ? order(first, last) : [first, last];
}

/** How many indexes a list like `0,2-4` names; a text is what is wrong with it (validateIndexesFormat). */
export function countIndexes(indexes: string, completions: number): number | string {
  if (indexes === '') return 0;
  let total = 0;
  let previous: number | undefined;
  for (const interval of indexes.split(',')) {
    const limits = parseInterval(interval, completions);
    if (typeof limits === 'string') return limits;
    const [first, last] = limits;
    if (previous !== undefined && previous >= first) return order(previous, first);
    total += last - first + 1;
    previous = last;
  }
  return total;
}

function validateRule(rule: SuccessRule, completions: number, path: FieldPath): FieldError[] {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined)
    return [fieldErrors.required(path, 'at least one of succeededCount or succeededIndexes must be specified')];
  const errors: FieldError[] = [];
  let named = 0;
  if (indexes !== undefined) {
    const at = path.child('succeededIndexes');
    if (indexes.length > MAX_INDEXES_LENGTH) errors.push(fieldErrors.tooLong(at, MAX_INDEXES_LENGTH));
    const counted = countIndexes(indexes, completions);
    if (typeof counted === 'number') named = counted;
    else errors.push(fieldErrors.invalid(at, indexes, `error parsing succeededIndexes: ${counted}`));
  }
  if (count === undefined) return errors;
  const at = path.child('succeededCount');
  errors.push(...nonNegative(count, at));
  const atMost = (limit: number, what: string): void => {
    if (count > limit) errors.push(fieldErrors.invalid(at, count, `must be less than or equal to ${limit} (${what})`));
  };
  atMost(completions, 'the number of specified completions');
  if (indexes !== undefined) atMost(named, 'the number of indexes in the specified succeededIndexes field');
  return errors;
}

/** validateSuccessPolicy of pkg/apis/batch/validation (1.35). */
export function validateSuccessPolicy(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const policy = (spec as { successPolicy?: SuccessPolicy }).successPolicy;
  if (!policy) return [];
  if (spec.completionMode !== 'Indexed')
    return [fieldErrors.invalid(path, internalSuccessPolicy(policy), 'requires indexed completion mode')];
  const at = path.child('rules');
  const { rules = [] } = policy;
  if (rules.length === 0)
    return [fieldErrors.required(at, 'at least one rules must be specified when the successPolicy is specified')];
  const errors = rules.length > MAX_RULES ? [fieldErrors.tooMany(at, rules.length, MAX_RULES)] : [];
  return [...errors, ...rules.flatMap((rule, index) => validateRule(rule, spec.completions ?? 0, at.index(index)))];
}
