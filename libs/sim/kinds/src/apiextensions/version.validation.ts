import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { FieldPath, fieldErrors, isDns1035Label, type FieldError } from '@seatrial/schema';
import { SPEC, complain } from '../validation/fields.js';
import { validateStructuralSchema } from './structural-schema.validation.js';

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** What prints of versions inside an error: the internal type's fields. */
function internalVersions(versions: readonly JsonObject[], sharedSchema: boolean): unknown {
  return versions.map((version) => ({
    Name: text(version.name),
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: sharedSchema ? null : (version.schema ?? null),
    Subresources: sharedSchema ? null : (version.subresources ?? null),
    AdditionalPrinterColumns: sharedSchema ? null : (version.additionalPrinterColumns ?? null),
    SelectableFields: sharedSchema ? null : (version.selectableFields ?? null),
  }));
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function validateColumns(columns: JsonValue | undefined, path: FieldPath): FieldError[] {
  return (Array.isArray(columns) ? columns : []).flatMap((column, index) => {
    if (!isJsonObject(column)) return [];
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
    return errors;
  });
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
    else if (!value.startsWith(prefix))
      errors.push(fieldErrors.invalid(at.child(field), value, `should be a json path under ${prefix.slice(0, -1)}`));
  }
  return errors;
}

function validateSchema(schema: JsonValue | undefined, path: FieldPath, required: FieldPath): FieldError[] {
  const root = isJsonObject(schema) ? schema.openAPIV3Schema : undefined;
  if (!isJsonObject(root)) return [fieldErrors.required(required, '')];
  return validateStructuralSchema(root, path.child('openAPIV3Schema'));
}

/**
 * The versions of a CustomResourceDefinition. A schema that all versions share is reported under `spec.validation`, as
 * the internal type holds it there.
 */
export function validateVersions(spec: JsonObject): FieldError[] {
  const versions = Array.isArray(spec.versions) ? spec.versions.filter((version) => isJsonObject(version)) : [];
  const path = SPEC.child('versions');
  const errors: FieldError[] = [];
  const same = (field: string): boolean =>
    versions.every((version) => JSON.stringify(version[field]) === JSON.stringify(versions[0][field]));
  const shared = versions.length > 0 && same('schema');
  const sharedSubresources = versions.length > 0 && same('subresources');
  const sharedColumns = versions.length > 0 && same('additionalPrinterColumns');
  const names = new Set<string>();
  let storage = 0;
  let unique = true;
  versions.forEach((version, index) => {
    const at = path.index(index);
    const name = text(version.name);
    if (version.storage === true) storage++;
    if (names.has(name)) unique = false;
    names.add(name);
    const complaints = isDns1035Label(name);
    if (complaints.length > 0) errors.push(fieldErrors.invalid(at.child('name'), name, complaints.join(',')));
    if (!shared)
      errors.push(...validateSchema(version.schema, at.child('schema'), at.child('schema', 'openAPIV3Schema')));
    if (!sharedSubresources) errors.push(...validateSubresources(version.subresources, at.child('subresources')));
    if (!sharedColumns)
      errors.push(...validateColumns(version.additionalPrinterColumns, at.child('additionalPrinterColumns')));
  });
  if (versions.length > 0 && !unique)
    errors.push(fieldErrors.invalid(path, internalVersions(versions, shared), 'must contain unique version names'));
  if (storage !== 1)
    errors.push(
      fieldErrors.invalid(
        path,
        internalVersions(versions, shared),
        'must have exactly one version marked as storage version',
      ),
    );
  const first = versions.at(0);
  if (first && complainsAboutLegacyVersion(text(first.name)))
    errors.push(...complain(SPEC.child('version'), text(first.name), isDns1035Label(text(first.name))));
  if (first && shared)
    errors.push(
      ...validateSchema(first.schema, SPEC.child('validation'), path.index(0).child('schema', 'openAPIV3Schema')),
    );
  if (first && sharedSubresources) errors.push(...validateSubresources(first.subresources, SPEC.child('subresources')));
  if (first && sharedColumns)
    errors.push(...validateColumns(first.additionalPrinterColumns, SPEC.child('additionalPrinterColumns')));
  return errors;
}

/** The internal type repeats the first version's name as `spec.version`. */
const complainsAboutLegacyVersion = (name: string): boolean => isDns1035Label(name).length > 0;
