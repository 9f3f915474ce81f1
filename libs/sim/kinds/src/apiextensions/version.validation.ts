import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { FieldPath, fieldErrors, isDns1035Label, type FieldError, type RawSchema } from '@seatrial/schema';
import { objectsOf, text } from '../registry/untyped.js';
import { SPEC, complain } from '../validation/fields.js';
import { internalSchema, internalVersions, type SharedFields } from './internal-schema.js';
import { validateOpenApiSchema } from './openapi-schema.validation.js';
import { validateDefaults } from './schema-default.validation.js';
import { schemaAt } from './schema-path.js';
import { validateStructural } from './structural-schema.validation.js';
import { validateRules } from './validation-rule.validation.js';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** validateSimpleJSONPath */
const simplePath = (value: string, at: FieldPath): FieldError[] =>
  value.startsWith('.') ? [] : [fieldErrors.invalid(at, value, 'must be a simple json path starting with .')];

function validateColumns(columns: JsonValue | undefined, path: FieldPath): FieldError[] {
  return objectsOf(columns).flatMap((column, index) => {
    const at = path.index(index);
    const errors: FieldError[] = [];
    const { name, type, format, jsonPath } = column as Record<string, string | undefined>;
    if (!name) errors.push(fieldErrors.required(at.child('name')));
    if (!type) errors.push(fieldErrors.required(at.child('type'), `must be one of ${COLUMN_TYPES.join(',')}`));
    else if (!COLUMN_TYPES.includes(type))
      errors.push(fieldErrors.invalid(at.child('type'), type, `must be one of ${COLUMN_TYPES.join(',')}`));
    if (format && !COLUMN_FORMATS.includes(format))
      errors.push(fieldErrors.invalid(at.child('format'), format, `must be one of ${COLUMN_FORMATS.join(',')}`));
    if (!jsonPath) errors.push(fieldErrors.required(at.child('JSONPath')));
    else errors.push(...simplePath(jsonPath, at.child('JSONPath')));
    return errors;
  });
}

/** A path of the scale subresource, below one of some fields. */
function validateScalePath(value: string, at: FieldPath, below: readonly string[], detail: string): FieldError[] {
  const wrong = simplePath(value, at);
  if (wrong.length > 0 || below.some((prefix) => value.startsWith(prefix))) return wrong;
  return [fieldErrors.invalid(at, value, `should be a json path under ${detail}`)];
}

function validateSubresources(subresources: JsonValue | undefined, path: FieldPath): FieldError[] {
  const scale = isJsonObject(subresources) ? subresources.scale : undefined;
  if (!isJsonObject(scale)) return [];
  const errors: FieldError[] = [];
  const at = path.child('scale');
  for (const [field, prefix] of [
    ['specReplicasPath', '.spec.'],
    ['statusReplicasPath', '.status.'],
  ]) {
    const value = text(scale[field]);
    if (value === '') errors.push(fieldErrors.required(at.child(field)));
    else errors.push(...validateScalePath(value, at.child(field), [prefix], prefix.slice(0, -1)));
  }
  const selector = text(scale.labelSelectorPath);
  if (selector !== '')
    errors.push(
      ...validateScalePath(selector, at.child('labelSelectorPath'), ['.spec.', '.status.'], 'either .spec or .status'),
    );
  return errors;
}

const MAX_SELECTABLE = 8;
const SELECTABLE_TYPES = ['string', 'boolean', 'integer'];

function validateSelectable(
  fields: JsonValue | undefined,
  schema: JsonValue | undefined,
  path: FieldPath,
  without: string,
): FieldError[] {
  const root = isJsonObject(schema) ? schema.openAPIV3Schema : undefined;
  const selectable = objectsOf(fields);
  if (selectable.length === 0) return [];
  // A schema without its root is a type error further up; without any there is nothing to select.
  if (!isJsonObject(schema)) return [fieldErrors.invalid(path, '', without)];
  if (!isJsonObject(root)) return [];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  selectable.forEach((field, index) => {
    const at = path.index(index).child('jsonPath');
    const value = text(field.jsonPath);
    if (value === '') {
      errors.push(fieldErrors.required(at));
      return;
    }
    const target = schemaAt(value, root, { arrays: false });
    if (!target.ok) {
      errors.push(fieldErrors.invalid(at, value, `is an invalid path: ${target.error}`));
      return;
    }
    if (/^\.metadata(?:\.|$)/.test(value))
      errors.push(fieldErrors.invalid(at, value, 'must not point to fields in metadata'));
    if (!SELECTABLE_TYPES.includes(target.value.type ?? ''))
      errors.push(
        fieldErrors.invalid(
          at,
          value,
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
      );
    if (seen.has(value)) errors.push(fieldErrors.duplicate(at, value));
    seen.add(value);
  });
  if (seen.size > MAX_SELECTABLE) errors.push(fieldErrors.tooMany(path, seen.size, MAX_SELECTABLE));
  return errors;
}

const ROOT_FIELDS =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';

/** With a status subresource few fields may stand at the schema's root. */
function validateRootFields(schema: RawSchema, path: FieldPath): FieldError[] {
  const allowed = ROOT_FIELDS.split(' ');
  const internal = internalSchema(schema);
  for (const [field, value] of Object.entries(internal)) {
    if (value === null || value === '' || value === false || allowed.includes(field)) continue;
    const detail = `only [${ROOT_FIELDS}] fields are allowed at the root of the schema if the status subresource is enabled`;
    return [fieldErrors.invalid(path, internal, detail)];
  }
  return [];
}

/** validateCustomResourceDefinitionValidation */
function validateSchema(schema: JsonValue | undefined, hasStatus: boolean, path: FieldPath): FieldError[] {
  const root = isJsonObject(schema) ? schema.openAPIV3Schema : undefined;
  if (!isJsonObject(root)) return [];
  const raw = root as RawSchema;
  const at = path.child('openAPIV3Schema');
  const errors: FieldError[] = hasStatus ? validateRootFields(raw, at) : [];
  if (raw.nullable) errors.push(fieldErrors.forbidden(at.child('nullable'), 'nullable cannot be true at the root'));
  const structural = validateStructural(raw, at);
  const broken = structural.length > 0 ? structural : validateDefaults(raw, at);
  const openApi = validateOpenApiSchema(raw, at);
  errors.push(...broken, ...openApi);
  if (broken.length === 0) errors.push(...validateRules(raw, at, openApi));
  return errors;
}

const hasStatus = (version: JsonObject): boolean =>
  isJsonObject(version.subresources) && isJsonObject(version.subresources.status);

function validateDeprecation(version: JsonObject, path: FieldPath): FieldError[] {
  const { deprecated, deprecationWarning: warning } = version;
  if (typeof warning !== 'string') return [];
  if (deprecated !== true) return [fieldErrors.invalid(path, warning, 'can only be set for deprecated versions')];
  if (warning === '') return [fieldErrors.invalid(path, warning, 'must not be an empty string')];
  return warning.length > 256 ? [fieldErrors.invalid(path, warning, 'must be <= 256 characters long')] : [];
}

/** A CustomResourceDefinition's versions, with what they all say alike told apart. */
export interface Versions {
  /** False where there is no list at all. */
  readonly given: boolean;
  readonly list: readonly JsonObject[];
  readonly shared: SharedFields;
}

export function versionsOf(spec: JsonObject): Versions {
  const list = objectsOf(spec.versions);
  const same = (field: string): boolean =>
    list.length > 0 && list.every((version) => JSON.stringify(version[field]) === JSON.stringify(list[0][field]));
  return {
    given: Array.isArray(spec.versions),
    list,
    shared: {
      schema: same('schema'),
      subresources: same('subresources'),
      columns: same('additionalPrinterColumns'),
      selectable: same('selectableFields'),
    },
  };
}

/** Each version by itself, then what must hold among them. */
export function validateVersions({ given, list, shared }: Versions): FieldError[] {
  const path = SPEC.child('versions');
  const errors: FieldError[] = [];
  list.forEach((version, index) => {
    const root = isJsonObject(version.schema) ? version.schema.openAPIV3Schema : undefined;
    if (!isJsonObject(root)) errors.push(fieldErrors.required(path.index(index).child('schema', 'openAPIV3Schema')));
  });
  const names = new Set<string>();
  list.forEach((version, index) => {
    const at = path.index(index);
    const name = text(version.name);
    names.add(name);
    const complaints = isDns1035Label(name);
    if (complaints.length > 0) errors.push(fieldErrors.invalid(at.child('name'), name, complaints.join(',')));
    errors.push(...validateDeprecation(version, at.child('deprecationWarning')));
    const status = shared.subresources ? hasStatus(list[0]) : hasStatus(version);
    if (!shared.schema) errors.push(...validateSchema(version.schema, status, at.child('schema')));
    if (!shared.subresources) errors.push(...validateSubresources(version.subresources, at.child('subresources')));
    if (!shared.columns)
      errors.push(...validateColumns(version.additionalPrinterColumns, at.child('additionalPrinterColumns')));
    if (!shared.selectable)
      errors.push(
        ...validateSelectable(
          version.selectableFields,
          version.schema,
          at.child('selectableFields'),
          'may only be set when `version.schema.openAPIV3Schema` is not included',
        ),
      );
  });
  const shown = (detail: string): void => {
    errors.push(fieldErrors.invalid(path, given ? internalVersions(list, shared) : null, detail));
  };
  if (names.size < list.length) shown('must contain unique version names');
  if (list.filter(({ storage }) => storage === true).length !== 1)
    shown('must have exactly one version marked as storage version');
  // The internal type repeats the first version's name as `spec.version`.
  const first = list.length > 0 ? text(list[0].name) : '';
  if (first !== '') errors.push(...complain(SPEC.child('version'), first, isDns1035Label(first)));
  return errors;
}

/** What all versions share is reported at the spec itself, where the internal type holds it. */
export function validateShared({ list, shared }: Versions): FieldError[] {
  const first = list.at(0);
  if (!first) return [];
  const errors: FieldError[] = [];
  if (shared.schema) errors.push(...validateSchema(first.schema, list.some(hasStatus), SPEC.child('validation')));
  if (shared.subresources) errors.push(...validateSubresources(first.subresources, SPEC.child('subresources')));
  if (shared.columns)
    errors.push(...validateColumns(first.additionalPrinterColumns, SPEC.child('additionalPrinterColumns')));
  if (shared.selectable)
    errors.push(
      ...validateSelectable(
        first.selectableFields,
        first.schema,
        SPEC.child('selectableFields'),
        'may only be set when validations.schema is included',
      ),
    );
  return errors;
}
