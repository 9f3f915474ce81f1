import type { LabelSelectorObject } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';
import type { ObjectReader } from '../contract/store.js';
import type { ResourceRule } from '../policy/match-resources.js';

/** admissionregistration.k8s.io/v1 ValidatingWebhook and MutatingWebhook. */
export interface Webhook {
  readonly name: string;
  readonly clientConfig: {
    readonly url?: string;
    readonly service?: {
      readonly namespace: string;
      readonly name: string;
      readonly path?: string;
      readonly port?: number;
    };
    readonly caBundle?: string;
  };
  readonly rules?: readonly ResourceRule[];
  readonly failurePolicy?: string;
  readonly matchPolicy?: string;
  readonly namespaceSelector?: LabelSelectorObject;
  readonly objectSelector?: LabelSelectorObject;
  readonly sideEffects?: string;
  readonly timeoutSeconds?: number;
  readonly admissionReviewVersions: readonly string[];
  readonly reinvocationPolicy?: string;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
}

interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly Webhook[];
}

const type = (resource: string, kind: string): ResourceType<WebhookConfiguration> => ({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource,
  kind,
  namespaced: false,
});

export const MUTATING_WEBHOOKS = type('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration');
export const VALIDATING_WEBHOOKS = type('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration');

/** A webhook and what it is known by: its configuration's name, its own, and which one of that name. */
export interface RegisteredWebhook {
  readonly id: string;
  readonly webhook: Webhook;
}

/** Every webhook of one kind, by the names of the configurations and then as listed (configuration/*_webhook_manager.go). */
export function registeredWebhooks(
  store: ObjectReader,
  resource: ResourceType<WebhookConfiguration>,
): readonly RegisteredWebhook[] {
  const configurations = store.list(resource);
  if (configurations.length === 0) return NONE;
  return configurations.flatMap(({ metadata, webhooks = [] }) =>
    webhooks.map((webhook, index) => ({ id: `${metadata.name}/${webhook.name}/${index}`, webhook })),
  );
}

const NONE: readonly RegisteredWebhook[] = [];
