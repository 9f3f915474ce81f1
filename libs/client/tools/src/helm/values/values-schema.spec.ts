import { describe, expect, it } from 'vitest';
import { schemaViolations } from './values-schema.js';

describe('schemaViolations', () => {
  it('says what is wrong with the schema itself', () => {
    expect(schemaViolations('{a: 1}', {})).toBe("invalid character 'a' looking for beginning of object key string");
  });

  it.each([
    [{ type: 'object', required: ['a'] }, { b: 1 }, "- at '': missing property 'a'\n"],
    [{ properties: { a: { type: 'integer', minimum: 1 } } }, { a: 0 }, "- at '/a': minimum: got 0, want 1\n"],
    [{ properties: { a: { type: ['string', 'null'] } } }, { a: 2 }, "- at '/a': got number, want string or null\n"],
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
      "- at '/a': validation failed\n  - at '/a': minLength: got 2, want 3\n  - at '/a': 'Al' does not match pattern '^[a-z]+$'\n",
    ],
    [{ properties: { a: { type: 'integer', enum: [1] } } }, { a: 'x' }, "- at '/a': got string, want integer\n"],
  ])('%j', (schema, values, expected) => {
    expect(schemaViolations(JSON.stringify(schema), values)).toBe(expected);
  });
});
