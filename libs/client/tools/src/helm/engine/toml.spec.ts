import { expect, it } from 'vitest';
import { fromToml } from './toml-decode.js';
import { toToml } from './toml-encode.js';

// Answers of Helm 4.1.4.
it.each<[unknown, string]>([
  ['x', '"x"'],
  [[1n, 2n], '[1, 2]'],
  [{ a: null }, ''],
  [{ a: [1n, null] }, 'toml: cannot encode array with nil element'],
  [
    { a: 3n, b: 2, c: 1e21, d: 1e-7, e: 12_345_678_901 },
    'a = 3\nb = 2.0\nc = 1e+21\nd = 1e-07\ne = 1.2345678901e+10\n',
  ],
  [{ 'a b': '\ta "b"\u0001', '': true }, '"" = true\n"a b" = "\\ta \\"b\\"\\u0001"\n'],
  [{ z: { y: 1n }, a: 1n }, 'a = 1\n\n[z]\n  y = 1\n'],
  [{ x: { y: { z: 1n } } }, '[x]\n  [x.y]\n    z = 1\n'],
  [{ a: [{ b: 1n }, { c: [{ d: 2n }] }] }, '[[a]]\n  b = 1\n\n[[a]]\n\n  [[a.c]]\n    d = 2\n'],
  [{ m: [{ a: 1n }, 2n], n: [] }, 'm = [{a = 1}, 2]\nn = []\n'],
  [[{ a: 1n }], 'toml: top-level values must be Go maps or structs'],
])('toToml %#', (value, text) => {
  expect(toToml(value)).toBe(text);
});

it.each<[string, unknown]>([
  [
    'a = 1\nb = "x"\n[t]\nc = 1.5\n[[l]]\nn = 1\n[[l]]\nn = 2\n',
    { a: 1n, b: 'x', t: { c: 1.5 }, l: [{ n: 1n }, { n: 2n }] },
  ],
  [
    'a = [1, # one\n 2,\n]\nb = {x = 1, y.z = 2}\nc.d = 0x1F\ne = 1_000 # end',
    { a: [1n, 2n], b: { x: 1n, y: { z: 2n } }, c: { d: 31n }, e: 1000n },
  ],
  ['s = \'raw\\n\'\nm = """\na\\\n  b\\u00e9"""', { s: 'raw\\n', m: 'abé' }],
  ['a = ', { Error: 'toml: line 1 (last key "a"): unexpected EOF; expected value' }],
  ['a', { Error: "toml: line 1: unexpected EOF; expected key separator '='" }],
  ['a: 1', { Error: "toml: line 1: expected '.' or '=', but got ':' instead" }],
  ['a = x', { Error: 'toml: line 1 (last key "a"): expected value but found "x" instead' }],
  ['a = 1\na = 2', { Error: 'toml: line 2 (last key "a"): Key \'a\' has already been defined.' }],
  ['[t]\n[t]\n', { Error: "toml: line 2: Key 't' has already been defined." }],
  [
    'a = 1 b = 2',
    { Error: "toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got 'b' instead" },
  ],
])('fromToml %j', (text, value) => {
  expect(fromToml(text, undefined)).toEqual(value);
});

it('says what it does not know', () => {
  const told: string[] = [];
  fromToml('a = 2020-01-02', (what) => told.push(what));
  expect(told).toEqual(['the TOML value 2020-01-02 in fromToml']);
});
