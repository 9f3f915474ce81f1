import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { defineKind, type DraftObject, type KindDefinition, type KubeObject } from '@seatrial/apiserver';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { objectsOf } from '../registry/untyped.js';
import { validatePolicy, validatePolicyBinding } from './policy.validation.js';
import { validateWebhooks } from './webhook.validation.js';

const GROUP = 'admissionregistration.k8s.io';
const UNSET = '<unset>';

/** SetDefaults_MatchResources. */
function defaultMatch(match: JsonValue | undefined): void {
  if (!isJsonObject(match)) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...objectsOf(match.resourceRules), ...objectsOf(match.excludeResourceRules)]) rule.scope ??= '*';
}

function defaultWebhook(webhook: JsonObject, mutating: boolean): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  if (mutating) webhook.reinvocationPolicy ??= 'Never';
  for (const rule of objectsOf(webhook.rules)) rule.scope ??= '*';
  const service = isJsonObject(webhook.clientConfig) ? webhook.clientConfig.service : undefined;
  if (isJsonObject(service)) service.port ??= 443;
}

const specOf = (draft: DraftObject | KubeObject): JsonObject => {
  const { spec } = draftAs<JsonObject>(draft);
  return isJsonObject(spec) ? spec : {};
};

const ageOf = (object: KubeObject, now: number): string => ageCell(object.metadata.creationTimestamp, now);

function webhookKind(resource: string, kind: string, mutating: boolean): KindDefinition {
  return defineKind({
    group: GROUP,
    version: 'v1',
    resource,
    kind,
    anyFinalizers: true,
    generation: (object, old) =>
      JSON.stringify((object as unknown as JsonObject).webhooks) !==
      JSON.stringify((old as unknown as JsonObject).webhooks),
    defaults: (draft) => {
      for (const webhook of objectsOf(draft.webhooks)) defaultWebhook(webhook, mutating);
    },
    prepareForCreate: (draft) => {
      draft.metadata.generation = 1;
    },
    validate: (object) => validateWebhooks(object),
    validateUpdate: (object) => validateWebhooks(object),
    table: {
      columns: columnsOf(`${GROUP}/v1`, resource),
      cells: (object, now) => [
        object.metadata.name,
        objectsOf((object as unknown as JsonObject).webhooks).length,
        ageOf(object, now),
      ],
    },
  });
}

const validatingAdmissionPolicyKind = defineKind({
  group: GROUP,
  version: 'v1',
  resource: 'validatingadmissionpolicies',
  kind: 'ValidatingAdmissionPolicy',
  anyFinalizers: true,
  defaults: (draft) => {
    const spec = specOf(draft);
    spec.failurePolicy ??= 'Fail';
    defaultMatch(spec.matchConstraints);
  },
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: GROUP, version: 'v1', kind: 'ValidatingAdmissionPolicy' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: (object) => validatePolicy(object),
  validateUpdate: (object, _old, { subresource }) => (subresource === 'status' ? [] : validatePolicy(object)),
  table: {
    columns: columnsOf(`${GROUP}/v1`, 'validatingadmissionpolicies'),
    cells: (object, now) => {
      const spec = specOf(object);
      const kind = isJsonObject(spec.paramKind) ? spec.paramKind : undefined;
      const shown = kind ? `${kind.apiVersion as string}/${kind.kind as string}` : UNSET;
      return [object.metadata.name, objectsOf(spec.validations).length, shown, ageOf(object, now)];
    },
  },
});

const validatingAdmissionPolicyBindingKind = defineKind({
  group: GROUP,
  version: 'v1',
  resource: 'validatingadmissionpolicybindings',
  kind: 'ValidatingAdmissionPolicyBinding',
  anyFinalizers: true,
  defaults: (draft) => defaultMatch(specOf(draft).matchResources),
  validate: (object) => validatePolicyBinding(object),
  validateUpdate: (object) => validatePolicyBinding(object),
  table: {
    columns: columnsOf(`${GROUP}/v1`, 'validatingadmissionpolicybindings'),
    cells: (object, now) => {
      const spec = specOf(object);
      const reference = isJsonObject(spec.paramRef) ? spec.paramRef : undefined;
      const shown = !reference
        ? UNSET
        : reference.name
          ? reference.namespace
            ? `${reference.namespace as string}/${reference.name as string}`
            : `*/${reference.name as string}`
          : '*';
      return [object.metadata.name, spec.policyName, shown, ageOf(object, now)];
    },
  },
});

/** Admission policies and webhooks (k8s.io/kubernetes/pkg/registry/admissionregistration, v1.35). */
export const admissionKinds: readonly KindDefinition[] = [
  webhookKind('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', true),
  webhookKind('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', false),
  validatingAdmissionPolicyKind,
  validatingAdmissionPolicyBindingKind,
];
