import { decodeUtf8, encodeUtf8 } from '@seatrial/kernel';

/** The longest stored block of deflate (RFC 1951). */
const BLOCK = 65_535;
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

let table: Uint32Array | undefined;

function crcTable(): Uint32Array {
  table ??= Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value >>> 0;
  });
  return table;
}

function crc32(bytes: Uint8Array): number {
  const known = crcTable();
  let crc = 0xffffffff;
  for (const byte of bytes) crc = known[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const word = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];

/** A gzip file (RFC 1952) whose data are stored, not squeezed. */
export function gzipText(text: string): string {
  const bytes = encodeUtf8(text);
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK));
  const out = new Uint8Array(HEADER.length + bytes.length + blocks * 5 + 8);
  out.set(HEADER);
  let at = HEADER.length;
  for (let block = 0; block < blocks; block++) {
    const piece = bytes.subarray(block * BLOCK, (block + 1) * BLOCK);
    const length = [piece.length & 255, piece.length >> 8];
    out.set([block === blocks - 1 ? 1 : 0, ...length, ...length.map((byte) => byte ^ 255)], at);
    out.set(piece, at + 5);
    at += 5 + piece.length;
  }
  out.set([...word(crc32(bytes)), ...word(bytes.length)], at);
  return decodeUtf8(out);
}

export const isGzip = (text: string): boolean => text.startsWith('\u001f\udc8b');

/** What a gzip file holds; undefined where its data are squeezed (no tool of the simulator does that) or cut off. */
export function gunzipText(text: string): string | undefined {
  const bytes = encodeUtf8(text);
  const pieces: Uint8Array[] = [];
  let at = HEADER.length;
  for (let last = false; !last;) {
    if (at + 5 > bytes.length || bytes[at] > 1 || bytes[3] !== 0) return undefined;
    last = bytes[at] === 1;
    const length = bytes[at + 1] | (bytes[at + 2] << 8);
    pieces.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    out.set(piece, end);
    end += piece.length;
  }
  return decodeUtf8(out);
}
