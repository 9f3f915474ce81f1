import type { AdmissionAttributes } from '../admission/admission.js';
import { attributesName } from '../admission/admission.js';
import type { Status } from '../contract/status.js';
import { ExpressionContext, evaluateConditions } from '../policy/admission-expression.js';
import { equivalentResources, ruleMatches, selectorsMatch } from '../policy/match-resources.js';
import type { RestResource } from '../registry/rest-resource.js';
import { forbidden } from '../status/status-errors.js';
import type { Webhook } from './webhook-configuration.js';

/** Why a webhook is not called: it does not match, or its conditions cannot be worked out. */
export type NoInvocation = { readonly refusal: Status | undefined };

/** The version that a webhook asks for: the request's, else an equivalent one that its rules name. */
function versionFor(webhook: Webhook, attributes: AdmissionAttributes): RestResource | undefined {
  const rules = webhook.rules ?? [];
  const { rest } = attributes.scope;
  if (rules.some((rule) => ruleMatches(rule, attributes, rest))) return rest;
  if (webhook.matchPolicy !== 'Equivalent') return undefined;
  for (const rule of rules) {
    const found = equivalentResources(attributes.scope).find((other) => ruleMatches(rule, attributes, other));
    if (found) return found;
  }
  return undefined;
}

/** Whether a webhook is called for a request, and with which version of the object (generic/webhook.go ShouldCallHook). */
export function invocationOf(webhook: Webhook, attributes: AdmissionAttributes): RestResource | NoInvocation {
  const none: NoInvocation = { refusal: undefined };
  if (!selectorsMatch(webhook, attributes)) return none;
  const version = versionFor(webhook, attributes);
  if (!version) return none;
  const conditions = webhook.matchConditions ?? [];
  if (conditions.length === 0) return version;
  const context = new ExpressionContext(attributes, [], undefined, version);
  const { match, error } = evaluateConditions(conditions, context);
  if (!match) return none;
  if (error === undefined) return version;
  if (webhook.failurePolicy === 'Ignore') return none;
  return { refusal: forbidden(attributes.scope.rest.api, attributesName(attributes), error) };
}
