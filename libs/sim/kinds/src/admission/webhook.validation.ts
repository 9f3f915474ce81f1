import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, isDns1123Subdomain, type FieldError } from '@seatrial/schema';
import { complain, oneOf } from '../validation/fields.js';
import { validateRules } from './policy.validation.js';

function validateClient(webhook: JsonObject, path: FieldPath): FieldError[] {
  const config = isJsonObject(webhook.clientConfig) ? webhook.clientConfig : {};
  const at = path.child('clientConfig');
  const url = config.url !== undefined;
  if (url === (config.service !== undefined))
    return [fieldErrors.required(at, 'exactly one of url or service is required')];
  if (!isJsonObject(config.service)) return [];
  const errors: FieldError[] = [];
  for (const field of ['name', 'namespace'])
    if (!config.service[field])
      errors.push(fieldErrors.required(at.child('service', field), `service ${field} is required`));
  return errors;
}

/** Mutating and validating webhook configurations (pkg/apis/admissionregistration/validation). */
export function validateWebhooks(object: KubeObject): FieldError[] {
  const webhooks = (object as unknown as JsonObject).webhooks;
  const names = new Set<string>();
  return (Array.isArray(webhooks) ? webhooks : []).flatMap((webhook, index) => {
    if (!isJsonObject(webhook)) return [];
    const at = FieldPath.root('webhooks').index(index);
    const name = (webhook.name as string | undefined) ?? '';
    const errors: FieldError[] = [];
    if (name.split('.').length < 3)
      errors.push(
        fieldErrors.invalid(
          at.child('name'),
          name,
          'should be a domain with at least three segments separated by dots',
        ),
      );
    else errors.push(...complain(at.child('name'), name, isDns1123Subdomain(name)));
    if (names.has(name)) errors.push(fieldErrors.duplicate(at.child('name'), name));
    names.add(name);
    if (!webhook.sideEffects)
      errors.push(fieldErrors.required(at.child('sideEffects'), 'must specify one of None, NoneOnDryRun'));
    else errors.push(...oneOf(webhook.sideEffects as string, ['None', 'NoneOnDryRun'], at.child('sideEffects')));
    const rules = Array.isArray(webhook.rules) ? webhook.rules.filter((rule) => isJsonObject(rule)) : [];
    errors.push(...validateRules(rules, at.child('rules')));
    errors.push(...oneOf(webhook.failurePolicy as string | undefined, ['Fail', 'Ignore'], at.child('failurePolicy')));
    errors.push(...oneOf(webhook.matchPolicy as string | undefined, ['Equivalent', 'Exact'], at.child('matchPolicy')));
    const seconds = webhook.timeoutSeconds;
    if (typeof seconds === 'number' && (seconds > 30 || seconds < 1))
      errors.push(
        fieldErrors.invalid(at.child('timeoutSeconds'), seconds, 'the timeout value must be between 1 and 30 seconds'),
      );
    const versions = (webhook.admissionReviewVersions as string[] | undefined) ?? [];
    if (versions.length === 0)
      errors.push(fieldErrors.required(at.child('admissionReviewVersions'), 'must specify one of v1, v1beta1'));
    else if (!versions.some((version) => version === 'v1' || version === 'v1beta1'))
      errors.push(
        fieldErrors.invalid(at.child('admissionReviewVersions'), versions, 'must include at least one of v1, v1beta1'),
      );
    return [...errors, ...validateClient(webhook, at)];
  });
}
