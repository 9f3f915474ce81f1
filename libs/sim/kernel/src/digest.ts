import { encodeUtf8 } from './text-encoding.js';

const ROUNDS = 64;
const BLOCK_BYTES = 64;

/** The first 32 bits of the fractional part of a number. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 0x1_0000_0000) | 0;

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}

const PRIMES = firstPrimes(ROUNDS);
/** FIPS 180-4, 4.2.2: from the cube roots of the first 64 primes. */
const CONSTANTS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
/** 5.3.3: from the square roots of the first eight. */
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

// Worked on by one digest at a time: nothing here waits.
const state = new Int32Array(8);
const schedule = new Int32Array(ROUNDS);

/** Takes the block that stands in the first 16 words of the schedule into the state (6.2.2). */
function compress(): void {
  for (let t = 16; t < ROUNDS; t++) {
    const x = schedule[t - 15];
    const y = schedule[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    schedule[t] = (schedule[t - 16] + s0 + schedule[t - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < ROUNDS; t++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + CONSTANTS[t] + schedule[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function hash(bytes: Uint8Array): void {
  const { length } = bytes;
  state.set(INITIAL);
  let start = 0;
  for (; start + BLOCK_BYTES <= length; start += BLOCK_BYTES) {
    for (let word = 0, at = start; word < 16; word++, at += 4)
      schedule[word] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    compress();
  }
  // The rest, a one bit, zeros and the length: in a block of its own where it does not fit any more.
  for (let word = 0; word < 16; word++) schedule[word] = 0;
  for (let at = start; at < length; at++) schedule[(at - start) >> 2] |= bytes[at] << (24 - 8 * (at & 3));
  schedule[(length - start) >> 2] |= 0x80 << (24 - 8 * (length & 3));
  if (length - start >= BLOCK_BYTES - 8) {
    compress();
    for (let word = 0; word < 16; word++) schedule[word] = 0;
  }
  schedule[14] = Math.floor(length / 0x2000_0000);
  schedule[15] = length << 3;
  compress();
}

const DIGITS = '0123456789abcdef';
const codes: number[] = new Array<number>(64).fill(0);

/** SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
  hash(encodeUtf8(text));
  for (let i = 0; i < 64; i++) codes[i] = DIGITS.charCodeAt((state[i >> 3] >>> (28 - 4 * (i & 7))) & 15);
  return String.fromCharCode(...codes);
}

function digestOf(bytes: Uint8Array): Uint8Array {
  hash(bytes);
  return Uint8Array.from({ length: 32 }, (_, at) => (state[at >> 2] >>> (24 - 8 * (at & 3))) & 255);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** HMAC-SHA-256 (RFC 2104) of a text under a key, both as UTF-8. */
export function hmacSha256(key: string, text: string): Uint8Array {
  const given = encodeUtf8(key);
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(given.length > BLOCK_BYTES ? digestOf(given) : given);
  const masked = (mask: number): Uint8Array => block.map((byte) => byte ^ mask);
  return digestOf(joined(masked(0x5c), digestOf(joined(masked(0x36), encodeUtf8(text)))));
}
