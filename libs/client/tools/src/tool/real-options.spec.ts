import { expect, it } from 'vitest';
import { realOption } from './real-options.js';

it.each([
  ['ls', "unrecognized option '--author'", '--author'],
  ['ls', "unrecognized option '--auth'", '--auth'],
  ['ls', "unrecognized option '--nope'", undefined],
  ['head', "invalid option -- 'z'", '-z'],
  ['head', "invalid option -- 'Q'", undefined],
  ['egrep', "unrecognized option '--binary-files'", '--binary-files'],
  ['no-such-tool', "unrecognized option '--all'", undefined],
])('%s: %s', (tool, complaint, expected) => {
  expect(realOption(tool, complaint)).toBe(expected);
});
