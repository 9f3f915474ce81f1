import { describe, expect, it } from 'vitest';
import { escapeUrlPath, escapeUrlQuery, isUrlEscaped, quoteUrlPath, unescapeUrl } from '../index.js';

describe('escapes of URLs', () => {
  it.each([
    ['a%2Fb%20%C3%A9', 'a/b é'],
    ['%F0%9F%98%80', '😀'],
    ['%FF%c3', '\udcff\udcc3'],
    ['100%', '100%'],
    ['%zz%41', '%zzA'],
  ])('%s is read', (text, plain) => {
    expect(unescapeUrl(text)).toBe(plain);
  });

  it.each([
    ['/a%20b', true],
    ['/%FF', true],
    ['100%', false],
    ['%zz', false],
  ])('whether %s is escaped', (text, escaped) => {
    expect(isUrlEscaped(text)).toBe(escaped);
  });

  // url.URL{Path: …}.String() and url.QueryEscape of Go 1.26.
  const STRANGE = "a!'()*~ \udc80é?#[]/%";
  it('are written as Go does', () => {
    expect(escapeUrlPath(STRANGE)).toBe('a%21%27%28%29%2A~%20%80%C3%A9%3F%23%5B%5D/%25');
    expect(escapeUrlQuery(STRANGE)).toBe('a%21%27%28%29%2A~+%80%C3%A9%3F%23%5B%5D%2F%25');
  });

  it('are written as Python does', () => {
    expect(quoteUrlPath('a b/!@~\ud800')).toBe('a%20b/%21%40~%ED%A0%80');
  });
});
