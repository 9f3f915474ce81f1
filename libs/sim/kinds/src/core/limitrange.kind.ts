import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity, fieldErrors, isQualifiedName, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, complain } from '../validation/fields.js';
import { allowsOvercommit, validateContainerResourceName, validateResourceName } from '../validation/resources.js';

type Amounts = Record<string, string>;

const STANDARD_TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

function defaultItem(item: core.LimitRangeItem): void {
  if (item.type !== 'Container') return;
  const limits = { ...item.default };
  const requests = { ...item.defaultRequest };
  for (const [name, max] of Object.entries(item.max ?? {})) limits[name] ??= max;
  for (const [name, limit] of Object.entries(limits)) requests[name] ??= limit;
  for (const [name, min] of Object.entries(item.min ?? {})) requests[name] ??= min;
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

interface ItemAmounts {
  readonly min: Amounts;
  readonly max: Amounts;
  readonly limit: Amounts;
  readonly request: Amounts;
  readonly ratio: Amounts;
}

const amountsOf = (value: unknown): Amounts => (value ?? {}) as Amounts;

/** How far a limit may be above its request. */
function validateRatio(
  ratio: string | undefined,
  min: string | undefined,
  max: string | undefined,
  at: FieldPath,
): FieldError[] {
  if (ratio === undefined) return [];
  const asked = Quantity.of(ratio);
  const errors =
    asked.compare(Quantity.fromInteger(1)) < 0 ? [fieldErrors.invalid(at, ratio, `ratio ${ratio} is less than 1`)] : [];
  if (min === undefined || max === undefined) return errors;
  const possible = Quantity.of(max).milliValue() / Quantity.of(min).milliValue();
  if (asked.milliValue() / 1000 > possible)
    errors.push(fieldErrors.invalid(at, ratio, `ratio ${ratio} is greater than max/min = ${possible.toFixed(6)}`));
  return errors;
}

/** The order that one resource's minimum, default request, default and maximum must keep. */
function validateOrder(name: string, amounts: ItemAmounts, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const min = amounts.min[name];
  const max = amounts.max[name];
  const limit = amounts.limit[name];
  const request = amounts.request[name];
  const above = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && Quantity.of(a).compare(Quantity.of(b)) > 0;
  if (above(min, max))
    errors.push(
      fieldErrors.invalid(at.child('min').key(name), min, `min value ${min} is greater than max value ${max}`),
    );
  const requestPath = at.child('defaultRequest').key(name);
  if (above(min, request))
    errors.push(
      fieldErrors.invalid(requestPath, request, `min value ${min} is greater than default request value ${request}`),
    );
  if (above(request, max))
    errors.push(
      fieldErrors.invalid(requestPath, request, `default request value ${request} is greater than max value ${max}`),
    );
  if (above(request, limit))
    errors.push(
      fieldErrors.invalid(
        requestPath,
        request,
        `default request value ${request} is greater than default limit value ${limit}`,
      ),
    );
  const limitPath = at.child('default').key(name);
  if (above(min, limit))
    errors.push(fieldErrors.invalid(limitPath, min, `min value ${min} is greater than default value ${limit}`));
  if (above(limit, max))
    errors.push(fieldErrors.invalid(limitPath, max, `default value ${limit} is greater than max value ${max}`));
  errors.push(...validateRatio(amounts.ratio[name], min, max, at.child('maxLimitRequestRatio').key(name)));
  if (
    !allowsOvercommit(name) &&
    limit !== undefined &&
    request !== undefined &&
    Quantity.of(limit).compare(Quantity.of(request)) !== 0
  )
    errors.push(
      fieldErrors.invalid(
        requestPath,
        request,
        `default value ${limit} must equal to defaultRequest value ${request} in ${name}`,
      ),
    );
  return errors;
}

/** Pods and containers have no storage to limit; other types may name any resource. */
const namesOf = (type: string) =>
  type === 'Pod' || type === 'Container' ? validateContainerResourceName : validateResourceName;

function validateType(type: string, seen: Set<string>, at: FieldPath): FieldError[] {
  const errors = complain(at, type, isQualifiedName(type));
  if (!type.includes('/') && !STANDARD_TYPES.includes(type) && errors.length === 0)
    errors.push(fieldErrors.invalid(at, type, 'must be a standard limit type or fully qualified'));
  if (seen.has(type)) errors.push(fieldErrors.duplicate(at, type));
  seen.add(type);
  return errors;
}

function validateItem(item: core.LimitRangeItem, seen: Set<string>, at: FieldPath): FieldError[] {
  const errors = validateType(item.type, seen, at.child('type'));
  const amounts: ItemAmounts = {
    min: amountsOf(item.min),
    max: amountsOf(item.max),
    limit: amountsOf(item.default),
    request: amountsOf(item.defaultRequest),
    ratio: amountsOf(item.maxLimitRequestRatio),
  };
  const validateName = namesOf(item.type);
  const names = new Set<string>();
  const look = (fields: Readonly<Record<string, Amounts>>): void => {
    for (const [field, list] of Object.entries(fields))
      for (const name of Object.keys(list).sort(compareStrings)) {
        errors.push(...validateName(name, at.child(field).key(name)));
        names.add(name);
      }
  };
  look({ max: amounts.max, min: amounts.min });
  if (item.type !== 'Pod') look({ default: amounts.limit, defaultRequest: amounts.request });
  else
    for (const [field, list] of Object.entries({ default: amounts.limit, defaultRequest: amounts.request }))
      if (Object.keys(list).length > 0)
        errors.push(fieldErrors.forbidden(at.child(field), "may not be specified when `type` is 'Pod'"));
  if (item.type === 'PersistentVolumeClaim' && !('storage' in amounts.min) && !('storage' in amounts.max))
    errors.push(
      fieldErrors.required(
        at.child('limits'),
        'either minimum or maximum storage value is required, but neither was provided',
      ),
    );
  look({ maxLimitRequestRatio: amounts.ratio });
  const checked: ItemAmounts = item.type === 'Pod' ? { ...amounts, limit: {}, request: {} } : amounts;
  for (const name of [...names].sort(compareStrings)) errors.push(...validateOrder(name, checked, at));
  return errors;
}

function validateLimitRange(object: KubeObject): FieldError[] {
  const seen = new Set<string>();
  return (draftAs<core.LimitRange>(object).spec?.limits ?? []).flatMap((item, index) =>
    validateItem(item, seen, SPEC.child('limits').index(index)),
  );
}

/** LimitRanges (k8s.io/kubernetes/pkg/registry/core/limitrange, v1.35). */
export const limitRangeKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'limitranges',
  kind: 'LimitRange',
  generation: false,
  defaults: (draft) => {
    for (const item of draftAs<core.LimitRange>(draft).spec?.limits ?? []) defaultItem(item);
  },
  // Its strategy names what nobody named.
  prepareForCreate: ({ metadata }) => {
    metadata.name ??= metadata.uid;
  },
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
  table: {
    columns: columnsOf('v1', 'limitranges'),
    cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
  },
});
