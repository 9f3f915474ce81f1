import { decodeBase64, type JsonValue } from '@seatrial/kernel';
import { parseGoDuration } from '../../time/duration.js';
import type { SchemaNode } from '../../schema/schema-node.js';
import { JsonMap } from '../evaluate/cel-maps.js';
import { markUnordered } from '../evaluate/compare.js';
import { parseInstant } from '../evaluate/instants.js';
import { CelDuration, CelError, CelTimestamp, shownValue, type CelValue } from '../evaluate/values.js';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
  listType,
  mapType,
  objectType,
  type CelType,
} from './cel-type.js';
import { escapeName, unescapeName } from './escape-name.js';

/* CEL types of schemas, and their values as CEL's (k8s.io/apiserver/pkg/cel/common schemas.go, valuesunstructured.go). */

export interface DeclaredType {
  readonly cel: CelType;
  /** The most elements, members or characters. */
  readonly maxElements: number;
  /** The least bytes it can be written with. */
  readonly minSize: number;
  readonly fields?: ReadonlyMap<string, DeclaredType>;
  readonly key?: DeclaredType;
  readonly element?: DeclaredType;
  adapt(value: JsonValue | undefined): CelValue;
}

const MAX_REQUEST_BYTES = 3 * 1024 * 1024;

/** JSON without a schema: whole numbers are ints. */
export function adaptJson(value: unknown): CelValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(adaptJson);
  if (typeof value !== 'object' || value === null) return (value ?? null) as CelValue;
  return new JsonMap(value as Record<string, unknown>, false, (_name, item) => adaptJson(item));
}

type Adapt = (value: JsonValue) => CelValue;

const wrong = (wanted: string, value: JsonValue): CelError =>
  new CelError(`invalid data, expected ${wanted}, got ${value === null ? 'nil' : typeof value}`);

function simple(cel: CelType, minSize: number, adapt: Adapt, maxElements = 0): DeclaredType {
  return {
    cel,
    minSize,
    maxElements,
    adapt: (value) => (value === null || value === undefined ? null : adapt(value)),
  };
}

const text = (value: JsonValue): CelValue => (typeof value === 'string' ? value : wrong('string', value));
const integer = (value: JsonValue): CelValue =>
  typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : wrong('int', value);
const double = (value: JsonValue): CelValue => (typeof value === 'number' ? value : wrong('float', value));
const bool = (value: JsonValue): CelValue => (typeof value === 'boolean' ? value : wrong('bool', value));

function instant(value: JsonValue): CelValue {
  if (typeof value !== 'string') return wrong('string', value);
  const written = value;
  const nanos = parseInstant(written.length === 10 ? `${written}T00:00:00Z` : written);
  return nanos === undefined ? new CelError(`Invalid date-time formatted string ${written}`) : new CelTimestamp(nanos);
}

function duration(value: JsonValue): CelValue {
  if (typeof value !== 'string') return wrong('string', value);
  const nanos = parseGoDuration(value);
  return nanos.ok ? new CelDuration(BigInt(nanos.value)) : new CelError(`Invalid duration ${value}: ${nanos.error}`);
}

function bytes(value: JsonValue): CelValue {
  if (typeof value !== 'string') return wrong('string', value);
  const decoded = decodeBase64(value);
  return 'text' in decoded
    ? new TextEncoder().encode(decoded.text)
    : new CelError(`Invalid byte formatted string ${value}`);
}

const STRING_BYTES = MAX_REQUEST_BYTES - 2;

function stringType({ raw, enum: allowed }: SchemaNode): DeclaredType {
  const { format, maxLength } = raw;
  switch (format) {
    case 'byte':
      return simple(BYTES, 2, bytes, maxLength === undefined ? STRING_BYTES : Math.max(0, maxLength));
    case 'duration':
      return simple(DURATION, 3, duration, 32);
    case 'date':
      return simple(TIMESTAMP, 12, instant, 12);
    case 'date-time':
      return simple(TIMESTAMP, 21, instant, 32);
    default:
      break;
  }
  if (maxLength !== undefined) return simple(STRING, 2, text, Math.max(0, maxLength) * 4);
  if (!allowed || allowed.length === 0) return simple(STRING, 2, text, STRING_BYTES);
  const encoder = new TextEncoder();
  const longest = allowed.map((value) => (typeof value === 'string' ? encoder.encode(value).length : 0));
  return simple(STRING, 2, text, Math.max(...longest));
}

/** How items of a set or of a list with keys are told apart. */
function identity({ listType: kind, listMapKeys }: SchemaNode): ((item: CelValue) => string) | undefined {
  if (kind === 'set') return (item) => `${typeof item}:${shownValue(item)}`;
  if (kind !== 'map') return undefined;
  return (item) =>
    item instanceof JsonMap ? JSON.stringify(listMapKeys.map((key) => item.json[key] ?? null)) : shownValue(item);
}

function arrayType(schema: SchemaNode, name: string): DeclaredType | undefined {
  const element = schema.items && declare(schema.items, `${name}.@idx`, schema.items.embeddedResource);
  if (!element) return undefined;
  const { maxItems } = schema.raw;
  const tellApart = identity(schema);
  return {
    cel: listType(element.cel),
    minSize: 2,
    maxElements:
      maxItems === undefined ? Math.floor((MAX_REQUEST_BYTES - 2) / (element.minSize + 1)) : Math.max(0, maxItems),
    element,
    adapt: (value) => {
      if (value === null || value === undefined) return null;
      if (!Array.isArray(value))
        return new CelError('invalid data, expected an array for the provided schema with type=array');
      const list = value.map((item) => element.adapt(item));
      if (tellApart) markUnordered(list, tellApart);
      return list;
    },
  };
}

const STRING_KEY = simple(STRING, 2, text);
const NOT_A_MAP = new CelError('invalid data, expected a map for the provided schema with type=object');

const isMembers = (value: JsonValue | undefined): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valuesType(schema: SchemaNode, values: SchemaNode, name: string): DeclaredType | undefined {
  const element = declare(values, `${name}.@elem`, values.embeddedResource);
  if (!element) return undefined;
  const { maxProperties } = schema.raw;
  return {
    cel: mapType(STRING, element.cel),
    minSize: 2,
    maxElements:
      maxProperties === undefined
        ? Math.floor((MAX_REQUEST_BYTES - 2) / (element.minSize + 6))
        : Math.max(0, maxProperties),
    key: STRING_KEY,
    element,
    adapt: (value) => {
      if (value === null || value === undefined) return null;
      if (!isMembers(value)) return NOT_A_MAP;
      return new JsonMap(value, false, (_name, item) => element.adapt(item as JsonValue));
    },
  };
}

/** `kind`, `apiVersion` and the names of `metadata`, which every resource has. */
function resourceFields(name: string): [string, DeclaredType][] {
  const plain = simple(STRING, 2, text, STRING_BYTES);
  const metadata = composite(
    `${name}.metadata`,
    new Map([
      ['name', plain],
      ['generateName', plain],
    ]),
    2,
  );
  return [
    ['kind', plain],
    ['apiVersion', plain],
    ['metadata', metadata],
  ];
}

function composite(name: string, fields: ReadonlyMap<string, DeclaredType>, minSize: number): DeclaredType {
  const types = new Map([...fields].map(([field, { cel }]) => [field, cel]));
  return {
    cel: objectType(name, types),
    minSize,
    maxElements: 0,
    fields,
    adapt: (value) => {
      if (value === null || value === undefined) return null;
      if (!isMembers(value)) return NOT_A_MAP;
      const member = (field: string, item: unknown): CelValue =>
        fields.get(escapeName(field) ?? '')?.adapt(item as JsonValue) ?? adaptJson(item);
      return new JsonMap(value, true, member, (field) => escapeName(field) ?? field, unescapeName);
    },
  };
}

function fieldsType(schema: SchemaNode, name: string, root: boolean): DeclaredType {
  const fields = new Map<string, DeclaredType>();
  let minSize = 2;
  for (const [field, node] of schema.fields) {
    if (root && (field === 'kind' || field === 'apiVersion' || field === 'metadata')) continue;
    const escaped = escapeName(field);
    const type = declare(node, `${name}.${escaped ?? field}`, node.embeddedResource);
    if (!type) continue;
    if (escaped !== undefined) fields.set(escaped, type);
    if (schema.required.includes(field) && node.default === undefined) minSize += field.length + type.minSize + 4;
  }
  if (root) for (const [field, type] of resourceFields(name)) fields.set(field, type);
  return composite(name, fields, minSize);
}

/** Components that are being declared: what holds itself is not seen inside. */
const open = new Set<string>();

function declare(schema: SchemaNode, name: string, root: boolean): DeclaredType | undefined {
  const { component } = schema;
  if (component === undefined) return declareParts(schema, name, root);
  if (open.has(component)) return undefined;
  open.add(component);
  const type = declareParts(schema, name, root);
  open.delete(component);
  return type;
}

function declareParts(schema: SchemaNode, name: string, root: boolean): DeclaredType | undefined {
  const { raw } = schema;
  if (raw['x-kubernetes-int-or-string'] || raw.format === 'int-or-string') {
    const max = raw.maxLength === undefined ? STRING_BYTES : Math.max(0, raw.maxLength) * 4;
    return simple(DYN, 1, adaptJson, max);
  }
  switch (raw.type) {
    case 'array':
      return arrayType(schema, name);
    case 'object':
      return schema.values ? valuesType(schema, schema.values, name) : fieldsType(schema, name, root);
    case 'string':
      return stringType(schema);
    case 'boolean':
      return simple(BOOL, 4, bool);
    case 'number':
      return simple(DOUBLE, 1, double);
    case 'integer':
      return simple(INT, 1, integer);
    default:
      return undefined;
  }
}

const SELF = 'selfType';
const declared = new WeakMap<SchemaNode, Map<boolean, DeclaredType | undefined>>();

/**
 * The type of a schema's values; undefined where expressions cannot see them. `root` says that they are resources, with
 * kind, apiVersion and metadata.
 */
export function declareSchema(schema: SchemaNode, root: boolean, name = SELF): DeclaredType | undefined {
  let known = declared.get(schema);
  if (!known) declared.set(schema, (known = new Map<boolean, DeclaredType | undefined>()));
  if (!known.has(root)) known.set(root, declare(schema, name, root));
  return known.get(root);
}

/** The part of a type that a path leads to, as estimates of costs write paths. */
export function declaredAt(root: DeclaredType, path: readonly string[]): DeclaredType | undefined {
  let node: DeclaredType | undefined = root;
  for (const name of path)
    node =
      name === '@items' || name === '@values' ? node?.element : name === '@keys' ? node?.key : node?.fields?.get(name);
  return node;
}

/** How often at most a value of the type can be in one request. */
export const maxCardinality = ({ minSize }: DeclaredType): number => Math.floor(MAX_REQUEST_BYTES / (minSize + 1));
