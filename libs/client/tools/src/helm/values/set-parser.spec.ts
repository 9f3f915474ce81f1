import { describe, expect, test } from 'vitest';
import { applySet, type Values } from './set-parser.js';

function set(text: string, values: Values = {}, asText = false): unknown {
  const applied = applySet(values, text, asText);
  return applied.ok ? values : applied.error;
}

describe('what --set makes', () => {
  test.each<[string, unknown]>([
    ['a=1,b=x', { a: 1n, b: 'x' }],
    ['a.b.c=true', { a: { b: { c: true } } }],
    ['a=null', { a: null }],
    ['a=007', { a: '007' }],
    ['a=1.5', { a: '1.5' }],
    ['a={1,x}', { a: [1n, 'x'] }],
    ['a={}', { a: [''] }],
    ['a[1].b=x', { a: [null, { b: 'x' }] }],
    ['a\\.b=x\\,y', { 'a.b': 'x,y' }],
    ['a=', { a: '' }],
    ['a', 'key "a" has no value'],
    ['a.', {}],
    ['.a=1', {}],
    ['a..b=1', 'key map "a" has no value'],
    ['a.b.=1', 'key map "b" has no value'],
    ['a[0]..x=1', { a: [{}] }],
    ['a[x]=1', 'error parsing index: strconv.Atoi: parsing "x": invalid syntax'],
    ['a[-1]=1', 'negative -1 index not allowed'],
  ])('%s', (text, expected) => {
    expect(set(text)).toEqual(expected);
  });

  test('over what is there; as text', () => {
    expect(set('a.c=2', { a: { b: 1 } })).toEqual({ a: { b: 1, c: 2n } });
    expect(set('a=1,b=true', {}, true)).toEqual({ a: '1', b: 'true' });
    expect(Object.keys(set('__proto__.x=1') as object)).toEqual(['__proto__']);
  });
});
