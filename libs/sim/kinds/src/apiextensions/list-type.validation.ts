import { FieldPath, fieldErrors, type FieldError, type RawSchema } from '@seatrial/schema';

const MAP_TYPES = ['atomic', 'granular'];
const LIST_TYPES = ['atomic', 'set', 'map'];

const wrongType = (schema: RawSchema, path: FieldPath, detail: string): FieldError =>
  schema.type
    ? fieldErrors.invalid(path.child('type'), schema.type, detail)
    : fieldErrors.required(path.child('type'), detail);

/** Items of a set compare as a whole. */
function checkSetItems(items: RawSchema, path: FieldPath): FieldError[] {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items['x-kubernetes-list-type'];
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic')
    return [fieldErrors.invalid(path.child('items', 'x-kubernetes-list-type'), listType, detail)];
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    return [fieldErrors.invalid(path.child('items', 'x-kubernetes-map-type'), listType ?? null, detail)];
  return [];
}

function checkMapKeys(items: RawSchema, keys: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { properties = {} } = items;
  const at = path.child('x-kubernetes-list-map-keys');
  const seen = new Set<string>();
  for (const key of keys) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!property) errors.push(fieldErrors.invalid(at, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object')
      errors.push(
        fieldErrors.invalid(
          path.child('items', 'properties').key(key).child('type'),
          items.type,
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        ),
      );
    if (seen.has(key)) errors.push(fieldErrors.invalid(at, keys, 'must not contain duplicate entries'));
    seen.add(key);
  }
  return errors;
}

function checkMapList(schema: RawSchema, keys: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { items } = schema;
  if (keys.length === 0)
    errors.push(
      fieldErrors.required(
        path.child('x-kubernetes-list-map-keys'),
        'must not be empty if x-kubernetes-list-type is map',
      ),
    );
  if (!items)
    errors.push(fieldErrors.required(path.child('items'), 'must have a schema if x-kubernetes-list-type is map'));
  else if (items.type !== 'object')
    errors.push(
      fieldErrors.invalid(
        path.child('items', 'type'),
        items.type ?? '',
        "must be object if parent array's x-kubernetes-list-type is map",
      ),
    );
  else errors.push(...checkMapKeys(items, keys, path));
  return errors;
}

/** validateMapListKeysMapSet: what tells items apart is there and is not null. */
function checkKeysAreGiven(
  schema: RawSchema,
  listType: string,
  keys: readonly string[],
  path: FieldPath,
): FieldError[] {
  const { items } = schema;
  if (!items || (listType !== 'set' && listType !== 'map')) return [];
  const errors: FieldError[] = [];
  if (items.nullable)
    errors.push(
      fieldErrors.forbidden(
        path.child('items', 'nullable'),
        `cannot be nullable when x-kubernetes-list-type is ${listType}`,
      ),
    );
  if (listType === 'set') return errors;
  for (const key of keys) {
    const property = items.properties?.[key];
    if (!property) continue;
    const at = path.child('items', 'properties').key(key);
    if (!items.required?.includes(key) && property.default === undefined)
      errors.push(
        fieldErrors.required(
          at.child('default'),
          'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        ),
      );
    if (property.nullable)
      errors.push(
        fieldErrors.forbidden(
          at.child('nullable'),
          'this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
        ),
      );
  }
  return errors;
}

/** How lists and maps merge: `x-kubernetes-list-type`, `-list-map-keys` and `-map-type`. */
export function validateListAndMapTypes(schema: RawSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const mapType = schema['x-kubernetes-map-type'];
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const at = path.child('x-kubernetes-list-type');
  if (mapType !== undefined && schema.type !== 'object')
    errors.push(wrongType(schema, path, 'must be object if x-kubernetes-map-type is specified'));
  if (mapType !== undefined && !MAP_TYPES.includes(mapType))
    errors.push(fieldErrors.notSupported(path.child('x-kubernetes-map-type'), mapType, MAP_TYPES));
  if (listType !== undefined && schema.type !== 'array')
    errors.push(wrongType(schema, path, 'must be array if x-kubernetes-list-type is specified'));
  else if (listType === 'set' && schema.items) errors.push(...checkSetItems(schema.items, path));
  if (listType !== undefined && !LIST_TYPES.includes(listType))
    errors.push(fieldErrors.notSupported(at, listType, LIST_TYPES));
  if (keys.length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    errors.push(listType === undefined ? fieldErrors.required(at, detail) : fieldErrors.invalid(at, listType, detail));
  }
  if (listType === 'map') errors.push(...checkMapList(schema, keys, path));
  if (listType !== undefined) errors.push(...checkKeysAreGiven(schema, listType, keys, path));
  return errors;
}
