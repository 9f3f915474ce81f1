import { decodeBase64, isJsonObject, jsonEqual } from '@seatrial/kernel';
import { applyJsonPatch, type JsonPatchOperation } from '@seatrial/merge';
import { goQuote } from '@seatrial/schema';
import type { Status } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import { decodeBody } from '../request/decode-body.js';
import type { Draft } from '../request/request-scope.js';
import { internalError } from '../status/status-errors.js';
import { askWebhook } from '../webhook/ask-webhook.js';
import { invocationOf } from '../webhook/webhook-invocation.js';
import { MUTATING_WEBHOOKS, registeredWebhooks } from '../webhook/webhook-configuration.js';
import { defineAdmission, isAdmissionConfiguration, replaceObject, type AdmissionAttributes } from './admission.js';

function readPatch(encoded: string): readonly JsonPatchOperation[] | undefined {
  const decoded = decodeBase64(encoded);
  if (!('text' in decoded)) return undefined;
  try {
    const value = JSON.parse(decoded.text) as unknown;
    return Array.isArray(value) ? (value as JsonPatchOperation[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Applies a webhook's patch to the object; true when that changed it, a Status when it cannot be done. */
function applyPatch(
  attributes: AdmissionAttributes,
  version: RestResource,
  webhook: string,
  patch: string,
): boolean | Status {
  const operations = readPatch(patch);
  if (!operations) return internalError('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (operations.length === 0) return false;
  const { object, scope } = attributes;
  if (!object)
    return internalError(
      `admission webhook ${goQuote(webhook)} attempted to modify the object, which is not supported for this operation`,
    );
  const before = version.fromStored(object);
  const result = applyJsonPatch(before, operations);
  if (!result.ok) return internalError(result.error);
  if (!isJsonObject(result.value)) return internalError('json: cannot unmarshal array into Go value of type v1.Pod');
  const options = { ...scope.options, fieldValidation: 'Ignore' as const };
  const decoded = decodeBody({ ...scope, rest: version, options }, result.value);
  if (!decoded.ok) return internalError(decoded.error.message);
  const next = version.toStored(decoded.value) as Draft;
  scope.rest.definition?.defaults?.(next);
  const changed = !jsonEqual(object, next);
  if (changed) replaceObject(object, next);
  return changed;
}

/**
 * Lets every matching webhook change the object, one after the other (k8s.io/apiserver/pkg/admission/plugin/webhook/mutating).
 * Those with reinvocationPolicy IfNeeded are asked again when the object changed after them.
 */
export const mutatingAdmissionWebhookAdmission = defineAdmission({
  name: 'MutatingAdmissionWebhook',
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  mutate: (attributes): Status | undefined => {
    const registered = registeredWebhooks(attributes.scope.server.store, MUTATING_WEBHOOKS);
    if (registered.length === 0 || isAdmissionConfiguration(attributes.scope.rest.api)) return undefined;
    const round = attributes.reinvocation?.of('MutatingAdmissionWebhook');
    round?.begin(attributes.object);
    for (const { id, webhook } of registered) {
      const version = invocationOf(webhook, attributes);
      if ('refusal' in version) {
        if (version.refusal) return version.refusal;
        continue;
      }
      if (round?.skips(id)) continue;
      const answer = askWebhook(webhook, attributes, version, true);
      if (!answer.ok) {
        if (answer.error.kind === 'denied') return answer.error.status;
        if (webhook.failurePolicy !== 'Ignore') return internalError(answer.error.text);
      } else if (answer.value.patch !== '') {
        const changed = applyPatch(attributes, version, webhook.name, answer.value.patch);
        if (typeof changed === 'object') return changed;
        if (changed) round?.changed();
      }
      if (webhook.reinvocationPolicy === 'IfNeeded') round?.mayRepeat(id);
    }
    round?.end(attributes.object);
    return undefined;
  },
});
