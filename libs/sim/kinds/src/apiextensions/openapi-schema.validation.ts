import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { FieldPath, fieldErrors, type FieldError, type RawSchema } from '@seatrial/schema';
import { validateListAndMapTypes } from './list-type.validation.js';
import { validateRuleFields } from './validation-rule.validation.js';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const META_FIELDS = new Set(['metadata', 'kind', 'apiVersion']);

/** What of the schema's surroundings matters (specStandardValidatorV3). */
interface Surroundings {
  readonly root?: boolean;
  /** Why defaults are forbidden here. */
  readonly noDefaults?: string;
  readonly insideMeta?: boolean;
}

/** Keywords of JSON schema that these schemas do not have. */
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];

function isGiven(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  return !isJsonObject(value) || Object.keys(value).length > 0;
}

/** specStandardValidatorV3.validate */
function checkStandard(schema: RawSchema, path: FieldPath, { noDefaults, insideMeta }: Surroundings): FieldError[] {
  const errors: FieldError[] = [];
  const { type, items } = schema;
  if (type && !TYPES.includes(type)) errors.push(fieldErrors.notSupported(path.child('type'), type, TYPES));
  if (schema.default !== undefined && noDefaults !== undefined)
    errors.push(fieldErrors.forbidden(path.child('default'), `must not be set ${noDefaults}`));
  for (const field of UNSUPPORTED)
    if (isGiven((schema as JsonObject)[field]))
      errors.push(fieldErrors.forbidden(path.child(field), `${field} is not supported`));
  if (type === 'null')
    errors.push(
      fieldErrors.forbidden(path.child('type'), 'type cannot be set to null, use nullable as an alternative'),
    );
  if (Array.isArray(items) && items.length > 0)
    errors.push(fieldErrors.forbidden(path.child('items'), 'items must be a schema object and not an array'));
  if (insideMeta && schema['x-kubernetes-embedded-resource'])
    errors.push(
      fieldErrors.forbidden(path.child('x-kubernetes-embedded-resource'), 'must not be used inside of resource meta'),
    );
  return errors;
}

function checkBelow(schema: RawSchema, path: FieldPath, around: Surroundings): FieldError[] {
  const errors: FieldError[] = [];
  const inner: Surroundings = { ...around, root: false };
  const below = (one: RawSchema | undefined, at: FieldPath, its: Surroundings = inner): void => {
    if (one) errors.push(...validateOpenApiSchema(one, at, its));
  };
  const { additionalProperties, properties = {}, items } = schema;
  if (additionalProperties !== undefined && Object.keys(properties).length > 0 && additionalProperties !== true)
    errors.push(
      fieldErrors.forbidden(
        path.child('additionalProperties'),
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  if (typeof additionalProperties === 'object') {
    const noDefaults = 'inside additionalProperties applying to object metadata';
    below(
      additionalProperties,
      path.child('additionalProperties'),
      around.insideMeta ? { ...inner, noDefaults } : inner,
    );
  }
  for (const [name, property] of Object.entries(properties)) {
    const meta = (around.root || schema['x-kubernetes-embedded-resource'] === true) && META_FIELDS.has(name);
    const defaults = around.root ? { noDefaults: `in top-level ${name}` } : {};
    below(property, path.child('properties').key(name), meta ? { ...inner, insideMeta: true, ...defaults } : inner);
  }
  below(schema.not, path.child('not'));
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const)
    (schema[name] ?? []).forEach((one, index) => {
      below(one, path.child(name).index(index));
    });
  if (!Array.isArray(items)) below(items, path.child('items'));
  return errors;
}

/** What holds of any schema (ValidateCustomResourceDefinitionOpenAPISchema), without the compiling of its rules. */
export function validateOpenApiSchema(
  schema: RawSchema,
  path: FieldPath,
  around: Surroundings = { root: true },
): FieldError[] {
  const errors = checkStandard(schema, path, around);
  if (schema.uniqueItems)
    errors.push(
      fieldErrors.forbidden(
        path.child('uniqueItems'),
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  errors.push(...checkBelow(schema, path, around));
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(
      fieldErrors.invalid(path.child('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined'),
    );
  errors.push(...validateListAndMapTypes(schema, path), ...validateRuleFields(schema, path));
  return errors;
}
