import { isJsonObject, type JsonValue } from '@seatrial/kernel';
import { FieldPath, fieldErrors, isDns1035Label, type FieldError } from '@seatrial/schema';
import { validateService, validateUrl } from '../admission/webhook.validation.js';
import { complain, oneOf } from '../validation/fields.js';

const ACCEPTED = ['v1', 'v1beta1'];

function validateReviewVersions(versions: readonly string[], path: FieldPath): FieldError[] {
  if (versions.length === 0) return [fieldErrors.required(path)];
  const errors: FieldError[] = [];
  versions.forEach((version, index) => {
    const at = path.index(index);
    if (versions.indexOf(version) < index) errors.push(fieldErrors.invalid(at, version, 'duplicate version'));
    else errors.push(...complain(at, version, isDns1035Label(version)));
  });
  if (!versions.some((version) => ACCEPTED.includes(version)))
    errors.push(fieldErrors.invalid(path, versions, `must include at least one of ${ACCEPTED.join(', ')}`));
  return errors;
}

/** How versions are converted (validateCustomResourceConversion); the internal type has the webhook's parts side by side. */
export function validateConversion(value: JsonValue | undefined, path: FieldPath): FieldError[] {
  const conversion = isJsonObject(value) ? value : {};
  const strategy = typeof conversion.strategy === 'string' ? conversion.strategy : '';
  const errors = oneOf(strategy, ['None', 'Webhook'], path.child('strategy'), 'required');
  const webhook = isJsonObject(conversion.webhook) ? conversion.webhook : undefined;
  const client = isJsonObject(webhook?.clientConfig) ? webhook.clientConfig : undefined;
  const versions = Array.isArray(webhook?.conversionReviewVersions) ? webhook.conversionReviewVersions.map(String) : [];
  const at = path.child('webhookClientConfig');
  const reviews = path.child('conversionReviewVersions');
  if (strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook';
    if (client) errors.push(fieldErrors.forbidden(at, detail));
    if (versions.length > 0) errors.push(fieldErrors.forbidden(reviews, detail));
    return errors;
  }
  if (!client) errors.push(fieldErrors.required(at, 'required when strategy is set to Webhook'));
  else if ((typeof client.url === 'string') === isJsonObject(client.service))
    errors.push(fieldErrors.required(at, 'exactly one of url or service is required'));
  else if (typeof client.url === 'string') errors.push(...validateUrl(client.url, at.child('url')));
  else if (isJsonObject(client.service)) errors.push(...validateService(client.service, at.child('service')));
  return [...errors, ...validateReviewVersions(versions, reviews)];
}
