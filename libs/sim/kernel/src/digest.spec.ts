import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeBase64Bytes } from './base64.js';
import { hmacSha256, sha256Hex } from './digest.js';

describe('sha256Hex', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('knows the standard’s answer for %j', (text, digest) => {
    expect(sha256Hex(text)).toBe(digest);
  });

  it('agrees with OpenSSL at every length around a block, with and without accents', () => {
    for (let length = 0; length < 200; length++) {
      for (const character of ['a', 'é', '€']) {
        const text = character.repeat(length);
        expect(sha256Hex(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
      }
    }
  });
});

describe('hmacSha256', () => {
  it.each([0, 1, 16, 63, 64, 65, 200])('agrees with OpenSSL for a key of %i characters', (length) => {
    const key = 'k'.repeat(length);
    const expected = createHmac('sha256', key).update('a text, é', 'utf8').digest('base64');
    expect(encodeBase64Bytes(hmacSha256(key, 'a text, é'))).toBe(expected);
  });
});
