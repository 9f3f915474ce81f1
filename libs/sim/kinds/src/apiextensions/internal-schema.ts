import { compareStrings, isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { RawSchema, RawValidationRule } from '@seatrial/schema';
import { text } from '../registry/untyped.js';

/* The internal types of CustomResourceDefinitions (k8s.io/apiextensions-apiserver/pkg/apis/apiextensions, v1.35), which print inside errors. */

/** A rule as `ValidationRule` prints. */
export const internalRule = (rule: RawValidationRule): JsonObject => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
});

const listOf = (schemas: readonly RawSchema[] | undefined): JsonValue => schemas?.map(internalSchema) ?? null;

const mapOf = (schemas: Readonly<Record<string, RawSchema>> | undefined): JsonValue =>
  schemas === undefined
    ? null
    : Object.fromEntries(
        Object.entries(schemas)
          .sort(([a], [b]) => compareStrings(a, b))
          .map(([name, schema]) => [name, internalSchema(schema)]),
      );

function orBoolean(value: JsonValue | RawSchema | undefined): JsonValue {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return { Allows: value, Schema: null };
  return { Allows: true, Schema: internalSchema(value as RawSchema) };
}

/** A schema as `JSONSchemaProps` prints. */
export function internalSchema(schema: RawSchema): JsonObject {
  const other = schema as JsonObject;
  const text = (name: string): JsonValue => other[name] ?? '';
  const flag = (name: string): JsonValue => other[name] ?? false;
  const value = (name: string): JsonValue => other[name] ?? null;
  return {
    ID: text('id'),
    Schema: text('$schema'),
    Ref: value('$ref'),
    Description: text('description'),
    Type: text('type'),
    Nullable: flag('nullable'),
    Format: text('format'),
    Title: text('title'),
    Default: value('default'),
    Maximum: value('maximum'),
    ExclusiveMaximum: flag('exclusiveMaximum'),
    Minimum: value('minimum'),
    ExclusiveMinimum: flag('exclusiveMinimum'),
    MaxLength: value('maxLength'),
    MinLength: value('minLength'),
    Pattern: text('pattern'),
    MaxItems: value('maxItems'),
    MinItems: value('minItems'),
    UniqueItems: flag('uniqueItems'),
    MultipleOf: value('multipleOf'),
    Enum: value('enum'),
    MaxProperties: value('maxProperties'),
    MinProperties: value('minProperties'),
    Required: value('required'),
    Items: schema.items ? { Schema: internalSchema(schema.items), JSONSchemas: null } : null,
    AllOf: listOf(schema.allOf),
    OneOf: listOf(schema.oneOf),
    AnyOf: listOf(schema.anyOf),
    Not: schema.not ? internalSchema(schema.not) : null,
    Properties: mapOf(schema.properties),
    AdditionalProperties: orBoolean(schema.additionalProperties),
    PatternProperties: value('patternProperties'),
    Dependencies: value('dependencies'),
    AdditionalItems: orBoolean(other.additionalItems),
    Definitions: value('definitions'),
    ExternalDocs: value('externalDocs'),
    Example: value('example'),
    XPreserveUnknownFields: value('x-kubernetes-preserve-unknown-fields'),
    XEmbeddedResource: flag('x-kubernetes-embedded-resource'),
    XIntOrString: flag('x-kubernetes-int-or-string'),
    XListMapKeys: value('x-kubernetes-list-map-keys'),
    XListType: value('x-kubernetes-list-type'),
    XMapType: value('x-kubernetes-map-type'),
    XValidations: schema['x-kubernetes-validations']?.map(internalRule) ?? null,
  };
}

function internalSubresources(subresources: JsonValue | undefined): JsonValue {
  if (!isJsonObject(subresources)) return null;
  const { scale, status } = subresources;
  return {
    Status: isJsonObject(status) ? {} : null,
    Scale: isJsonObject(scale)
      ? {
          SpecReplicasPath: text(scale.specReplicasPath),
          StatusReplicasPath: text(scale.statusReplicasPath),
          LabelSelectorPath: scale.labelSelectorPath ?? null,
        }
      : null,
  };
}

const internalColumn = (column: JsonObject): JsonObject => ({
  Name: text(column.name),
  Type: text(column.type),
  Format: text(column.format),
  Description: text(column.description),
  Priority: column.priority ?? 0,
  JSONPath: text(column.jsonPath),
});

const objectsOf = (value: JsonValue | undefined): JsonObject[] | undefined =>
  Array.isArray(value) ? value.filter(isJsonObject) : undefined;

/** What all versions say alike, so that the internal type holds it once, beside them. */
export interface SharedFields {
  readonly schema: boolean;
  readonly subresources: boolean;
  readonly columns: boolean;
  readonly selectable: boolean;
}

/** `spec.versions` as it prints. */
export function internalVersions(versions: readonly JsonObject[], shared: SharedFields): JsonValue {
  return versions.map((version) => {
    const schema = isJsonObject(version.schema) ? version.schema.openAPIV3Schema : undefined;
    return {
      Name: text(version.name),
      Served: version.served ?? false,
      Storage: version.storage ?? false,
      Deprecated: version.deprecated ?? false,
      DeprecationWarning: version.deprecationWarning ?? null,
      Schema:
        shared.schema || !isJsonObject(version.schema)
          ? null
          : { OpenAPIV3Schema: isJsonObject(schema) ? internalSchema(schema) : null },
      Subresources: shared.subresources ? null : internalSubresources(version.subresources),
      AdditionalPrinterColumns: shared.columns
        ? null
        : (objectsOf(version.additionalPrinterColumns)?.map(internalColumn) ?? null),
      SelectableFields: shared.selectable
        ? null
        : (objectsOf(version.selectableFields)?.map((field) => ({ JSONPath: text(field.jsonPath) })) ?? null),
    };
  });
}
