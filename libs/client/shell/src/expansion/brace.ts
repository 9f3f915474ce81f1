import type { WordPart } from '../syntax/script-node.js';

/** A piece of a word for brace expansion: one unquoted character, or a part that stays whole. */
type Piece = string | Exclude<WordPart, { type: 'literal' }>;

const MAX_WORDS = 100_000;

/** Braces stand for more words than a command may have. */
export class TooManyWords extends Error {
  override readonly name = 'TooManyWords';
}

/**
 * `a{b,c}d` and `{1..3}`: the words that one word stands for. The word itself when it has no braces. Throws
 * {@link TooManyWords}.
 */
export function expandBraces(parts: readonly WordPart[]): readonly (readonly WordPart[])[] {
  if (!parts.some((part) => part.type === 'literal' && part.text.includes('{'))) return [parts];
  const pieces = parts.flatMap((part): Piece[] => (part.type === 'literal' ? [...part.text] : [part]));
  const words = expandPieces(pieces);
  return words.length === 1 && words[0] === pieces ? [parts] : words.map(joinPieces);
}

function joinPieces(pieces: readonly Piece[]): WordPart[] {
  const parts: WordPart[] = [];
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else {
      if (text !== '') parts.push({ type: 'literal', text });
      text = '';
      parts.push(piece);
    }
  }
  if (text !== '') parts.push({ type: 'literal', text });
  return parts;
}

function expandPieces(pieces: Piece[]): Piece[][] {
  for (let start = 0; start < pieces.length; start++) {
    if (pieces[start] !== '{') continue;
    const group = readGroup(pieces, start);
    if (!group) continue;
    const before = pieces.slice(0, start);
    const rests = expandPieces(pieces.slice(group.end + 1));
    const words: Piece[][] = [];
    for (const alternative of group.alternatives)
      for (const rest of rests) {
        if (words.length >= MAX_WORDS) throw new TooManyWords();
        words.push([...before, ...alternative, ...rest]);
      }
    return words;
  }
  return [pieces];
}

interface Group {
  readonly end: number;
  readonly alternatives: readonly Piece[][];
}

function readGroup(pieces: readonly Piece[], start: number): Group | undefined {
  let depth = 0;
  const commas: number[] = [];
  for (let i = start; i < pieces.length; i++) {
    const piece = pieces[i];
    if (piece === '{') depth++;
    else if (piece === ',' && depth === 1) commas.push(i);
    else if (piece === '}' && --depth === 0) {
      if (commas.length === 0) return readRange(pieces, start, i);
      const bounds = [start, ...commas, i];
      const alternatives = bounds
        .slice(1)
        .flatMap((bound, index) => expandPieces(pieces.slice(bounds[index] + 1, bound)));
      return { end: i, alternatives };
    }
  }
  return undefined;
}

const RANGE = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/;

function readRange(pieces: readonly Piece[], start: number, end: number): Group | undefined {
  const inner = pieces.slice(start + 1, end);
  if (!inner.every((piece) => typeof piece === 'string')) return undefined;
  const found = RANGE.exec(inner.join(''));
  if (!found) return undefined;
  const [, from, to, step] = found;
  const numeric = /\d/.test(from);
  if (numeric !== /\d/.test(to)) return undefined;
  const first = numeric ? Number(from) : from.charCodeAt(0);
  const last = numeric ? Number(to) : to.charCodeAt(0);
  const stride = Math.max(1, Math.abs(Number(step ?? 1))) * (first <= last ? 1 : -1);
  const padded = [from, to].some((text) => /^-?0\d/.test(text)) ? Math.max(from.length, to.length) : 0;
  const alternatives: Piece[][] = [];
  for (let value = first; stride > 0 ? value <= last : value >= last; value += stride) {
    if (alternatives.length >= MAX_WORDS) throw new TooManyWords();
    alternatives.push([...(numeric ? padNumber(value, padded) : String.fromCharCode(value))]);
  }
  return { end, alternatives };
}

function padNumber(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width - (value < 0 ? 1 : 0), '0');
  return value < 0 ? `-${digits}` : digits;
}
