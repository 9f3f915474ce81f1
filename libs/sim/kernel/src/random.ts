/** The alphabet of generated names and hashes (k8s.io/apimachinery/pkg/util/rand: no vowels, no look-alikes). */
export const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Characters that are made into text together. */
const MOST_AT_ONCE = 1024;

const HEX = '0123456789abcdef';
const DASH = '-'.charCodeAt(0);
const FOUR = '4'.charCodeAt(0);
/** Working space: 32 digits and four dashes. */
const UUID = new Array<number>(36).fill(DASH);

/** FNV-1a 32-bit of a string's UTF-16 code units; for seeding, not for security. */
function seedHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Working space for texts, by length. */
const spaces: number[][] = [];

function spaceFor(length: number): number[] {
  return (spaces[length] ??= new Array<number>(length).fill(0));
}

/** Seeded randomness (sfc32). One source is split per component, so that components do not disturb each other. */
export class RandomSource {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(private readonly seed: string) {
    this.a = seedHash(seed);
    this.b = seedHash(`${seed}/b`);
    this.c = seedHash(`${seed}/c`);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** An independent source that depends only on this one's seed and the name. */
  split(name: string): RandomSource {
    return new RandomSource(`${this.seed}/${name}`);
  }

  uint32(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t >>> 0;
  }

  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number {
    return Math.floor((this.uint32() / 0x1_0000_0000) * bound);
  }

  /** From 0 (included) to 1 (excluded). */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** `length` characters of an alphabet, by default that of generated names. */
  characters(length: number, alphabet: string = SAFE_ALPHABET): string {
    // Made at once: text that grows by characters stays a chain of pieces in memory.
    if (length <= MOST_AT_ONCE) {
      const codes = spaceFor(length);
      for (let i = 0; i < length; i++) codes[i] = alphabet.charCodeAt(this.below(alphabet.length));
      return String.fromCharCode(...codes);
    }
    const pieces: string[] = [];
    for (let left = length; left > 0; left -= MOST_AT_ONCE)
      pieces.push(this.characters(Math.min(left, MOST_AT_ONCE), alphabet));
    return pieces.join('');
  }

  hex(length: number): string {
    if (length > MOST_AT_ONCE) return this.characters(length, HEX);
    // What `characters` draws for sixteen of them: the upper four bits.
    const codes = spaceFor(length);
    for (let i = 0; i < length; i++) codes[i] = HEX.charCodeAt(this.uint32() >>> 28);
    return String.fromCharCode(...codes);
  }

  /** A version 4 UUID (RFC 9562). */
  uuid(): string {
    return uuidOf(this.uint32(), this.uint32(), this.uint32(), this.uint32());
  }
}

/** The version 4 UUID of four random words. */
export function uuidOf(a: number, b: number, c: number, d: number): string {
  // One piece of text: there are very many of them.
  digits(a, 0, 8);
  digits(b, 9, 13);
  UUID[14] = FOUR;
  digits(b << 16, 15, 18);
  UUID[19] = HEX.charCodeAt(8 | (c >>> 30));
  digits(c << 2, 20, 23);
  digits(c << 14, 24, 28);
  digits(d, 28, 36);
  return String.fromCharCode(...UUID);
}

/** Writes the highest bits of a word, four for each digit. */
function digits(word: number, from: number, to: number): void {
  for (let i = from, left = word; i < to; i++, left <<= 4) UUID[i] = HEX.charCodeAt(left >>> 28);
}
