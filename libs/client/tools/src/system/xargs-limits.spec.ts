import { expect, it } from 'vitest';
import { xargsLimits } from './xargs-limits.js';

const one = { name: 'n', value: '1' };
const two = { name: 'n', value: '2' };
const line = { name: 'L', value: '1' };
const each = { name: 'I', value: '{}' };
const clash = (before: string, after: string): string[] => [
  `warning: options ${before} and ${after} are mutually exclusive, ignoring previous ${before} value`,
];

/** What GNU xargs 4.9 says. */
it.each([
  [[one, each], { replace: '{}', warnings: clash('--max-args', '--replace/-I/-i') }],
  [[each, one], { replace: '{}', warnings: [] }],
  [[each, two], { words: '2', warnings: clash('--replace', '--max-args/-n') }],
  [[line, each], { replace: '{}', warnings: clash('--max-lines', '--replace/-I/-i') }],
  [[each, line], { lines: '1', warnings: clash('--replace', '-L') }],
  [[one, line], { lines: '1', warnings: clash('--max-args', '-L') }],
  [[line, two], { words: '2', warnings: clash('--max-lines', '--max-args/-n') }],
])('%j', (order, limits) => {
  expect(xargsLimits(order)).toEqual(limits);
});
