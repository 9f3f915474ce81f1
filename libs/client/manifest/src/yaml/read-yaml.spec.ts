import { describe, expect, test } from 'vitest';
import { yamlToJson } from './read-yaml.js';

const value = (text: string): unknown => {
  const read = yamlToJson(text);
  return read.ok ? read.value : read.error;
};

describe('scalars are those of YAML 1.1 as goyaml v2 has them', () => {
  test.each([
    ['yes', true],
    ['Off', false],
    ['n', false],
    ['0777', 511],
    ['0o14', 12],
    ['08', 8],
    ['1_000', 1000],
    ['-0b11', -3],
    ['12:30', '12:30'],
    ['2001-01-01', '2001-01-01'],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1.2.3', '1.2.3'],
    ['~', null],
    ['"5"', '5'],
    ['!!str 5', '5'],
    ['!!binary aGk=', 'hi'],
    ['|\n  a\n  b\n', 'a\nb\n'],
    ['>-\n  a\n  b\n\n  c\n', 'a b\nc'],
    ['"a\\\n  b\\u0041\\x42"', 'abAB'],
    ["'it''s'", "it's"],
  ])('%s', (text, expected) => {
    expect(value(`k: ${text}`)).toEqual({ k: expected });
  });
});

test('merges write at their place, aliases are copied, the last of equal keys stays', () => {
  expect(value('base: &b {a: 1, b: 2}\nuse:\n  <<: *b\n  b: 3\n')).toEqual({
    base: { a: 1, b: 2 },
    use: { a: 1, b: 3 },
  });
  expect(value('a: 1\na: 2')).toEqual({ a: 2 });
  expect(value('[a: 1, b]')).toEqual([{ a: 1 }, 'b']);
  expect(Object.keys(value('__proto__: {x: 1}') as object)).toEqual(['__proto__']);
});

describe('problems have the words and lines of goyaml', () => {
  test.each([
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['x: 1\na: b: c', 'yaml: line 2: mapping values are not allowed in this context'],
    ['a:\n\tb: 1', 'yaml: line 2: found character that cannot start any token'],
    ['a:\n  b: 1\n c: 2', 'yaml: line 2: did not find expected key'],
    ['a: "open\n', 'yaml: line 2: found unexpected end of stream'],
    ['a: {b: 1\nc: 2', "yaml: line 1: did not find expected ',' or '}'"],
    ['a: 1\nb\nc: 2', "yaml: line 3: could not find expected ':'"],
    ['- a\nb: 1', "yaml: line 1: did not find expected '-' indicator"],
    ['a: *nope', "yaml: unknown anchor 'nope' referenced"],
    ['a: &a [*a]', "yaml: anchor 'a' value contains itself"],
    ['a: .inf', 'json: unsupported value: +Inf'],
    ['a: "\u0007"', 'yaml: control characters are not allowed'],
    ['a: !!int x', 'yaml: cannot decode !!str `x` as a !!int'],
  ])('%j', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  test('a key given twice, when that is forbidden', () => {
    const read = yamlToJson('a:\n  x: 1\n  x: 2\n', { strict: true });
    expect(read).toEqual({ ok: false, error: 'yaml: unmarshal errors:\n  line 3: key "x" already set in map' });
  });
});

test('alias bombs and deep nesting end at once', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 12; i++) bomb.push(`a${String(i)}: &a${String(i)} [${`*a${String(i - 1)},`.repeat(9)}]`);
  expect(value(bomb.join('\n'))).toBe('yaml: document contains excessive aliasing');
  expect(value('['.repeat(100_000))).toMatch(/exceeded max depth/);
  expect(value('- '.repeat(100_000))).toMatch(/exceeded max depth/);
});
