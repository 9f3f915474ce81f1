import { describe, expect, it } from 'vitest';
import { goCanonicalJson, goJson } from './index.js';

describe("Go's JSON", () => {
  it.each<[value: unknown, indent: number | undefined, text: string]>([
    [{ b: '<a>&', a: 1 }, undefined, '{"b":"\\u003ca\\u003e\\u0026","a":1}'],
    [['\u2028', '\u2029'], undefined, '["\\u2028","\\u2029"]'],
    [{ '<': true }, undefined, '{"\\u003c":true}'],
    [{ a: [1], b: {} }, 2, '{\n  "a": [\n    1\n  ],\n  "b": {}\n}'],
    ['\udc80 \\ud800 😀', undefined, '"\\ufffd \\\\ud800 😀"'],
    [undefined, undefined, 'null'],
  ])('writes %j with indent %s', (value, indent, text) => {
    expect(goJson(value, indent)).toBe(text);
  });

  it('writes a map by the names of its members', () => {
    expect(goCanonicalJson({ b: '>', a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":"\\u003e"}');
  });
});
