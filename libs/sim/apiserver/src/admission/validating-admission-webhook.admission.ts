import type { Status } from '../contract/status.js';
import { internalError } from '../status/status-errors.js';
import { askWebhook } from '../webhook/ask-webhook.js';
import { invocationOf } from '../webhook/webhook-invocation.js';
import { VALIDATING_WEBHOOKS, registeredWebhooks } from '../webhook/webhook-configuration.js';
import { defineAdmission, isAdmissionConfiguration } from './admission.js';

/** Asks every matching webhook; the first refusal is the answer (k8s.io/apiserver/pkg/admission/plugin/webhook/validating). */
export const validatingAdmissionWebhookAdmission = defineAdmission({
  name: 'ValidatingAdmissionWebhook',
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  validate: (attributes): Status | undefined => {
    const registered = registeredWebhooks(attributes.scope.server.store, VALIDATING_WEBHOOKS);
    if (registered.length === 0 || isAdmissionConfiguration(attributes.scope.rest.api)) return undefined;
    let refusal: Status | undefined;
    for (const { webhook } of registered) {
      const version = invocationOf(webhook, attributes);
      if ('refusal' in version) {
        if (version.refusal) return version.refusal;
        continue;
      }
      const answer = askWebhook(webhook, attributes, version, false);
      if (answer.ok) continue;
      if (answer.error.kind === 'denied') refusal ??= answer.error.status;
      else if (webhook.failurePolicy !== 'Ignore') refusal ??= internalError(answer.error.text);
    }
    return refusal;
  },
});
