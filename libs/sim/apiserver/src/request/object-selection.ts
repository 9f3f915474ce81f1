import { fail, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { fieldSelectorMatches, goQuote, parseFieldSelector, parseLabelSelector } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import type { Status } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import { badRequest } from '../status/status-errors.js';
import { asText } from './request-scope.js';

export interface SelectorTexts {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export type Selection = (object: KubeObject) => boolean;

const EVERYTHING: Selection = () => true;

/** Values that field selectors see. */
export function selectableFields(rest: RestResource, object: KubeObject): Readonly<Record<string, string>> {
  const fields: Record<string, string> = { 'metadata.name': object.metadata.name };
  if (rest.api.namespaced) fields['metadata.namespace'] = object.metadata.namespace ?? '';
  for (const path of rest.custom?.selectableFields ?? []) {
    const value = path
      .replace(/^\./, '')
      .split('.')
      .reduce<unknown>((at, key) => (at as JsonObject | undefined)?.[key], object);
    fields[path.replace(/^\./, '')] = value === undefined || value === null ? '' : asText(value);
  }
  return Object.assign(fields, rest.definition?.selectableFields?.(object));
}

const PROBE = { apiVersion: '', kind: '', metadata: { name: '', uid: '', resourceVersion: '', creationTimestamp: '' } };

function knowsField(rest: RestResource, field: string): boolean {
  try {
    return Object.hasOwn(
      selectableFields(rest, { ...PROBE, spec: {}, status: {}, involvedObject: {}, source: {} } as KubeObject),
      field,
    );
  } catch {
    return true;
  }
}

/** A kind with selectable fields of its own, or a custom one, refuses by name; the generic conversion lists what there is. */
const unknownField = (rest: RestResource, field: string): string => {
  // Jobs have words of their own (pkg/apis/batch/v1/conversion.go).
  if (rest.api.group === 'batch' && rest.api.resource === 'jobs')
    return `field label ${goQuote(field)} not supported for Job`;
  return rest.definition?.selectableFields || rest.custom
    ? `field label not supported: ${field}`
    : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
};

/** A request's label and field selectors as one predicate; the error is the API server's for a bad one. */
export function parseSelection(rest: RestResource, texts: SelectorTexts): Result<Selection, Status> {
  let selection = EVERYTHING;
  if (texts.labelSelector) {
    const selector = parseLabelSelector(texts.labelSelector);
    if (!selector.ok) return fail(badRequest(selector.error));
    const { value } = selector;
    selection = (object) => value.matches(object.metadata.labels);
  }
  if (texts.fieldSelector) {
    const requirements = parseFieldSelector(texts.fieldSelector);
    if (!requirements.ok) return fail(badRequest(requirements.error));
    for (const { field } of requirements.value) {
      if (!knowsField(rest, field)) return fail(badRequest(unknownField(rest, field)));
    }
    const labels = selection;
    selection = (object) => labels(object) && fieldSelectorMatches(requirements.value, selectableFields(rest, object));
  }
  return ok(selection);
}
