import {
  compareStrings,
  fail,
  isJsonObject,
  ok,
  setOwn,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';

/** A Go type that a YAML document is read into; `name` is how encoding/json calls it. */
export type GoType =
  | { readonly kind: 'string' | 'bool' | 'int' | 'any'; readonly name: string }
  | GoParsed
  | { readonly kind: 'list'; readonly name: string; readonly element: GoType }
  | GoMap
  | GoStruct;

/** A type with an UnmarshalJSON of its own, which reads a JSON value or says why not. */
interface GoParsed {
  readonly kind: 'parsed';
  readonly name: string;
  readonly parse: (value: JsonValue) => Result<JsonValue, string>;
}

interface GoMap {
  readonly kind: 'map';
  readonly name: string;
  readonly element: GoType;
}

/** A struct; `embedded` names, by field, the struct within it that the field belongs to. */
export interface GoStruct {
  readonly kind: 'struct';
  readonly name: string;
  /** The type's own name, as it stands before the path of a field. */
  readonly own: string;
  readonly fields: Readonly<Record<string, GoType>>;
  readonly embedded?: Readonly<Record<string, string>>;
}

export const GO_STRING: GoType = { kind: 'string', name: 'string' };
export const GO_BOOL: GoType = { kind: 'bool', name: 'bool' };
export const GO_ANY: GoType = { kind: 'any', name: 'interface {}' };
export const goList = (element: GoType, name = `[]${element.name}`): GoType => ({ kind: 'list', name, element });
export const goMap = (element: GoType): GoType => ({ kind: 'map', name: `map[string]${element.name}`, element });

export interface GoReading {
  /** Go's text for the first value of a wrong type. */
  readonly error?: string;
  readonly value: unknown;
}

interface Options {
  /** sigs.k8s.io/yaml, which knows the target, makes texts of numbers and truth values. */
  readonly coerce: boolean;
  /** Members that the type does not have are errors. */
  readonly strict?: boolean;
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'number';
}

/** encoding/json's Unmarshal into a typed target: keeps the first mismatch, and reads on. */
class GoDecoder {
  error: string | undefined;

  constructor(private readonly options: Options) {}

  decode(value: unknown, type: GoType, owner = '', path = ''): unknown {
    if (type.kind === 'any') return value;
    if (value === null || value === undefined) return undefined;
    switch (type.kind) {
      case 'string':
        if (typeof value === 'string') return value;
        if (this.options.coerce && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
        return this.mismatch(value, type, owner, path);
      case 'bool':
        return typeof value === 'boolean' ? value : this.mismatch(value, type, owner, path);
      case 'int':
        return Number.isInteger(value) ? value : this.mismatch(value, type, owner, path);
      case 'parsed':
        return this.parsed(value, type);
      case 'list':
        if (!Array.isArray(value)) return this.mismatch(value, type, owner, path);
        return value.map((item: unknown) => this.decode(item, type.element, owner, path) ?? null);
      case 'map':
      case 'struct':
        if (!isJsonObject(value)) return this.mismatch(value, type, owner, path);
        return this.members(value, type, owner, path);
    }
  }

  private parsed(value: unknown, { parse }: GoParsed): JsonValue | undefined {
    const read = parse(value as JsonValue);
    if (read.ok) return read.value;
    this.error ??= read.error;
    return undefined;
  }

  private members(value: JsonObject, type: GoMap | GoStruct, owner: string, path: string): unknown {
    const result: JsonObject = {};
    for (const key of Object.keys(value).sort(compareStrings)) {
      const isField = type.kind === 'struct' && Object.hasOwn(type.fields, key);
      const element = type.kind === 'map' ? type.element : isField ? type.fields[key] : undefined;
      if (element === undefined) {
        if (this.options.strict) this.error ??= `json: unknown field ${JSON.stringify(key)}`;
        continue;
      }
      const at = type.kind === 'struct' ? type.own : owner;
      const own = type.kind === 'struct' && type.embedded?.[key] ? `${type.embedded[key]}.${key}` : key;
      const below = type.kind === 'struct' ? (path === '' ? own : `${path}.${own}`) : path;
      const read = this.decode(value[key], element, at, below);
      if (read !== undefined) setOwn(result, key, read);
      // A map's element is made before it is read.
      else if (type.kind === 'map' && value[key] === null && element.kind === 'string') setOwn(result, key, '');
    }
    return result;
  }

  private mismatch(value: unknown, type: GoType, owner: string, path: string): unknown {
    const where = path === '' ? 'Go value' : `Go struct field ${owner}.${path}`;
    this.error ??= `json: cannot unmarshal ${jsonKind(value)} into ${where} of type ${type.name}`;
    return undefined;
  }
}

/** A JSON value as Go's encoding/json reads it into a type. */
export function decodeGo(value: unknown, type: GoType, options: Options): GoReading {
  const decoder = new GoDecoder(options);
  const read = decoder.decode(value, type);
  return decoder.error === undefined ? { value: read } : { value: read, error: decoder.error };
}

/** A YAML text read into a Go type by sigs.k8s.io/yaml (Unmarshal, UnmarshalStrict); the error is its text. */
export function unmarshalYaml(text: string, type: GoType, strict = false): Result<unknown, string> {
  const parsed = yamlToJson(text, { strict });
  if (!parsed.ok) return fail(`error converting YAML to JSON: ${parsed.error}`);
  const { error, value } = decodeGo(parsed.value, type, { coerce: true, strict });
  return error === undefined ? ok(value) : fail(`error unmarshaling JSON: while decoding JSON: ${error}`);
}

const VALUES: GoType = goMap(GO_ANY);

/** A table of values from one YAML document; empty without one. */
export function unmarshalValues(text: string, name = VALUES.name): Result<JsonObject, string> {
  const read = unmarshalYaml(text, { ...VALUES, name });
  if (!read.ok) return read;
  return ok(isJsonObject(read.value) ? read.value : {});
}
