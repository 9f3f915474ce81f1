import { fail, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import type { AdmissionAttributes } from '../admission/admission.js';
import type { Status, StatusReason } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import { badRequest, failure } from '../status/status-errors.js';
import { createReview, verifyReview, type AdmissionDecision } from './admission-review.js';
import { callWebhook } from './webhook-client.js';
import type { Webhook } from './webhook-configuration.js';

/** Why a webhook did not let a request pass. */
export type WebhookRefusal =
  | { readonly kind: 'denied'; readonly status: Status }
  /** It could not be asked; its failure policy decides. The text is that of an internal error. */
  | { readonly kind: 'failed'; readonly text: string };

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The Status of a refusal (webhook/errors ToStatusErr). */
function denial(name: string, result: JsonObject = {}): Status {
  const denied = `admission webhook ${goQuote(name)} denied the request`;
  const [message, reason] = [textOf(result.message), textOf(result.reason)];
  const why = message === '' ? reason : message;
  const code = typeof result.code === 'number' && result.code >= 400 ? result.code : 400;
  const status = failure(
    code,
    reason as StatusReason,
    why === '' ? `${denied} without explanation` : `${denied}: ${why}`,
  );
  const { details } = result;
  return details === undefined ? status : { ...status, details: details as unknown as Status['details'] };
}

/** Calls one webhook about a request (validating/dispatcher.go callHook, mutating/dispatcher.go callAttrMutatingHook). */
export function askWebhook(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  version: RestResource,
  mutating: boolean,
): Result<AdmissionDecision, WebhookRefusal> {
  const { scope } = attributes;
  const { name, sideEffects } = webhook;
  const failed = (why: string): Result<never, WebhookRefusal> =>
    fail({ kind: 'failed', text: `failed calling webhook ${goQuote(name)}: ${why}` });
  if (scope.options.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') {
    if (sideEffects === undefined) return failed('Webhook SideEffects is nil');
    return fail({ kind: 'denied', status: badRequest(`admission webhook ${goQuote(name)} does not support dry run`) });
  }
  const uid = scope.server.uids.uuid();
  const answer = callWebhook(scope.server, webhook, createReview(attributes, version, uid));
  if (!answer.ok) return failed(answer.error);
  const verified = verifyReview(answer.value, uid, mutating);
  if (!verified.ok) return failed(`received invalid webhook response: ${verified.error}`);
  scope.warnings.push(...verified.value.warnings);
  if (!verified.value.allowed) return fail({ kind: 'denied', status: denial(name, verified.value.result) });
  return ok(verified.value);
}
