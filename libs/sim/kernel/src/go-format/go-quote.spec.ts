import { describe, expect, it } from 'vitest';
import { goQuote, goQuoteAscii, goQuoteRune } from '../index.js';

describe('strconv.Quote', () => {
  it.each([
    ['web', '"web"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ['\n\t\u0007\u0001\u007f', '"\\n\\t\\a\\x01\\x7f"'],
    ['web\u00a0', '"web\\u00a0"'],
    ['\u00ad\u200b\ufeff', '"\\u00ad\\u200b\\ufeff"'],
    ['é ☸ 😀', '"é ☸ 😀"'],
    ['\udc80', '"\\x80"'],
  ])('writes %j', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });

  it('writes a rune, and ASCII only', () => {
    expect(goQuoteRune(0x27)).toBe("'\\''");
    expect(goQuoteAscii('é😀')).toBe('"\\u00e9\\U0001f600"');
  });
});
