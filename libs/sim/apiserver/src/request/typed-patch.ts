import { compareStrings, goPlain, isJsonObject } from '@seatrial/kernel';
import { goQuote, type SchemaNode } from '@seatrial/schema';

/** What an applied configuration has that the type does not take, as structured-merge-diff v6 says it; '' for nothing. */
export function typedPatchErrors(schema: SchemaNode, body: unknown): string {
  // Nearly always there are none: then neither the order of the members nor their paths matter.
  if (isTyped(schema, body)) return '';
  const errors: string[] = [];
  check(schema, body, '', errors);
  return errors.length > 1 ? ['errors:', ...errors.map((error) => `  ${error}`)].join('\n') : (errors[0] ?? '');
}

const goType = (value: unknown): string => {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'int64' : 'map[string]interface {}';
};

/** `%#v`, which sorts maps. */
function goLiteral(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goLiteral).join(', ')}}`;
  if (value === null) return 'interface {}(nil)';
  if (!isJsonObject(value)) return goPlain(value);
  const members = Object.keys(value)
    .sort(compareStrings)
    .map((key) => `${goQuote(key)}:${goLiteral(value[key])}`);
  return `map[string]interface {}{${members.join(', ')}}`;
}

function check(schema: SchemaNode, value: unknown, path: string, errors: string[]): void {
  if (value === null || value === undefined || schema.type === 'any') return;
  const complain = (text: string): void => {
    errors.push(path === '' ? text : `${path}: ${text}`);
  };
  // Quantities, times and the like are scalars of any type.
  if (schema.special !== undefined) {
    if (schema.special !== 'raw' && typeof value === 'object')
      complain(`expected any scalar, got &{${goPlain(value)}}`);
    return;
  }
  switch (schema.type) {
    case 'integer':
    case 'number':
      if (typeof value !== 'number') complain(`expected numeric (int or float), got ${goType(value)}`);
      return;
    case 'string':
      if (typeof value !== 'string')
        complain(`expected string, got &value.valueUnstructured{Value:${goLiteral(value)}}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') complain(`expected boolean, got &{${goPlain(value)}}`);
      return;
    case 'array':
      if (!Array.isArray(value)) complain(`expected list, got &{${goPlain(value)}}`);
      else {
        value.forEach((item: unknown, index) => {
          if (schema.listType === 'map' && !isJsonObject(item))
            complain(`element ${String(index)}: associative list with keys may not have non-map elements`);
          else if (schema.items) check(schema.items, item, path + itemPath(schema, item, index), errors);
        });
        for (const key of duplicates(schema, value)) complain(`duplicate entries for key ${key}`);
      }
      return;
    default:
      if (!isJsonObject(value)) complain(`expected map, got &{${goPlain(value)}}`);
      else checkMembers(schema, value, path, errors);
  }
}

/** Whether {@link check} finds nothing. */
function isTyped(schema: SchemaNode, value: unknown): boolean {
  if (value === null || value === undefined || schema.type === 'any') return true;
  if (schema.special !== undefined) return schema.special === 'raw' || typeof value !== 'object';
  switch (schema.type) {
    case 'integer':
    case 'number':
      return typeof value === 'number';
    case 'string':
    case 'boolean':
      return typeof value === schema.type;
    case 'array': {
      const { items } = schema;
      return (
        Array.isArray(value) &&
        (!items || value.every((item) => isTyped(items, item))) &&
        (value.length < 2 || duplicates(schema, value).length === 0)
      );
    }
    default:
      return isJsonObject(value) && areMembersTyped(schema, value);
  }
}

/** Whether members that the schema does not name cannot be applied; a custom resource's schema may keep unknown ones. */
function isClosed({ type, structural, raw, fields }: SchemaNode): boolean {
  if (type !== 'object') return false;
  return !structural || (raw['x-kubernetes-preserve-unknown-fields'] !== true && fields.size > 0);
}

function areMembersTyped(schema: SchemaNode, value: Readonly<Record<string, unknown>>): boolean {
  for (const key of Object.keys(value)) {
    const member = schema.field(key) ?? schema.values;
    if (member ? !isTyped(member, value[key]) : isClosed(schema)) return false;
  }
  return true;
}

/** Keys that several items of a map or set list have, missing ones by their defaults. */
function duplicates({ listType, listMapKeys, items }: SchemaNode, list: readonly unknown[]): string[] {
  if (listType !== 'map' && listType !== 'set') return [];
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const item of list) {
    const keys = isJsonObject(item) ? keysOf({ listMapKeys, items }, item) : [`=${goLiteral(item)}`];
    const text = `[${keys.join(',')}]`;
    if (seen.has(text)) twice.add(text);
    seen.add(text);
  }
  return [...twice];
}

/** `key=value` of each key that an item of a map list has, or its default. */
const keysOf = (
  { listMapKeys, items }: Pick<SchemaNode, 'listMapKeys' | 'items'>,
  item: Readonly<Record<string, unknown>>,
): string[] =>
  [...listMapKeys]
    .sort(compareStrings)
    .map((key) => [key, item[key] ?? items?.field(key)?.default] as const)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${goLiteral(value)}`);

function itemPath(schema: SchemaNode, item: unknown, index: number): string {
  if (schema.listType === 'set') return `[=${goLiteral(item)}]`;
  const keys = schema.listType === 'map' && isJsonObject(item) ? keysOf(schema, item) : [];
  return keys.length === 0 ? `[${String(index)}]` : `[${keys.join(',')}]`;
}

function checkMembers(
  schema: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  path: string,
  errors: string[],
): void {
  for (const key of Object.keys(value).sort(compareStrings)) {
    const member = schema.field(key) ?? schema.values;
    if (member) check(member, value[key], `${path}.${key}`, errors);
    else if (isClosed(schema)) {
      // Nothing after it is looked at: the order of Go's maps is by chance, ours is the alphabet.
      errors.push(`${path}.${key}: field not declared in schema`);
      return;
    }
  }
}
