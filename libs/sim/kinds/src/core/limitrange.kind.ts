import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { Quantity, fieldErrors, isQualifiedName, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, complain } from '../validation/fields.js';
import { validateResourceName } from '../validation/resources.js';

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
  const ratio = amounts.ratio[name];
  if (ratio !== undefined && Quantity.of(ratio).compare(Quantity.fromInteger(1)) < 0)
    errors.push(
      fieldErrors.invalid(at.child('maxLimitRequestRatio').key(name), ratio, `ratio ${ratio} is less than 1`),
    );
  return errors;
}

function validateItem(item: core.LimitRangeItem, at: FieldPath): FieldError[] {
  const errors = complain(at.child('type'), item.type, isQualifiedName(item.type));
  if (!item.type.includes('/') && !STANDARD_TYPES.includes(item.type) && errors.length === 0)
    errors.push(fieldErrors.invalid(at.child('type'), item.type, 'must be a standard limit type or fully qualified'));
  const amounts: ItemAmounts = {
    min: amountsOf(item.min),
    max: amountsOf(item.max),
    limit: amountsOf(item.default),
    request: amountsOf(item.defaultRequest),
    ratio: amountsOf(item.maxLimitRequestRatio),
  };
  const names = new Set<string>();
  for (const [field, list] of Object.entries({ max: amounts.max, min: amounts.min })) {
    for (const name of Object.keys(list).sort()) {
      errors.push(...validateResourceName(name, at.child(field).key(name)));
      names.add(name);
    }
  }
  if (item.type === 'Pod') {
    if (Object.keys(amounts.limit).length > 0)
      errors.push(fieldErrors.forbidden(at.child('default'), "may not be specified when `type` is 'Pod'"));
    if (Object.keys(amounts.request).length > 0)
      errors.push(fieldErrors.forbidden(at.child('defaultRequest'), "may not be specified when `type` is 'Pod'"));
  } else
    for (const [field, list] of Object.entries({ default: amounts.limit, defaultRequest: amounts.request }))
      for (const name of Object.keys(list).sort()) {
        errors.push(...validateResourceName(name, at.child(field).key(name)));
        names.add(name);
      }
  if (item.type === 'PersistentVolumeClaim' && !('storage' in amounts.min) && !('storage' in amounts.max))
    errors.push(
      fieldErrors.required(
        at.child('limits'),
        'either minimum or maximum storage value is required, but neither was provided',
      ),
    );
  for (const name of Object.keys(amounts.ratio)) names.add(name);
  for (const name of [...names].sort()) errors.push(...validateOrder(name, amounts, at));
  return errors;
}

function validateLimitRange(object: KubeObject): FieldError[] {
  const types = new Set<string>();
  return (draftAs<core.LimitRange>(object).spec?.limits ?? []).flatMap((item, index) => {
    const at = SPEC.child('limits').index(index);
    const errors = validateItem(item, at);
    if (types.has(item.type)) errors.push(fieldErrors.duplicate(at.child('type'), item.type));
    types.add(item.type);
    return errors;
  });
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
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
  table: {
    columns: columnsOf('v1', 'limitranges'),
    cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
  },
});
