import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encryptCbc } from './aes.js';
import { TemplateSet, templateResult } from '@seatrial/template';
import { sprigFunctions } from './sprig.js';

function rendered(expression: string): string {
  const functions = sprigFunctions({ now: () => 0, random: (length) => '7'.repeat(length), charge: () => undefined });
  const set = new TemplateSet('t', { functions });
  const run = templateResult(() => {
    set.parse('t', `{{ ${expression} }}`);
    return set.execute('t', {});
  });
  return run.ok ? run.value : (/error calling \w+: (.*)$/.exec(run.error.message)?.[1] ?? run.error.message);
}

describe('secrets', () => {
  // Answers of Helm 4.1.4.
  it.each([
    ['derivePassword 1 "long" "password" "user" "example.com"', 'ZedaFaxcZaso9*'],
    ['derivePassword 2 "maximum" "pässword" "us" "x"', "b4'6*HCxLyVud%ak45y^"],
    ['derivePassword 1 "nope" "password" "user" "example.com"', 'cannot find password template nope'],
    ['decryptAES "secretkey" "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ="', 'plaintext'],
    [
      'decryptAES "secretkey" (encryptAES "secretkey" "plain téxt of more than a block")',
      'plain téxt of more than a block',
    ],
    ['encryptAES "k" ""', ''],
    ['len (encryptAES "k" "0123456789abcdef")', '64'],
    ['decryptAES "k" "xx"', 'illegal base64 data at input byte 0'],
    ['decryptAES "k" "eHg="', 'runtime error: slice bounds out of range [:16] with capacity 3'],
    ['decryptAES "k" "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0"', 'crypto/cipher: input not full blocks'],
    ['decryptAES "k" "MDEyMzQ1Njc4OWFiY2RlZg=="', 'runtime error: index out of range [-1]'],
    ['buildCustomCert "a" "b"', 'unable to decode base64 certificate'],
    ['buildCustomCert (b64enc "a") (b64enc "b")', 'unable to decode certificate'],
  ])('%s', (expression, value) => {
    expect(rendered(expression)).toBe(value);
  });
});

it('AES is that of everybody', () => {
  const bytes = (length: number, factor: number): Uint8Array =>
    Uint8Array.from({ length }, (_, at) => (at * factor) & 255);
  const [key, vector, plain] = [bytes(32, 37), bytes(16, 11), bytes(64, 3)];
  const cipher = createCipheriv('aes-256-cbc', key, vector).setAutoPadding(false);
  expect(Buffer.from(encryptCbc(key, vector, plain)).toString('hex')).toBe(cipher.update(plain).toString('hex'));
});
