import { describe, expect, it } from 'vitest';
import { keyPairProblem, publicKeyOf, publicKeyOfSecret } from './key-pair.js';
import { formatPem } from './pem-text.js';

const CERTIFICATE = formatPem('CERTIFICATE', { subject: 'CN=a' });
const KEY = formatPem('PRIVATE KEY', { secret: 'ab' });
const OWN = { label: 'PRIVATE KEY', fields: new Map([['secret', 'ab']]) };
const PAIRED = formatPem('CERTIFICATE', { subject: 'CN=a', key: publicKeyOf(OWN) });
const REQUEST = formatPem('CERTIFICATE REQUEST', { subject: 'CN=a' });

it('a public key follows from the secret', () => {
  expect(publicKeyOfSecret('ab')).toBe(publicKeyOf(OWN));
  expect(publicKeyOfSecret('cd')).not.toBe(publicKeyOf(OWN));
});

describe('a certificate and its key', () => {
  it.each([
    [CERTIFICATE, KEY, undefined],
    [CERTIFICATE, formatPem('RSA PRIVATE KEY', { secret: 'ab' }), undefined],
    [PAIRED, KEY, undefined],
    [PAIRED, formatPem('PRIVATE KEY', { secret: 'cd' }), 'tls: private key does not match public key'],
    ['a', 'b', 'tls: failed to find any PEM data in certificate input'],
    ['', KEY, 'tls: failed to find any PEM data in certificate input'],
    [
      KEY,
      CERTIFICATE,
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      REQUEST,
      KEY,
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [CERTIFICATE REQUEST]',
    ],
    [CERTIFICATE, 'b', 'tls: failed to find any PEM data in key input'],
    [CERTIFICATE, CERTIFICATE, 'tls: found a certificate rather than a key in the PEM for the private key'],
    [
      CERTIFICATE,
      REQUEST + CERTIFICATE,
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [CERTIFICATE REQUEST CERTIFICATE]',
    ],
    ['-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n', KEY, 'x509: malformed certificate'],
  ])('%#', (certificate, key, problem) => {
    expect(keyPairProblem(certificate, key)).toBe(problem);
  });
});
