import { isJsonObject, type Result, fail, ok } from '@seatrial/kernel';
import type { RawSchema } from '@seatrial/schema';

const TOKEN = /'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]]+/g;

/** The schema that a step leads to. */
function stepTo(schema: RawSchema, name: string): RawSchema | undefined {
  const { properties, additionalProperties } = schema;
  if (properties) return Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isJsonObject(additionalProperties) ? additionalProperties : undefined;
}

const NO_FIELD = 'does not refer to a valid field';
const ENDS = 'unexpected end of JSON path';

/** The schema that a path such as `.spec.a['b.c']` leads to, or why it leads nowhere (cel.ValidFieldPath). */
export function schemaAt(path: string, schema: RawSchema, { arrays = true } = {}): Result<RawSchema, string> {
  const tokens = path.match(TOKEN) ?? [];
  let found = schema;
  for (let at = 0; at < tokens.length; at++) {
    let name: string | undefined;
    if (tokens[at] === '.') {
      name = tokens[++at];
      if (name === undefined) return fail(ENDS);
    } else if (tokens[at] === '[') {
      if (!arrays) return fail('array notation is not allowed');
      const quoted = tokens[++at] as string | undefined;
      if (quoted === undefined) return fail(ENDS);
      if (!/^'.*'$/s.test(quoted)) return fail(`expected single quoted string but got ${quoted}`);
      name = quoted.slice(1, -1).replace(/\\(.)/gs, '$1');
      const close = tokens[++at] as string | undefined;
      if (close === undefined) return fail(ENDS);
      if (close !== ']') return fail(`expected ] but got ${close}`);
    } else return fail(`expected [ or . but got: ${tokens[at]}`);
    const next = stepTo(found, name);
    if (!next) return fail(NO_FIELD);
    found = next;
  }
  return ok(found);
}

/** Whether a rule's fieldPath names a field of its schema. */
export const isFieldPath = (path: string, schema: RawSchema): boolean => schemaAt(path, schema).ok;
