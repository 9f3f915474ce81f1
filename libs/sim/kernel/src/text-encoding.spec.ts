import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8, utf8Length } from './index.js';

describe('text encoding', () => {
  it('carries any bytes unharmed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = decodeUtf8(bytes);
        expect([...encodeUtf8(text)]).toEqual([...bytes]);
        expect(utf8Length(text)).toBe(bytes.length);
      }),
    );
  });

  it('agrees with Node on base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const text = decodeUtf8(bytes);
        expect(encodeBase64(text)).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(encodeBase64(text))).toEqual({ text });
      }),
    );
  });

  it('names the first corrupt character', () => {
    expect(decodeBase64('YWJj!')).toEqual({ corruptAt: 4 });
    expect(decodeBase64('YWJ')).toEqual({ corruptAt: 0 });
    expect(decodeBase64('YQ=')).toEqual({ corruptAt: 3 });
    expect(decodeBase64('YQ==x')).toEqual({ corruptAt: 4 });
  });
});
