import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  fieldErrors,
  isDns1035Label,
  isDns1123Subdomain,
  isValidPortNumber,
  type FieldError,
} from '@seatrial/schema';
import type * as meta from 'kubernetes-types/meta/v1.js';
import { given, objectsOf, text } from '../registry/untyped.js';
import { oneOf } from '../validation/fields.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';
import { validateMatchConditions } from './match-conditions.validation.js';
import { validateRules } from './resource-rules.validation.js';

const ACCEPTED_VERSIONS = ['v1', 'v1beta1'];

/** webhook.ValidateWebhookURL */
export function validateUrl(url: string, at: FieldPath): FieldError[] {
  const form = '; desired format: https://host[/path]';
  const [, scheme = '', authority = '', query, fragment] =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  const user = authority.includes('@') ? authority.slice(0, authority.lastIndexOf('@')) : undefined;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const errors: FieldError[] = [];
  if (scheme !== 'https') errors.push(fieldErrors.invalid(at, scheme, `'https' is the only allowed URL scheme${form}`));
  if (host === '') errors.push(fieldErrors.invalid(at, host, `host must be specified${form}`));
  if (user !== undefined) errors.push(fieldErrors.invalid(at, user, 'user information is not permitted in the URL'));
  if (fragment) errors.push(fieldErrors.invalid(at, fragment, 'fragments are not permitted in the URL'));
  if (query) errors.push(fieldErrors.invalid(at, query, 'query parameters are not permitted in the URL'));
  return errors;
}

/** The path of webhook.ValidateWebhookService. */
function validatePath(path: string, at: FieldPath): FieldError[] {
  if (path === '/' || path === '') return [];
  if (path === '//') return [fieldErrors.invalid(at, path, 'segment[0] may not be empty')];
  const errors = path.startsWith('/') ? [] : [fieldErrors.invalid(at, path, "must start with a '/'")];
  path
    .slice(1)
    .replace(/\/$/, '')
    .split('/')
    .forEach((step, index) => {
      if (step === '') errors.push(fieldErrors.invalid(at, path, `segment[${index}] may not be empty`));
      else
        for (const failure of isDns1123Subdomain(step))
          errors.push(fieldErrors.invalid(at, path, `segment[${index}]: ${failure}`));
    });
  return errors;
}

/** webhook.ValidateWebhookService; all who call it give it the name for the namespace and the other way round. */
export function validateService(service: JsonObject, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (text(service.namespace) === '') errors.push(fieldErrors.required(at.child('name')));
  if (text(service.name) === '') errors.push(fieldErrors.required(at.child('namespace')));
  const port = typeof service.port === 'number' ? service.port : 0;
  const wrong = isValidPortNumber(port);
  if (wrong.length > 0)
    errors.push(fieldErrors.invalid(at.child('port'), port, `port is not valid: ${wrong.join(', ')}`));
  return [...errors, ...validatePath(text(service.path), at.child('path'))];
}

function validateClient(webhook: JsonObject, path: FieldPath): FieldError[] {
  const config = isJsonObject(webhook.clientConfig) ? webhook.clientConfig : {};
  const at = path.child('clientConfig');
  if ((config.url !== undefined) === (config.service !== undefined))
    return [fieldErrors.required(at, 'exactly one of url or service is required')];
  return isJsonObject(config.service)
    ? validateService(config.service, at.child('service'))
    : validateUrl(text(config.url), at.child('url'));
}

/** utilvalidation.IsFullyQualifiedName */
function validateName(name: string, at: FieldPath): FieldError[] {
  if (name === '') return [fieldErrors.required(at)];
  const wrong = isDns1123Subdomain(name);
  if (wrong.length > 0) return [fieldErrors.invalid(at, name, wrong.join(','))];
  return name.split('.').length < 3
    ? [fieldErrors.invalid(at, name, 'should be a domain with at least three segments separated by dots')]
    : [];
}

function validateWebhook(webhook: JsonObject, at: FieldPath): FieldError[] {
  const errors = validateName(text(webhook.name), at.child('name'));
  errors.push(...validateRules(objectsOf(webhook.rules), at.child('rules')));
  errors.push(...oneOf(given(webhook.failurePolicy), ['Fail', 'Ignore'], at.child('failurePolicy')));
  errors.push(...oneOf(given(webhook.matchPolicy), ['Equivalent', 'Exact'], at.child('matchPolicy')));
  errors.push(...oneOf(given(webhook.reinvocationPolicy), ['IfNeeded', 'Never'], at.child('reinvocationPolicy')));
  if (webhook.sideEffects === undefined)
    errors.push(fieldErrors.required(at.child('sideEffects'), 'must specify one of None, NoneOnDryRun'));
  else errors.push(...oneOf(given(webhook.sideEffects), ['None', 'NoneOnDryRun'], at.child('sideEffects')));
  const seconds = webhook.timeoutSeconds;
  if (typeof seconds === 'number' && (seconds > 30 || seconds < 1))
    errors.push(
      fieldErrors.invalid(at.child('timeoutSeconds'), seconds, 'the timeout value must be between 1 and 30 seconds'),
    );
  for (const field of ['namespaceSelector', 'objectSelector'])
    errors.push(...validateLabelSelector(webhook[field] as meta.LabelSelector | undefined, at.child(field)));
  errors.push(...validateClient(webhook, at));
  const scope = { params: false, authorizer: true };
  return [
    ...errors,
    ...validateMatchConditions(objectsOf(webhook.matchConditions), scope, at.child('matchConditions')),
  ];
}

function validateReviewVersions(versions: readonly string[], path: FieldPath): FieldError[] {
  if (versions.length === 0) return [fieldErrors.required(path, `must specify one of ${ACCEPTED_VERSIONS.join(', ')}`)];
  const errors: FieldError[] = [];
  versions.forEach((version, index) => {
    if (versions.indexOf(version) < index)
      errors.push(fieldErrors.invalid(path.index(index), version, 'duplicate version'));
    else
      for (const failure of isDns1035Label(version))
        errors.push(fieldErrors.invalid(path.index(index), version, failure));
  });
  if (!versions.some((version) => ACCEPTED_VERSIONS.includes(version)))
    errors.push(fieldErrors.invalid(path, versions, `must include at least one of ${ACCEPTED_VERSIONS.join(', ')}`));
  return errors;
}

/** Mutating and validating webhook configurations (pkg/apis/admissionregistration/validation, v1.35). */
export function validateWebhooks(object: KubeObject): FieldError[] {
  const names = new Set<string>();
  return objectsOf((object as unknown as JsonObject).webhooks).flatMap((webhook, index) => {
    const at = FieldPath.root('webhooks').index(index);
    const name = text(webhook.name);
    const versions = Array.isArray(webhook.admissionReviewVersions) ? webhook.admissionReviewVersions.map(text) : [];
    const errors = [
      ...validateWebhook(webhook, at),
      ...validateReviewVersions(versions, at.child('admissionReviewVersions')),
    ];
    if (name !== '' && names.has(name)) errors.push(fieldErrors.duplicate(at.child('name'), name));
    names.add(name);
    return errors;
  });
}
