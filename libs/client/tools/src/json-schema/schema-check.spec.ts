import { describe, expect, it } from 'vitest';
import { schemaViolations } from './schema-check.js';

const DRAFT_7 = 'http://json-schema.org/draft-07/schema#';
const BOTH = "- at '/s': minProperties: got 1, want 2\n- at '/s': missing property 'y'\n";

describe('schemaViolations', () => {
  it('says what is wrong with the schema itself', () => {
    expect(schemaViolations('{a: 1}', {})).toBe("invalid character 'a' looking for beginning of object key string");
  });

  it.each([
    [{ type: 'object', required: ['a'] }, { b: 1 }, "- at '': missing property 'a'\n"],
    [{ properties: { a: { type: 'integer', minimum: 1 } } }, { a: 0 }, "- at '/a': minimum: got 0, want 1\n"],
    [{ properties: { a: { type: ['string', 'null'] } } }, { a: 2 }, "- at '/a': got number, want null or string\n"],
    [{ properties: {}, additionalProperties: false }, { x: 1 }, "- at '': additional properties 'x' not allowed\n"],
    [{ properties: { t: { enum: ['a', 'b'] } } }, { t: 'c' }, "- at '/t': value must be one of 'a', 'b'\n"],
    [
      { properties: { p: { $ref: '#/$defs/port' } }, $defs: { port: { anyOf: [{ type: 'integer' }] } } },
      { p: 'x' },
      "- at '/p': 'anyOf' failed\n  - at '/p': got string, want integer\n",
    ],
    [{ properties: { a: { type: 'integer' } } }, { a: 3 }, ''],
    [
      { properties: { a: { minLength: 3, pattern: '^[a-z]+$' } } },
      { a: 'Al' },
      "- at '/a': minLength: got 2, want 3\n- at '/a': 'Al' does not match pattern '^[a-z]+$'\n",
    ],
    [{ properties: { a: { type: 'integer', enum: [1] } } }, { a: 'x' }, "- at '/a': got string, want integer\n"],
    [{ properties: { s: { required: ['x', 'y'], minProperties: 2 } } }, { s: { x: 1 } }, BOTH],
    [
      { $defs: { s: { required: ['x', 'y'], minProperties: 2 } }, properties: { s: { $ref: '#/$defs/s' } } },
      { s: { x: 1 } },
      `- at '/s': validation failed\n${BOTH.replaceAll(/^/gm, '  ').trimEnd()}\n`,
    ],
    [{ properties: { m: { format: 'email' } } }, { m: 'ida' }, ''],
    [
      { $schema: DRAFT_7, properties: { m: { format: 'email' }, n: { format: 'ipv4' } } },
      { m: 'ida', n: '1.2.3' },
      "- at '/m': 'ida' is not valid email: missing @\n- at '/n': '1.2.3' is not valid ipv4: expected four decimals\n",
    ],
    [
      { propertyNames: { maxLength: 2 } },
      { abc: 1 },
      "- at '': invalid propertyName 'abc'\n  - at '': maxLength: got 3, want 2\n",
    ],
    [{ dependentRequired: { a: ['b', 'c'] } }, { a: 1 }, "- at '': properties 'b', 'c' required, if 'a' exists\n"],
    [
      { $schema: DRAFT_7, properties: { a: { type: 'int', required: true } } },
      {},
      `"file:///values.schema.json#" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-07/schema#'
- at '/properties/a': validation failed
  - at '/properties/a/required': got boolean, want array
  - at '/properties/a/type': 'anyOf' failed
    - at '/properties/a/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'
    - at '/properties/a/type': got string, want array`,
    ],
    [
      { properties: { a: { items: [{}] } } },
      {},
      `"file:///values.schema.json#" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'
- at '': 'allOf' failed
  - at '/properties/a': 'allOf' failed
    - at '/properties/a/items': got array, want boolean or object`,
    ],
    [
      { properties: { a: { $ref: '#/$defs/b' } } },
      {},
      'json-pointer in "file:///values.schema.json#/$defs/b" not found',
    ],
  ])('%j', (schema, values, expected) => {
    expect(schemaViolations(JSON.stringify(schema), values)).toBe(expected);
  });
});
