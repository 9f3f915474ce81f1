import { expect, it } from 'vitest';
import { unescapeUrl } from './unescape-url.js';

it('reads escaped characters', () => {
  expect(unescapeUrl('a%2Fb%20%C3%A9')).toBe('a/b é');
});

it.each(['100%', '%zz', '%C3'])('leaves %j as it is', (text) => {
  expect(unescapeUrl(text)).toBe(text);
});
