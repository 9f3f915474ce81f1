import type { KindContext, KubeObject } from '@seatrial/apiserver';
import { jsonEqual, type JsonObject } from '@seatrial/kernel';
import {
  FieldPath,
  IMMUTABLE_COMPLAINT,
  fieldErrors,
  isDns1123Subdomain,
  isQualifiedName,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../registry/draft.js';
import { complain } from '../validation/fields.js';

/* pkg/apis/core/validation/events.go, v1.35. Events that come as core/v1 are asked less. */

const at = (name: string): FieldPath => FieldPath.root(name);
const isCore = ({ group }: KindContext): boolean => group === '';

const LIMITS = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

/** Where an event says that it happened must be where it is. */
function validateNamespace(event: core.Event, namespace: string): FieldError[] {
  const own = event.involvedObject.namespace ?? '';
  const isFree = own === '' && (namespace === 'default' || (Boolean(event.eventTime) && namespace === 'kube-system'));
  if (isFree || (own !== '' && (event.eventTime || own === namespace))) return [];
  return [fieldErrors.invalid(FieldPath.root('involvedObject', 'namespace'), own, 'does not match event.namespace')];
}

/** What events with a time of their own must say. */
function validateNewStyle(event: core.Event, context: KindContext): FieldError[] {
  const controller = event.reportingComponent ?? '';
  const path = at(isCore(context) ? 'reportingComponent' : 'reportingController');
  const errors = controller === '' ? [fieldErrors.required(path)] : [];
  errors.push(...complain(path, controller, isQualifiedName(controller)));
  for (const [field, limit] of Object.entries(LIMITS)) {
    const value = (event as unknown as Readonly<Record<string, string | undefined>>)[field] ?? '';
    if (value === '' && field !== 'message') errors.push(fieldErrors.required(at(field)));
    if (value.length > limit)
      errors.push(fieldErrors.invalid(at(field), '', `can have at most ${String(limit)} characters`));
  }
  return errors;
}

function validateLegacy(object: KubeObject, context: KindContext): FieldError[] {
  const event = draftAs<core.Event>(object);
  const namespace = object.metadata.namespace ?? '';
  return [
    ...validateNamespace(event, namespace),
    ...(event.eventTime ? validateNewStyle(event, context) : []),
    ...complain(at('namespace'), namespace, isDns1123Subdomain(namespace)),
  ];
}

function validateSeries({ series }: core.Event): FieldError[] {
  if (!series) return [];
  return [
    ...((series.count ?? 0) < 2 ? [fieldErrors.invalid('series.count', '', 'should be at least 2')] : []),
    ...(series.lastObservedTime ? [] : [fieldErrors.required('series.lastObservedTime')]),
  ];
}

/** ValidateEventCreate. */
export function validateEvent(object: KubeObject, context: KindContext): FieldError[] {
  const errors = validateLegacy(object, context);
  if (isCore(context)) return errors;
  const event = draftAs<core.Event>(object);
  const { type = '', source } = event;
  errors.push(...validateSeries(event));
  if (!event.eventTime) errors.push(fieldErrors.required(at('eventTime')));
  if (type !== 'Normal' && type !== 'Warning')
    errors.push(fieldErrors.invalid(at('type'), '', `has invalid value: ${type}`));
  const unset = (field: string, isSet: unknown): void => {
    if (isSet) errors.push(fieldErrors.invalid(at(field), '', 'needs to be unset'));
  };
  unset('firstTimestamp', event.firstTimestamp);
  unset('lastTimestamp', event.lastTimestamp);
  unset('count', event.count);
  unset('source', source?.component ?? source?.host);
  return errors;
}

/** What an event that came through events.k8s.io may not change, in the order in which it is told. */
const FIXED: readonly (readonly [field: string, shown?: string])[] = [
  ['involvedObject'],
  ['reason'],
  ['message'],
  ['source'],
  ['firstTimestamp'],
  ['lastTimestamp'],
  ['count'],
  ['reason'],
  ['type'],
  ['eventTime'],
  ['action'],
  ['related'],
  ['reportingComponent', 'reportingController'],
  ['reportingInstance'],
];

/** ValidateEventUpdate. */
export function validateEventUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  const errors = validateLegacy(object, context);
  if (isCore(context)) return errors;
  const [now, old] = [object, before].map((one) => one as unknown as JsonObject);
  if (!jsonEqual(now.series ?? null, old.series ?? null)) errors.push(...validateSeries(draftAs<core.Event>(object)));
  for (const [field, shown = field] of FIXED)
    if (!jsonEqual(now[field] ?? null, old[field] ?? null))
      errors.push(fieldErrors.invalid(at(shown), now[field] ?? '', IMMUTABLE_COMPLAINT));
  return errors;
}
