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
    const { server } = attributes.scope;
    // All are asked at once: the slowest counts.
    const before = server.webhookMs;
    let slowest = before;
    let refusal: Status | undefined;
    for (const { webhook } of registered) {
      const version = invocationOf(webhook, attributes);
      if ('refusal' in version) {
        if (version.refusal) return version.refusal;
        continue;
      }
      server.webhookMs = before;
      const answer = askWebhook(webhook, attributes, version, false);
      slowest = Math.max(slowest, server.webhookMs);
      if (answer.ok) continue;
      if (answer.error.kind === 'denied') refusal ??= answer.error.status;
      else if (webhook.failurePolicy !== 'Ignore') refusal ??= internalError(answer.error.text);
    }
    server.webhookMs = slowest;
    return refusal;
  },
});
