import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { goRequiredMembers } from './go-required.js';
import { Quantity } from '../quantity/quantity.js';
import { goFields, goStructExists } from './go-structs.js';

/* Objects as Go's encoding/json writes them after it decoded them into their types (k8s.io/api v0.35.4). */

/** Values by themselves, with what stands for none. */
const OPAQUE: Readonly<Record<string, JsonValue>> = {
  'intstr.IntOrString': 0,
  'resource.Quantity': '0',
  'v1.Time': null,
  'v1.MicroTime': null,
  'v1.FieldsV1': null,
  'runtime.RawExtension': null,
  'v1.JSON': null,
  'v1.JSONSchemaPropsOrBool': null,
  'v1.JSONSchemaPropsOrArray': null,
  'v1.JSONSchemaPropsOrStringArray': null,
};

/** `creationTimestamp` alone has `omitzero`. */
const OMIT_ZERO = 'creationTimestamp';

/** The package of a struct that another package's struct names. */
function packageOf(pkg: string, struct: string): string | undefined {
  return [pkg, 'core.v1', 'meta.v1'].find((one) => goStructExists(one, struct));
}

const shortName = (type: string): string => type.slice(type.lastIndexOf('.') + 1);

function typedList(value: JsonValue | undefined, pkg: string, element: string): JsonValue {
  if (!Array.isArray(value)) return null;
  return value.map((item) => typedValue(item, pkg, element) ?? null);
}

function typedMap(value: JsonValue | undefined, pkg: string, element: string): JsonValue {
  if (!isJsonObject(value)) return null;
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) setOwn(result, key, typedValue(value[key], pkg, element) ?? null);
  return result;
}

/** A quantity in its canonical form. */
function quantity(value: JsonValue): JsonValue {
  const parsed = typeof value === 'string' || typeof value === 'number' ? Quantity.parse(String(value)) : undefined;
  return parsed?.ok ? parsed.value.toString() : value;
}

/** A value of a Go type; null where the type has none. */
function typedValue(value: JsonValue | undefined, pkg: string, type: string): JsonValue | undefined {
  if (type.startsWith('*')) return value === undefined || value === null ? null : typedValue(value, pkg, type.slice(1));
  if (type === '[]uint8') return value ?? null;
  if (type.startsWith('[]')) return typedList(value, pkg, type.slice(2));
  const map = /^map\[[^\]]*\](.*)$/.exec(type);
  if (map) return typedMap(value, pkg, map[1]);
  if (type === 'resource.Quantity') return quantity(value ?? 0);
  if (Object.hasOwn(OPAQUE, type)) return value ?? OPAQUE[type];
  const owner = type.includes('.') || goStructExists(pkg, type) ? packageOf(pkg, shortName(type)) : undefined;
  if (owner !== undefined) return typedStruct(isJsonObject(value) ? value : {}, owner, shortName(type));
  if (value !== undefined && value !== null) return value;
  return type === 'bool' ? false : /^(?:u?int|float)\d*$/.test(type) ? 0 : '';
}

/** What `omitempty` leaves out; structs that are held by value are not among it, nor what a pointer leads to. */
const isEmpty = (value: JsonValue, type: string): boolean =>
  type.startsWith('*') ? value === null : isZero(value, type);

const isZero = (value: JsonValue, type: string): boolean =>
  value === '' ||
  value === 0 ||
  value === false ||
  (value === null && !(type in OPAQUE)) ||
  (/^(?:\[\]|map\[)/.test(type) && Object.keys(value ?? {}).length === 0);

function typedStruct(value: JsonObject, pkg: string, struct: string): JsonObject {
  const result: JsonObject = {};
  const required = goRequiredMembers(pkg, struct);
  for (const [json, , type] of goFields(pkg, struct)) {
    if (json === '') {
      const owner = packageOf(pkg, shortName(type));
      if (owner !== undefined) Object.assign(result, typedStruct(value, owner, shortName(type)));
      continue;
    }
    const member = typedValue(value[json], pkg, type) ?? null;
    if (member === null && json === OMIT_ZERO) continue;
    const opaque = type in OPAQUE;
    if (required.includes(json) || opaque || !isEmpty(member, type)) setOwn(result, json, member);
  }
  return result;
}

/**
 * An object with the members of its Go type only, in the type's order, zero values written where Go writes them; as
 * it is when its type is not known.
 */
export function goTypedObject(object: JsonObject): JsonObject {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return object;
  const [first, version] = apiVersion.split('/');
  const pkg = version === undefined ? `core.${first}` : `${first.split('.')[0]}.${version}`;
  return goStructExists(pkg, kind) ? typedStruct(object, pkg, kind) : object;
}
