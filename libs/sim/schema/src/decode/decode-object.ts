import {
  deepClone,
  fail,
  goJson,
  isJsonObject,
  ok,
  setOwn,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@seatrial/kernel';
import { isGoRequired } from '../schema/go-required.js';
import type { SchemaNode } from '../schema/schema-node.js';
import { objectMetaSchema } from '../schema/schema-registry.js';
import { decodeSpecial, jsonTypeName, roundQuantity, type DecodeAbort } from './special-decoding.js';

/** An object as the API server holds it after decoding: fields it does not know are gone, zero values left out as Go does. */
export interface Decoded {
  readonly object: JsonObject;
  /** `unknown field "spec.replica"`, in the order met; what they lead to is the caller's choice (fieldValidation). */
  readonly strictErrors: readonly string[];
}

const MAX_STRICT_ERRORS = 100;
const MAX_DEPTH = 200;

/**
 * Decodes one object. Built-in types behave as encoding/json into their Go structs (sigs.k8s.io/json): the error is
 * Go's text (`json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`); a type
 * error does not stop the walk and the first one counts, but the error of a type with its own decoding stops it at once.
 * Schema defaults are filled in. Custom resources are pruned by their structural schema. With `stored`, frozen parts are
 * of a stored object of this schema: they were decoded once and are only copied.
 */
export function decodeObject(
  value: JsonObject,
  schema: SchemaNode,
  { stored = false }: { readonly stored?: boolean } = {},
): Result<Decoded, string> {
  const decoder = new Decoder(stored);
  const object = schema.structural ? decoder.custom(value, schema) : decoder.struct(value, schema);
  const error = decoder.abort ?? decoder.typeError;
  if (error !== undefined) return fail(error);
  return ok({ object, strictErrors: decoder.strictErrors });
}

/** The API server's sentence around a decoding error. */
export function decodeErrorMessage(kind: string, version: string, error: string): string {
  return `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${error}`;
}

/** What a Go scheme says of a kind that it does not know. */
export const unregisteredKind = (kind: JsonValue | undefined, apiVersion: JsonValue | undefined): string =>
  `no kind ${goJson(kind)} is registered for version ${goJson(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;

/** The text that strict decoding errors are reported with. */
export function strictErrorMessage(strictErrors: readonly string[]): string {
  return `strict decoding error: ${strictErrors.join(', ')}`;
}

function isZero(value: JsonValue): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return false;
}

class Decoder {
  readonly strictErrors: string[] = [];
  typeError: string | undefined;
  abort: DecodeAbort | undefined;
  private readonly path: (string | number)[] = [];
  private readonly goPath: string[] = [];
  private structName = '';

  constructor(private readonly stored: boolean) {}

  struct(value: JsonObject, node: SchemaNode): JsonObject {
    const out: JsonObject = {};
    const struct = node.structName;
    const fields = node.fields;
    for (const key in value) {
      const item = value[key];
      if (item === undefined) continue;
      const field = fields.get(key);
      if (!field) {
        this.unknown(key);
        continue;
      }
      if (item === null) continue;
      this.path.push(key);
      const depth = this.goPath.length;
      for (const name of field.embedded) this.goPath.push(name);
      this.goPath.push(key);
      this.structName = struct;
      const decoded = this.value(item, field, struct);
      if (decoded !== undefined && this.kept(decoded, field, node)) out[key] = decoded;
      this.path.pop();
      this.goPath.length = depth;
      if (this.abort !== undefined) return out;
    }
    this.fillDefaults(out, node);
    return out;
  }

  /** Whether Go would print the value: zero values of optional non-pointer fields are left out (omitempty). */
  private kept(value: JsonValue, field: SchemaNode, parent: SchemaNode): boolean {
    if (field.type === 'map') return Object.keys(value as JsonObject).length > 0 || field.pointer;
    if (!isZero(value)) return true;
    if (field.special === 'quantity' || field.special === 'int-or-string') return true;
    return field.pointer || parent.required.includes(field.fieldName ?? '');
  }

  private fillDefaults(out: JsonObject, node: SchemaNode): void {
    for (const [key, field] of defaultedFields(node)) {
      if (out[key] !== undefined) continue;
      const value = field.default as JsonValue;
      out[key] = isJsonObject(value) && field.type === 'object' ? this.struct(value, field) : deepClone(value);
    }
  }

  private value(value: JsonValue, node: SchemaNode, struct: string): JsonValue | undefined {
    if (this.path.length > MAX_DEPTH) return this.stop('json: exceeded max depth');
    if (this.stored && typeof value === 'object' && Object.isFrozen(value)) return deepClone(value);
    if (node.special) {
      const decoded = decodeSpecial(value, node.special);
      if (decoded.ok) return decoded.value;
      if (decoded.error === undefined) return this.mismatch(jsonTypeName(value), node);
      return this.stop(this.placed(decoded.error));
    }
    switch (node.type) {
      case 'object':
        return isJsonObject(value) ? this.struct(value, node) : this.mismatch(jsonTypeName(value), node);
      case 'map':
        return isJsonObject(value) ? this.map(value, node, struct) : this.mismatch(jsonTypeName(value), node);
      case 'array':
        return Array.isArray(value) ? this.array(value, node, struct) : this.mismatch(jsonTypeName(value), node);
      case 'any':
        return value;
      default:
        return this.scalar(value, node);
    }
  }

  private scalar(value: JsonValue, node: SchemaNode): JsonValue | undefined {
    const type = node.type;
    if (type === 'integer') {
      if (typeof value !== 'number') return this.mismatch(jsonTypeName(value), node);
      const bound = node.goType === 'int64' ? 2 ** 63 : 2 ** 31;
      if (!Number.isInteger(value) || value >= bound || value < -bound) return this.mismatch(`number ${value}`, node);
      return value;
    }
    if (typeof value !== type) return this.mismatch(jsonTypeName(value), node);
    return value;
  }

  private map(value: JsonObject, node: SchemaNode, struct: string): JsonObject {
    const out: JsonObject = {};
    const values = node.values;
    const resources = node.values?.special === 'quantity';
    for (const key in value) {
      const item = value[key];
      if (item === undefined) continue;
      if (item === null) {
        setOwn(out, key, zeroOf(values));
        continue;
      }
      this.path.push(key);
      this.structName = struct;
      const decoded = values ? this.value(item, values, struct) : item;
      if (decoded !== undefined) setOwn(out, key, resources ? roundUp(decoded) : decoded);
      this.path.pop();
      if (this.abort !== undefined) return out;
    }
    return out;
  }

  private array(value: readonly JsonValue[], node: SchemaNode, struct: string): JsonValue[] {
    const out: JsonValue[] = [];
    const items = node.items;
    for (let i = 0; i < value.length; i++) {
      this.path.push(i);
      this.structName = struct;
      const decoded = value[i] === null ? zeroOf(items, this) : items ? this.value(value[i], items, struct) : value[i];
      if (decoded !== undefined) out.push(decoded);
      this.path.pop();
      if (this.abort !== undefined) break;
    }
    return out;
  }

  /** A custom resource's value: pruned where the schema closes it, otherwise as it came. */
  custom(value: JsonObject, node: SchemaNode): JsonObject {
    if (this.path.length > MAX_DEPTH) {
      this.stop('json: exceeded max depth');
      return {};
    }
    const out: JsonObject = {};
    const closed = !node.preserveUnknownFields;
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      const field = node.fields.get(key) ?? node.values;
      const known = field !== undefined || (node.embeddedResource && EMBEDDED_FIELDS.has(key));
      if (!known && closed && node.type !== 'map') {
        this.unknown(key);
        continue;
      }
      this.path.push(key);
      this.goPath.push(key);
      if (key === 'metadata' && node.embeddedResource && isJsonObject(item))
        out[key] = this.struct(item, objectMetaSchema());
      else if (key === 'metadata' && field && !field.structural && isJsonObject(item))
        out[key] = this.struct(item, field);
      else setOwn(out, key, field ? this.customValue(item, field) : item);
      this.path.pop();
      this.goPath.pop();
    }
    return out;
  }

  private customValue(value: JsonValue, node: SchemaNode): JsonValue {
    if (node.special === 'raw') return value;
    if (isJsonObject(value)) {
      if (node.type === 'any' && !node.embeddedResource && node.raw.type === undefined) return value;
      return node.type === 'any' && node.preserveUnknownFields ? value : this.custom(value, node);
    }
    if (!Array.isArray(value) || !node.items) return value;
    const items = node.items;
    return value.map((item, index) => {
      this.path.push(index);
      const pruned = this.customValue(item, items);
      this.path.pop();
      return pruned;
    });
  }

  private unknown(key: string): void {
    if (this.strictErrors.length >= MAX_STRICT_ERRORS) return;
    this.strictErrors.push(`unknown field ${JSON.stringify(joinPath([...this.path, key]))}`);
  }

  private mismatch(jsonType: string, node: SchemaNode): JsonValue | undefined {
    this.typeError ??=
      this.goPath.length === 0
        ? `json: cannot unmarshal ${jsonType} into Go value of type ${node.goType}`
        : `json: cannot unmarshal ${jsonType} into Go struct field ${this.structName}.${this.goPath.join('.')} of type ${node.goType}`;
    return undefined;
  }

  /** A type mismatch inside a type with its own decoding is told where it stands (json addErrorContext). */
  private placed(error: string): string {
    if (this.goPath.length === 0) return error;
    return error.replace(
      / into Go value of type (\S+)$/,
      (_whole, type: string) => ` into Go struct field ${this.structName}.${this.goPath.join('.')} of type ${type}`,
    );
  }

  private stop(error: string): JsonValue | undefined {
    this.abort ??= error;
    return undefined;
  }
}

const EMBEDDED_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

function roundUp(value: JsonValue): JsonValue {
  return typeof value === 'string' ? roundQuantity(value) : value;
}

const zeroOf = (node: SchemaNode | undefined, decoder?: Decoder): JsonValue => {
  if (node?.special === 'quantity') return '0';
  switch (node?.type) {
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'object':
      return decoder ? decoder.struct({}, node) : {};
    case 'map':
      return {};
    case 'array':
      return [];
    default:
      return '';
  }
};

const defaulted = new WeakMap<ReadonlyMap<string, SchemaNode>, readonly (readonly [string, SchemaNode])[]>();

/** Whether a default is seen: Go leaves zero values out where it may. */
function isWritten(node: SchemaNode, name: string, field: SchemaNode): boolean {
  const value = field.default;
  if (value === undefined) return false;
  const isLeftOut = isZero(value) && !field.pointer && !isGoRequired(node.packageName, node.structName, name);
  return node.structural || !isLeftOut;
}

function defaultedFields(node: SchemaNode): readonly (readonly [string, SchemaNode])[] {
  let fields = defaulted.get(node.fields);
  if (!fields) {
    fields = [...node.fields].filter(([name, field]) => isWritten(node, name, field));
    defaulted.set(node.fields, fields);
  }
  return fields;
}

/** `spec.containers[0].image`, as strict decoding errors write a path. */
export function joinPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text;
}
