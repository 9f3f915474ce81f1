import { expect, test } from 'vitest';
import { float, integer } from './sprig-numbers.js';

// Answers of Helm 4.1.4.
test.each([
  ['', 0n],
  [' 5', 0n],
  ['5.7', 0n],
  ['5.0', 5n],
  ['1e3', 0n],
  ['0x1F', 31n],
  ['0b11', 3n],
  ['0o17', 15n],
  ['010', 8n],
  ['08', 0n],
  ['1_000', 1000n],
  ['99999999999999999999', 0n],
  [-2.9, -2n],
  [1e30, -9223372036854775808n],
  [true, 1n],
  [null, 0n],
])('%s as a whole number', (value, expected) => {
  expect(integer(value)).toBe(expected);
});

test.each([
  ['abc', 0],
  ['1e3', 1000],
  [true, 1],
  ['0x10', 0],
  [' 1', 0],
  ['1_0', 10],
  ['Inf', Infinity],
])('%s as a number', (value, expected) => {
  expect(float(value)).toBe(expected);
});
