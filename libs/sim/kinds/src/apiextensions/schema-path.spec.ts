import { expect, it } from 'vitest';
import { schemaAt } from './schema-path.js';

const SCHEMA = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { color: { type: 'string' }, 'a.b': { type: 'integer' } } } },
} as const;

it.each([
  ['.spec.color', undefined],
  [".spec['a.b']", undefined],
  ['.spec.size', 'does not refer to a valid field'],
  ['spec.color', 'expected [ or . but got: spec'],
  ['.spec.', 'unexpected end of JSON path'],
  ['.spec[0]', 'expected single quoted string but got 0'],
])('%s', (path, problem) => {
  const found = schemaAt(path, SCHEMA);
  expect(found.ok ? undefined : found.error).toBe(problem);
});
