import { decodeBase64 } from '@seatrial/kernel';
import { FunctionFailure, TemplateStruct, templateFunction, type FunctionTable } from '@seatrial/template';
import type { ClockAndChance } from './sprig.js';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BCRYPT = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const PEM = /-----BEGIN [^-]+-----/;

function failWith(text: string): never {
  throw new FunctionFailure(text);
}

/** What a PEM block is called, how its content begins, and how many characters of it there are. */
interface Shape {
  readonly label: string;
  readonly head: string;
  readonly length: number;
}

const RSA_KEY: Shape = { label: 'RSA PRIVATE KEY', head: 'MIIE', length: 1588 };
const LONG_RSA_KEY: Shape = { label: 'RSA PRIVATE KEY', head: 'MIIJ', length: 3172 };
const CERTIFICATE: Shape = { label: 'CERTIFICATE', head: 'MIID', length: 1040 };

const KEYS: Readonly<Record<string, Shape>> = {
  '': LONG_RSA_KEY,
  rsa: LONG_RSA_KEY,
  dsa: { label: 'DSA PRIVATE KEY', head: 'MIID', length: 1120 },
  ecdsa: { label: 'EC PRIVATE KEY', head: 'MHcCAQEEI', length: 164 },
  ed25519: { label: 'PRIVATE KEY', head: 'MC4CAQAwBQYDK2VwBCIEI', length: 64 },
};

/**
 * Sprig's keys, certificates and password hashes (crypto.go), which are different each time: of the right shape, from the
 * replay's own randomness, and nothing that anybody could use.
 */
export function sprigKeys(random: ClockAndChance['random']): FunctionTable {
  const pem = ({ label, head, length }: Shape): string => {
    const content = `${head}${random(length - head.length, BASE64)}`;
    const lines = content.match(/.{1,64}/g) ?? [];
    return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
  };
  const pair = (): TemplateStruct => {
    const Cert = pem(CERTIFICATE);
    const Key = pem(RSA_KEY);
    return new TemplateStruct('sprig.certificate', { Cert, Key }, {}, `{${Cert} ${Key}}`);
  };
  const customCertificate = (encoded: string, encodedKey: string): TemplateStruct => {
    const decoded = (text: string, what: string): string => {
      const found = decodeBase64(text);
      return 'text' in found ? found.text : failWith(`unable to decode base64 ${what}`);
    };
    const Cert = decoded(encoded, 'certificate');
    const Key = decoded(encodedKey, 'private key');
    if (!PEM.test(Cert)) failWith('unable to decode certificate');
    if (!PEM.test(Key)) failWith('error parsing private key: no PEM data in input');
    return new TemplateStruct('sprig.certificate', { Cert, Key }, {}, `{${Cert} ${Key}}`);
  };
  const signed = (count: number) => templateFunction(count, pair);
  const bcrypt = (): string => `$2a$10$${random(53, BCRYPT)}`;
  return {
    buildCustomCert: templateFunction(['string', 'string'], customCertificate),
    bcrypt: templateFunction(['string'], bcrypt),
    genCA: signed(2),
    genCAWithKey: signed(3),
    genPrivateKey: templateFunction(['string'], (kind: string) =>
      Object.hasOwn(KEYS, kind) ? pem(KEYS[kind]) : `Unknown type ${kind}`,
    ),
    genSelfSignedCert: signed(4),
    genSelfSignedCertWithKey: signed(5),
    genSignedCert: signed(5),
    genSignedCertWithKey: signed(6),
    htpasswd: templateFunction(['string', 'string'], (user: string) =>
      user.includes(':') ? `invalid username: ${user}` : `${user}:${bcrypt()}`,
    ),
  };
}
