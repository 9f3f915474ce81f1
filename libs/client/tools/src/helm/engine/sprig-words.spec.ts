import { describe, expect, test } from 'vitest';
import { abbreviated, lowerWords, pascalCase, titled, wrapWords } from './sprig-words.js';

// Answers of Helm 4.1.4.
describe('words', () => {
  test.each([
    ['FirstName', 'first_name'],
    ['HTTPServer', 'http_server'],
    ['NoHTTPS', 'no_https'],
    ['HTTP20xOK', 'http_20x_ok'],
    ['foo-bar baz', 'foo_bar_baz'],
    ['Duration2m3s', 'duration_2m3s'],
    ['a1B2', 'a1_b2'],
  ])('%s in lower case', (text, expected) => {
    expect(lowerWords(text, '_')).toBe(expected);
  });

  test.each([
    ['http-server-name', 'HttpServerName'],
    ['HTTPServer', 'Httpserver'],
    ['_foo_', '_Foo_'],
    ['a1b_2c', 'A1b2c'],
  ])('%s in pascal case', (text, expected) => {
    expect(pascalCase(text)).toBe(expected);
  });

  test('titles, wraps and abbreviates', () => {
    expect(titled("hello big-world foo_bar it's")).toBe("Hello Big-World Foo_bar It'S");
    expect(wrapWords(5, '\n', 'hello big world')).toBe('hello\nbig\nworld');
    expect(wrapWords(3, '-', 'abcdefgh')).toBe('abc-def-gh');
    expect(abbreviated(5, 10, '1234 5678 9123')).toBe('...5678...');
    expect(abbreviated(0, 5, 'hello world')).toBe('he...');
  });
});
