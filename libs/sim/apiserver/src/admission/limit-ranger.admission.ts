import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { LimitRange } from '../contract/object.js';
import { LIMIT_RANGES } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { podAmounts, quantityText, type PodResources } from '../quota/pod-resources.js';
import { subject, type Draft } from '../request/request-scope.js';
import { forbidden } from '../status/status-errors.js';
import { concerns, defineAdmission, type AdmissionAttributes } from './admission.js';

type LimitItem = LimitRange['spec']['limits'][number];
type Amounts = Readonly<Record<string, unknown>> | undefined;

const ANNOTATION = 'kubernetes.io/limit-ranger';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function containersOf(draft: Draft, field: 'containers' | 'initContainers'): JsonObject[] {
  const spec = isJsonObject(draft.spec) ? draft.spec : {};
  const containers = spec[field];
  return Array.isArray(containers) ? containers.filter(isJsonObject) : [];
}

/** Puts in what a container leaves out; returns what was set, as the annotation says it. */
function defaultContainer(container: JsonObject, item: LimitItem, init: boolean): string[] {
  const resources = isJsonObject(container.resources) ? container.resources : {};
  container.resources = resources;
  const set = (kind: 'limits' | 'requests', defaults: Amounts): string[] => {
    const have = isJsonObject(resources[kind]) ? resources[kind] : {};
    const names = Object.keys(defaults ?? {}).filter((name) => have[name] === undefined);
    for (const name of names) have[name] = quantityText(defaults?.[name]);
    if (Object.keys(have).length > 0) resources[kind] = have;
    return names.sort();
  };
  const note = (names: readonly string[], kind: string): string[] =>
    names.length === 0
      ? []
      : [`${names.join(', ')} ${kind} for ${init ? 'init container' : 'container'} ${text(container.name)}`];
  const requests = set('requests', item.defaultRequest);
  const limits = set('limits', item.default);
  return [...note(requests, 'request'), ...note(limits, 'limit')];
}

function mutate(attributes: AdmissionAttributes): Status | undefined {
  const { object, scope } = attributes;
  if (!object || !scope.namespace || attributes.operation !== 'CREATE' || !concerns(attributes, '', 'pods'))
    return undefined;
  const notes: string[] = [];
  for (const limitRange of scope.server.store.list(LIMIT_RANGES, scope.namespace)) {
    for (const item of limitRange.spec.limits ?? []) {
      if (item.type !== 'Container') continue;
      for (const container of containersOf(object, 'containers'))
        notes.push(...defaultContainer(container, item, false));
      for (const container of containersOf(object, 'initContainers'))
        notes.push(...defaultContainer(container, item, true));
    }
  }
  if (notes.length === 0) return undefined;
  const annotations = isJsonObject(object.metadata.annotations) ? object.metadata.annotations : {};
  object.metadata.annotations = { ...annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
  return undefined;
}

const amount = (amounts: Amounts, name: string): Quantity | undefined =>
  amounts?.[name] === undefined ? undefined : Quantity.of(quantityText(amounts[name]));

interface Stated {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

const noun = (name: string, type: string): string => `${name} usage per ${type}`;

function checkMinimum(type: string, name: string, minimum: Quantity, { requests, limits }: Stated): string | undefined {
  const [request, limit] = [amount(requests, name), amount(limits, name)];
  const rule = `minimum ${noun(name, type)} is ${minimum.toString()}`;
  if (!request) return `${rule}.  No request is specified`;
  if (request.compare(minimum) < 0) return `${rule}, but request is ${request.toString()}`;
  return limit && limit.compare(minimum) < 0 ? `${rule}, but limit is ${limit.toString()}` : undefined;
}

function checkMaximum(type: string, name: string, maximum: Quantity, { requests, limits }: Stated): string | undefined {
  const [request, limit] = [amount(requests, name), amount(limits, name)];
  const rule = `maximum ${noun(name, type)} is ${maximum.toString()}`;
  if (!limit) return `${rule}.  No limit is specified`;
  if (limit.compare(maximum) > 0) return `${rule}, but limit is ${limit.toString()}`;
  return request && request.compare(maximum) > 0 ? `${rule}, but request is ${request.toString()}` : undefined;
}

function checkRatio(type: string, name: string, ratio: Quantity, { requests, limits }: Stated): string | undefined {
  const [request, limit] = [amount(requests, name), amount(limits, name)];
  const rule = `${name} max limit to request ratio per ${type} is ${ratio.toString()}`;
  if (!request || request.isZero()) return `${rule}, but no request is specified or request is 0`;
  if (!limit || limit.isZero()) return `${rule}, but no limit is specified or limit is 0`;
  const provided = limit.toNumber() / request.toNumber();
  return provided > ratio.toNumber() ? `${rule}, but provided ratio is ${provided.toFixed(6)}` : undefined;
}

function violations(item: LimitItem, stated: Stated, type: string = item.type): string[] {
  const names = (amounts: Amounts): string[] => Object.keys(amounts ?? {}).sort();
  const of = (amounts: Amounts, name: string): Quantity => amount(amounts, name) ?? Quantity.zero;
  return [
    ...names(item.min).map((name) => checkMinimum(type, name, of(item.min, name), stated)),
    ...names(item.max).map((name) => checkMaximum(type, name, of(item.max, name), stated)),
    ...names(item.maxLimitRequestRatio).map((name) =>
      checkRatio(type, name, of(item.maxLimitRequestRatio, name), stated),
    ),
  ].filter((text) => text !== undefined);
}

function podViolations(item: LimitItem, draft: Draft): string[] {
  if (item.type === 'Container') {
    return [...containersOf(draft, 'containers'), ...containersOf(draft, 'initContainers')].flatMap((container) => {
      const resources = isJsonObject(container.resources) ? container.resources : {};
      return violations(item, { requests: resources.requests as Amounts, limits: resources.limits as Amounts });
    });
  }
  if (item.type !== 'Pod') return [];
  const pod = { spec: { ...(draft.spec as PodResources['spec']), overhead: undefined } };
  return violations(item, {
    requests: Object.fromEntries(podAmounts(pod, 'requests')),
    limits: Object.fromEntries(podAmounts(pod, 'limits')),
  });
}

function claimViolations(item: LimitItem, draft: Draft): string[] {
  if (item.type !== 'PersistentVolumeClaim') return [];
  const spec = isJsonObject(draft.spec) && isJsonObject(draft.spec.resources) ? draft.spec.resources : {};
  const requested = amount(spec.requests as Amounts, 'storage') ?? Quantity.zero;
  const check = (bound: unknown, word: string, over: boolean): string[] => {
    if (bound === undefined) return [];
    const limit = Quantity.of(quantityText(bound));
    const broken = over ? requested.compare(limit) > 0 : requested.compare(limit) < 0;
    return broken
      ? [
          `${word} storage usage per PersistentVolumeClaim is ${limit.toString()}, but request is ${requested.toString()}`,
        ]
      : [];
  };
  return [...check(item.min?.storage, 'minimum', false), ...check(item.max?.storage, 'maximum', true)];
}

function validate(attributes: AdmissionAttributes): Status | undefined {
  const { object, scope } = attributes;
  if (!object || !scope.namespace) return undefined;
  // Containers are fixed once a pod is there, but for the resources that a resize changes.
  const isPod = concerns(attributes, '', 'pods', attributes.operation === 'UPDATE' ? 'resize' : undefined);
  if (!isPod && !concerns(attributes, '', 'persistentvolumeclaims')) return undefined;
  if (attributes.old?.metadata.deletionTimestamp) return undefined;
  for (const limitRange of scope.server.store.list(LIMIT_RANGES, scope.namespace)) {
    const found = (limitRange.spec.limits ?? []).flatMap((item) =>
      isPod ? podViolations(item, object) : claimViolations(item, object),
    );
    if (found.length === 0) continue;
    const list = found.length === 1 ? found[0] : `[${found.join(', ')}]`;
    return forbidden(subject(scope), text(object.metadata.name), list);
  }
  return undefined;
}

/** Defaults and bounds of containers, pods and claims by the namespace's LimitRanges (plugin/pkg/admission/limitranger, v1.35). */
export const limitRangerAdmission = defineAdmission({
  name: 'LimitRanger',
  operations: ['CREATE', 'UPDATE'],
  resources: ['/pods', '/pods/resize', '/persistentvolumeclaims'],
  mutate,
  validate,
});
