import { expect, it } from 'vitest';
import { expand } from './expansion.js';

const known = new Map([
  ['A', 'one'],
  ['B', '$(A)'],
]);

it.each([
  ['$(A) $(MISSING) $$(A) $A $', 'one $(MISSING) $(A) $A $'],
  ['$(B)', '$(A)'],
  ['$(A', '$(A'],
  ['$$$(A)', '$one'],
  ['no variables', 'no variables'],
])('expands %s', (text, result) => {
  expect(expand(text, (name) => known.get(name))).toBe(result);
});
