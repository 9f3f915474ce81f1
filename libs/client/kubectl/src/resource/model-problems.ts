import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { goQuote, parseApiVersion, schemaFor, type SchemaNode } from '@seatrial/schema';
import { textOf } from './resource-info.js';

type Actual = 'array' | 'boolean' | 'integer' | 'map' | 'number' | 'string';

/** Which values a primitive takes: a string takes all of them. */
const TAKES: Readonly<Partial<Record<string, readonly Actual[]>>> = {
  boolean: ['boolean'],
  integer: ['integer', 'number'],
  number: ['integer', 'number'],
  string: ['boolean', 'integer', 'number', 'string'],
};

function actual(value: JsonValue): Actual {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'boolean' | 'string';
}

/** What the schema asks for, as OpenAPI v2 has it: quantities, times, ports and the like are strings. */
function expected({ special, type }: SchemaNode): string {
  if (special === 'raw') return type === 'any' ? 'any' : 'map';
  if (special !== undefined) return 'string';
  if (type === 'object') return 'kind';
  return type;
}

class ModelCheck {
  readonly problems: string[] = [];

  private refuse(path: string, why: string): void {
    this.problems.push(`ValidationError(${path}): ${why}`);
  }

  /** `path` is where in the object, `model` where in the schema; items and values have the model's path of their list. */
  visit(value: JsonValue, schema: SchemaNode, path: string, model: string): void {
    const here = schema.component ?? model;
    const wanted = expected(schema);
    const found = actual(value);
    if (wanted === 'any') return;
    if (wanted === 'array' && Array.isArray(value)) this.items(value, schema, path, here);
    else if (wanted === 'kind' && isJsonObject(value)) this.fields(value, schema, path, here);
    else if (wanted === 'map' && isJsonObject(value)) this.values(value, schema, path, here);
    else if (!TAKES[wanted]?.includes(found)) {
      const type = wanted === 'kind' ? 'map' : wanted;
      this.refuse(path, `invalid type for ${here}: got "${found}", expected "${type}"`);
    }
  }

  private items(list: readonly JsonValue[], schema: SchemaNode, path: string, model: string): void {
    for (const [index, item] of list.entries()) {
      const at = `${path}[${index}]`;
      if (item === null) this.refuse(path, `unknown object type "nil" in ${at}`);
      else if (schema.items) this.visit(item, schema.items, at, model);
    }
  }

  private values(map: JsonObject, schema: SchemaNode, path: string, model: string): void {
    for (const key of Object.keys(map).sort()) {
      const value = map[key] ?? null;
      if (value === null) this.problems.push(`unknown object type "nil" in ${path}.${key}`);
      else if (schema.values) this.visit(value, schema.values, `${path}.${key}`, model);
    }
  }

  private fields(object: JsonObject, schema: SchemaNode, path: string, model: string): void {
    for (const key of Object.keys(object).sort()) {
      const value = object[key] ?? null;
      const field = schema.field(key);
      if (value === null) continue;
      if (field) this.visit(value, field, `${path}.${key}`, `${model}.${key}`);
      else this.refuse(path, `unknown field ${goQuote(key)} in ${model}`);
    }
    for (const name of schema.required)
      if ((object[name] ?? null) === null) this.refuse(path, `missing required field ${goQuote(name)} in ${model}`);
  }
}

/**
 * What is wrong with an object by the OpenAPI v2 model of its built-in kind, as the client itself finds it; nothing for kinds
 * that have none (validation.ValidateModel, k8s.io/kube-openapi/pkg/util/proto/validation).
 */
export function modelProblems(object: JsonObject): readonly string[] {
  const kind = textOf(object.kind);
  const schema = schemaFor({ ...parseApiVersion(textOf(object.apiVersion)), kind });
  if (!schema) return [];
  const check = new ModelCheck();
  check.visit(object, schema, kind, schema.component ?? kind);
  return check.problems;
}
