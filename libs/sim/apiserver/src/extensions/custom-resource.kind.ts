import type { JsonObject } from '@seatrial/kernel';
import {
  applySchemaDefaults,
  evaluateValidationRules,
  validateCustomResource,
  validateCustomResourceStatus,
  type ApiResource,
  type FieldError,
  type SchemaNode,
} from '@seatrial/schema';
import type { KindDefinition } from '../contract/kind.js';
import type { KubeObject } from '../contract/object.js';
import { scalePathErrors, type ScalePaths } from './scale-paths.js';

function validate(
  object: KubeObject,
  before: KubeObject | undefined,
  schema: SchemaNode,
  scale: ScalePaths | undefined,
  subresource?: string,
): FieldError[] {
  const json = object as unknown as JsonObject;
  const old = before as unknown as JsonObject | undefined;
  const errors =
    old && subresource === 'status'
      ? validateCustomResourceStatus(json, schema, old)
      : validateCustomResource(json, schema, old);
  errors.push(...scalePathErrors(json, scale, old !== undefined && subresource === 'status'));
  return [...errors, ...evaluateValidationRules(json, old, schema, errors)];
}

/** What a version's structural schema adds to the generic treatment: defaults, validation, CEL rules. */
export function customResourceKind(
  api: ApiResource,
  schema: SchemaNode,
  scale: ScalePaths | undefined,
): KindDefinition {
  return {
    group: api.group,
    version: api.version,
    resource: api.resource,
    kind: api.kind,
    defaults: (draft) => applySchemaDefaults(draft, schema),
    validate: (object) => validate(object, undefined, schema, scale),
    validateUpdate: (object, old, { subresource }) => validate(object, old, schema, scale, subresource),
  };
}
