import { decodeUtf8, encodeUtf8 } from '@seatrial/kernel';

/** One member of an archive. Names are relative; directories end with a slash. */
export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link';
  /** A file's text as streams carry it; a link's target. */
  readonly content: string;
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
}

const BLOCK = 512;
const TYPE_FLAG = { file: '0', directory: '5', link: '2' } as const;

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

function header(entry: TarEntry, size: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const put = (offset: number, text: string): void => {
    bytes.set(encodeUtf8(text), offset);
  };
  put(0, entry.name.slice(0, 100));
  put(100, octal(entry.mode, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(size, 12));
  put(136, octal(Math.floor(entry.modifiedAt), 12));
  put(148, ' '.repeat(8));
  put(156, TYPE_FLAG[entry.type]);
  if (entry.type === 'link') put(157, entry.content.slice(0, 100));
  put(257, 'ustar  ');
  put(265, 'root');
  put(297, 'root');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return bytes;
}

/** An archive in ustar form (POSIX.1-1988), as a stream's text. */
export function writeTar(entries: readonly TarEntry[]): string {
  const blocks: Uint8Array[] = [];
  for (const entry of entries) {
    const content = entry.type === 'file' ? encodeUtf8(entry.content) : new Uint8Array(0);
    blocks.push(header(entry, content.length), content, new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  return blocks.map(decodeUtf8).join('');
}

/** The members of an archive; what does not look like one ends the list. */
export function readTar(text: string): TarEntry[] {
  const bytes = encodeUtf8(text);
  const entries: TarEntry[] = [];
  const field = (offset: number, length: number): string => {
    const raw = bytes.subarray(offset, offset + length);
    const end = raw.indexOf(0);
    return decodeUtf8(end < 0 ? raw : raw.subarray(0, end));
  };
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const size = Number.parseInt(field(at + 124, 12).trim() || '0', 8);
    const flag = field(at + 156, 1);
    const type = flag === '5' ? 'directory' : flag === '2' ? 'link' : 'file';
    if (!Number.isSafeInteger(size) || size < 0) break;
    const content = type === 'link' ? field(at + 157, 100) : decodeUtf8(bytes.subarray(at + BLOCK, at + BLOCK + size));
    const mode = Number.parseInt(field(at + 100, 8).trim() || '644', 8);
    entries.push({
      name: field(at, 100),
      type,
      content,
      mode,
      modifiedAt: Number.parseInt(field(at + 136, 12).trim() || '0', 8),
    });
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return entries;
}
