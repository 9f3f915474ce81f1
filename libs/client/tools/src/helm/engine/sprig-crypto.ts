import { hmac } from '@noble/hashes/hmac.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { decodeBase64, decodeUtf8, encodeBase64Bytes, encodeUtf8 } from '@seatrial/kernel';
import { FunctionFailure, templateFunction, type Charge, type FunctionTable } from '@seatrial/template';
import { decryptCbc, encryptCbc } from './aes.js';
import type { ClockAndChance } from './sprig.js';

const SEED = encodeUtf8('com.lyndir.masterpassword');
/** What one derivation costs of a replay's steps: scrypt takes a quarter of a second. */
const SCRYPT_STEPS = 200_000;

/** Forms of passwords by type (Master Password's algorithm, version 0), and the characters behind their letters. */
const FORMS: Readonly<Record<string, string>> = {
  maximum: 'anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno',
  long:
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv ' +
    'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv ' +
    'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno',
  medium: 'CvcnoCvc CvcCvcno',
  short: 'Cvcn',
  basic: 'aaanaaan aannaaan aaannaaa',
  pin: 'nnnn',
};

const LETTERS = 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const CHARACTERS: Readonly<Record<string, string>> = {
  V: 'AEIOU',
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  A: 'AEIOUBCDFGHJKLMNPQRSTVWXYZ',
  a: LETTERS,
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: `${LETTERS}0123456789!@#$%^&*()`,
};

function bigEndian(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** A text behind its length. */
function counted(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  return concatBytes(bigEndian(bytes.length), bytes);
}

function derivePassword(counter: bigint, type: string, password: string, user: string, site: string): string {
  if (!Object.hasOwn(FORMS, type)) return `cannot find password template ${type}`;
  const forms = FORMS[type].split(' ');
  const salt = concatBytes(SEED, counted(user));
  const key = scrypt(encodeUtf8(password), salt, { N: 32_768, r: 8, p: 2, dkLen: 64 });
  const number = Number(BigInt.asUintN(32, counter));
  const seed = hmac(sha256, key, concatBytes(SEED, counted(site), bigEndian(number)));
  const form = forms[seed[0] % forms.length];
  return [...form].map((letter, at) => CHARACTERS[letter][seed[at + 1] % CHARACTERS[letter].length]).join('');
}

/** A password as a key: its first 32 bytes, or less and zeros. */
function keyOf(password: string): Uint8Array {
  const key = new Uint8Array(32);
  key.set(encodeUtf8(password).subarray(0, key.length));
  return key;
}

function encrypted(password: string, plain: string, vector: Uint8Array): string {
  if (plain === '') return '';
  const content = encodeUtf8(plain);
  const padding = 16 - (content.length % 16);
  const padded = concatBytes(content, new Uint8Array(padding).fill(padding));
  return encodeBase64Bytes(concatBytes(vector, encryptCbc(keyOf(password), vector, padded)));
}

/** What goes wrong in Go is what goes wrong here: nothing looks at the secret before. */
function decrypted(password: string, secret: string): string {
  if (secret === '') return '';
  const decoded = decodeBase64(secret);
  if ('corruptAt' in decoded)
    throw new FunctionFailure(`illegal base64 data at input byte ${String(decoded.corruptAt)}`);
  const all = encodeUtf8(decoded.text);
  if (all.length < 16) {
    const capacity = (secret.replace(/[\r\n]/g, '').length / 4) * 3;
    throw new FunctionFailure(`runtime error: slice bounds out of range [:16] with capacity ${String(capacity)}`);
  }
  const blocks = all.subarray(16);
  if (blocks.length % 16 !== 0) throw new FunctionFailure('crypto/cipher: input not full blocks');
  const plain = decryptCbc(keyOf(password), all.subarray(0, 16), blocks);
  const padding = plain.at(-1);
  if (padding === undefined) throw new FunctionFailure('runtime error: index out of range [-1]');
  if (padding > plain.length)
    throw new FunctionFailure(`runtime error: slice bounds out of range [:${String(plain.length - padding)}]`);
  return decodeUtf8(plain.subarray(0, plain.length - padding));
}

/** Sprig's passwords and secrets (crypto.go of Sprig v3.3). */
export const sprigCrypto = (random: ClockAndChance['random'], charge: Charge): FunctionTable => ({
  derivePassword: templateFunction(
    ['int', 'string', 'string', 'string', 'string'],
    (counter: bigint, type: string, password: string, user: string, site: string) => {
      charge(SCRYPT_STEPS);
      return derivePassword(counter, type, password, user, site);
    },
  ),
  encryptAES: templateFunction(['string', 'string'], (password: string, plain: string) => {
    const digits = random(32, '0123456789abcdef');
    const vector = Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16));
    charge(plain.length);
    return encrypted(password, plain, vector);
  }),
  decryptAES: templateFunction(['string', 'string'], (password: string, secret: string) => {
    charge(secret.length);
    return decrypted(password, secret);
  }),
});
