const BLOCK = 16;
const ROUNDS = 14;

/** Multiplication by x in GF(2⁸), as AES has it. */
const doubled = (byte: number): number => ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff;

function product(a: number, b: number): number {
  let [sum, factor] = [0, a];
  for (let rest = b; rest > 0; rest >>= 1) {
    if (rest & 1) sum ^= factor;
    factor = doubled(factor);
  }
  return sum;
}

/** The substitution box and its inverse (FIPS 197, 5.1.1). */
const [SBOX, INVERSE] = ((): [Uint8Array, Uint8Array] => {
  const [box, back] = [new Uint8Array(256), new Uint8Array(256)];
  const rotated = (byte: number, by: number): number => ((byte << by) | (byte >> (8 - by))) & 0xff;
  for (let [value, inverse] = [1, 1], count = 0; count < 255; count++) {
    const mixed = inverse ^ rotated(inverse, 1) ^ rotated(inverse, 2) ^ rotated(inverse, 3) ^ rotated(inverse, 4);
    box[value] = mixed ^ 0x63;
    value = product(value, 3);
    inverse = product(inverse, 0xf6);
  }
  box[0] = 0x63;
  box.forEach((to, from) => (back[to] = from));
  return [box, back];
})();

/** The round keys of a 256-bit key (FIPS 197, 5.2). */
function roundKeys(key: Uint8Array): Uint8Array {
  const words = key.length / 4;
  const keys = new Uint8Array(BLOCK * (ROUNDS + 1));
  keys.set(key);
  for (let word = words, constant = 1; word < 4 * (ROUNDS + 1); word++) {
    let last = keys.slice(4 * (word - 1), 4 * word);
    if (word % words === 0) {
      last = Uint8Array.of(SBOX[last[1]] ^ constant, SBOX[last[2]], SBOX[last[3]], SBOX[last[0]]);
      constant = doubled(constant);
    } else if (word % words === 4) last = last.map((byte) => SBOX[byte]);
    for (let at = 0; at < 4; at++) keys[4 * word + at] = keys[4 * (word - words) + at] ^ last[at];
  }
  return keys;
}

const added = (block: Uint8Array, other: Uint8Array): Uint8Array => block.map((byte, at) => byte ^ other[at]);

/** Each row of the state moved by its number, to the left or (-1) to the right. */
const shifted = (block: Uint8Array, direction: 1 | -1): Uint8Array =>
  block.map((_, at) => block[(at + direction * 4 * (at % 4) + 4 * BLOCK) % BLOCK]);

const mixed = (block: Uint8Array, factors: readonly number[]): Uint8Array =>
  block.map((_, at) =>
    factors.reduce((sum, factor, row) => sum ^ product(block[(at & ~3) + ((at + row) & 3)], factor), 0),
  );

const roundKey = (keys: Uint8Array, round: number): Uint8Array => keys.subarray(BLOCK * round, BLOCK * (round + 1));

function encryptBlock(keys: Uint8Array, block: Uint8Array): Uint8Array {
  let state = added(block, roundKey(keys, 0));
  for (let round = 1; round <= ROUNDS; round++) {
    state = shifted(
      state.map((byte) => SBOX[byte]),
      1,
    );
    if (round < ROUNDS) state = mixed(state, [2, 3, 1, 1]);
    state = added(state, roundKey(keys, round));
  }
  return state;
}

function decryptBlock(keys: Uint8Array, block: Uint8Array): Uint8Array {
  let state = added(block, roundKey(keys, ROUNDS));
  for (let round = ROUNDS - 1; round >= 0; round--) {
    state = shifted(state, -1).map((byte) => INVERSE[byte]);
    state = added(state, roundKey(keys, round));
    if (round > 0) state = mixed(state, [14, 11, 13, 9]);
  }
  return state;
}

/** AES-256 in CBC mode (FIPS 197, SP 800-38A): whole blocks under a key of 32 bytes, after an initial vector of 16. */
export function encryptCbc(key: Uint8Array, vector: Uint8Array, plain: Uint8Array): Uint8Array {
  const keys = roundKeys(key);
  const result = new Uint8Array(plain.length);
  let before = vector;
  for (let at = 0; at < plain.length; at += BLOCK) {
    before = encryptBlock(keys, added(plain.subarray(at, at + BLOCK), before));
    result.set(before, at);
  }
  return result;
}

/** What {@link encryptCbc} was given. */
export function decryptCbc(key: Uint8Array, vector: Uint8Array, secret: Uint8Array): Uint8Array {
  const keys = roundKeys(key);
  const result = new Uint8Array(secret.length);
  let before = vector;
  for (let at = 0; at < secret.length; at += BLOCK) {
    const block = secret.subarray(at, at + BLOCK);
    result.set(added(decryptBlock(keys, block), before), at);
    before = block;
  }
  return result;
}
