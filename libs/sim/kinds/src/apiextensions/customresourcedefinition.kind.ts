import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { defineKind } from '@seatrial/apiserver';
import { componentSchema, decodeObject } from '@seatrial/schema';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, separateStatus } from '../registry/draft.js';
import { definitionWarnings } from './customresourcedefinition.warnings.js';
import {
  validateCustomResourceDefinition,
  validateCustomResourceDefinitionUpdate,
} from './customresourcedefinition.validation.js';

const GROUP = 'apiextensions.k8s.io';
const MAX_DEPTH = 200;

const SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** `items` and the like are decoded by types of their own: what those do not know is gone without a word, zeros too. */
function decodeInner(schema: JsonObject, member: string): void {
  const node = componentSchema(SCHEMA);
  const inner = schema[member];
  if (!node || !isJsonObject(inner)) return;
  const decoded = decodeObject(inner, node);
  if (decoded.ok) schema[member] = decoded.value.object;
}

/** Properties without a schema (`spec:` and nothing below) have an empty one, as Go decodes them. */
function fillSchemas(schema: JsonValue | undefined, depth: number): void {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return;
  const { properties } = schema;
  if (isJsonObject(properties))
    for (const name of Object.keys(properties)) {
      properties[name] ??= {};
      fillSchemas(properties[name], depth + 1);
    }
  for (const member of ['items', 'additionalProperties']) {
    decodeInner(schema, member);
    fillSchemas(schema[member], depth + 1);
  }
  for (const member of ['allOf', 'anyOf', 'oneOf'])
    for (const one of Array.isArray(schema[member]) ? schema[member] : []) fillSchemas(one, depth + 1);
  fillSchemas(schema.not, depth + 1);
}

/** CustomResourceDefinitions (k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition, v1.35). */
export const customResourceDefinitionKind = defineKind({
  group: GROUP,
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  anyFinalizers: true,
  defaults: (draft) => {
    const { spec } = draftAs<JsonObject>(draft);
    if (!isJsonObject(spec)) return;
    for (const version of Array.isArray(spec.versions) ? spec.versions : [])
      if (isJsonObject(version) && isJsonObject(version.schema)) fillSchemas(version.schema.openAPIV3Schema, 0);
    const names = isJsonObject(spec.names) ? spec.names : {};
    if (typeof names.kind === 'string' && names.kind !== '') {
      names.singular = names.singular || names.kind.toLowerCase();
      names.listKind = names.listKind || `${names.kind}List`;
    }
    spec.conversion ??= { strategy: 'None' };
    const service = (spec.conversion as JsonObject).webhook;
    const client =
      isJsonObject(service) && isJsonObject(service.clientConfig) ? service.clientConfig.service : undefined;
    if (isJsonObject(client)) client.port ??= 443;
  },
  prepareForCreate: (draft) => {
    const { spec } = draftAs<JsonObject>(draft);
    const versions = isJsonObject(spec) && Array.isArray(spec.versions) ? spec.versions : [];
    const stored = versions.filter((version) => isJsonObject(version) && version.storage === true);
    draft.status = {
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: stored.slice(0, 1).map((version) => (version as JsonObject).name ?? null),
    };
  },
  prepareForUpdate: (draft, old, { subresource }) => {
    separateStatus(draft, old, subresource);
    const { spec, status } = draftAs<JsonObject>(draft);
    if (subresource || !isJsonObject(spec) || !isJsonObject(status) || !Array.isArray(spec.versions)) return;
    const known = Array.isArray(status.storedVersions) ? status.storedVersions : [];
    const added = spec.versions
      .filter((version) => isJsonObject(version) && version.storage === true)
      .map((version) => (version as JsonObject).name ?? null)
      .filter((name) => !known.includes(name));
    if (added.length > 0) draft.status = { ...status, storedVersions: [...known, ...added] };
  },
  validate: validateCustomResourceDefinition,
  validateUpdate: validateCustomResourceDefinitionUpdate,
  warnings: definitionWarnings,
  table: {
    columns: columnsOf(`${GROUP}/v1`, 'customresourcedefinitions'),
    cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
  },
});
