import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toYaml } from './emitter.js';
import { yamlToJson } from './read-yaml.js';

describe('prints as sigs.k8s.io/yaml', () => {
  test.each<[unknown, string]>([
    [{ b: [1, { c: 'x', a: true }], a: {}, l: [] }, 'a: {}\nb:\n- 1\n- a: true\n  c: x\nl: []\n'],
    [{ k: 'yes' }, 'k: "yes"\n'],
    [{ k: '0777' }, 'k: "0777"\n'],
    [{ k: '12:30' }, 'k: "12:30"\n'],
    [{ k: '2001-01-01T00:00:00Z' }, 'k: "2001-01-01T00:00:00Z"\n'],
    [{ k: 'a: b' }, "k: 'a: b'\n"],
    [{ k: '' }, 'k: ""\n'],
    [{ k: 'a\nb\n' }, 'k: |\n  a\n  b\n'],
    [{ k: ' a\nb' }, 'k: |2-\n   a\n  b\n'],
    [{ k: 'a\tb' }, 'k: "a\\tb"\n'],
    [{ k: null }, 'k: null\n'],
    [[['a'], []], '- - a\n- []\n'],
    [{ k10: 1, k9: 2, K: 3 }, 'K: 3\nk9: 2\nk10: 1\n'],
    [{ k: `${'word '.repeat(20)}end` }, `k: ${'word '.repeat(15)}word\n  ${'word '.repeat(4)}end\n`],
  ])('%j', (value, expected) => {
    expect(toYaml(value)).toBe(expected);
  });
});

test('what is printed reads back as the same value', () => {
  const json = fc.jsonValue({ noUnicodeString: false }).filter((value) => !JSON.stringify(value).includes('-0'));
  fc.assert(
    fc.property(json, (value) => {
      const read = yamlToJson(toYaml(value));
      expect(read.ok && JSON.stringify(sorted(read.value))).toBe(JSON.stringify(sorted(value)));
    }),
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)]);
}
