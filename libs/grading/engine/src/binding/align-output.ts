import { alignNodes } from './align-nodes.js';
import type { Identifier, SymbolicLine } from './identifiers.js';

/** An identifier of the student's cluster and the one that stands in its place in the replay. */
export interface AlignedPair {
  readonly from: Identifier;
  readonly to: Identifier;
}

const sameForm = (a: Identifier, b: Identifier): boolean => a.kind === b.kind && a.stem === b.stem && a.form === b.form;

/** What a row of a table is about, whatever its other columns say. */
const rowKey = ({ identifiers }: SymbolicLine): string =>
  identifiers.map(({ kind, stem, form }) => `${kind} ${stem} ${form}`).join(',');

/** Words of a row that say nothing of what it is about. */
const COMMON =
  /^(?:a|an|about|ago|and|days?|exited|hours?|latest|less|minutes?|months?|none|seconds?|than|up|weeks?|years?|[kmgt]i?b)$/i;

/** What a row says besides its identifiers: names of images, repositories, containers. */
function wordsOf({ text, identifiers }: SymbolicLine): ReadonlySet<string> {
  const made = new Set(identifiers.map((identifier) => identifier.text));
  const words = text.split(/[\s,]+/).filter((word) => /[a-z]/i.test(word) && !/^\d/.test(word));
  return new Set(words.filter((word) => !made.has(word) && !COMMON.test(word)));
}

/** Lines that may stand for each other, by what is the same in both. */
class Pool {
  private readonly lines = new Map<string, SymbolicLine[]>();

  constructor(
    actual: readonly SymbolicLine[],
    private readonly key: (line: SymbolicLine) => string,
    private readonly byWords: boolean,
  ) {
    for (const line of actual) {
      const others = this.lines.get(key(line));
      if (others) others.push(line);
      else this.lines.set(key(line), [line]);
    }
  }

  /** Takes the line that has one of the wanted identifiers; with none wanted, the next that may be about the same. */
  take(like: SymbolicLine, wanted?: ReadonlySet<string>): SymbolicLine | undefined {
    const lines = this.lines.get(this.key(like));
    if (!lines || lines.length === 0) return undefined;
    const fits = wanted
      ? ({ identifiers }: SymbolicLine): boolean => identifiers.some(({ text }) => wanted.has(text))
      : this.fitting(like);
    const at = lines.findIndex(fits);
    return at < 0 ? undefined : lines.splice(at, 1)[0];
  }

  /** Identifiers without a name of the student's (ids of containers and images) need a word that both lines have. */
  private fitting(like: SymbolicLine): (line: SymbolicLine) => boolean {
    if (!this.byWords || like.identifiers.some(({ stem }) => stem !== '')) return () => true;
    const words = wordsOf(like);
    return (line) => words.size === 0 || [...wordsOf(line)].some((word) => words.has(word));
  }
}

interface Matched {
  readonly claimed: SymbolicLine;
  readonly actual: SymbolicLine;
}

/** Pairs lines with the same key: first those already known to be about the same thing, then the others in order. */
function matchBy(
  key: (line: SymbolicLine) => string,
  claimed: readonly SymbolicLine[],
  actual: readonly SymbolicLine[],
  known: ReadonlyMap<string, string>,
): Matched[] {
  const pool = new Pool(actual, key, key === rowKey);
  const matched = new Map<SymbolicLine, SymbolicLine>();
  for (const line of claimed) {
    const wanted = new Set(line.identifiers.flatMap(({ text }) => known.get(text) ?? []));
    const found = wanted.size > 0 ? pool.take(line, wanted) : undefined;
    if (found) matched.set(line, found);
  }
  for (const line of claimed) {
    const found = matched.has(line) ? undefined : pool.take(line);
    if (found) matched.set(line, found);
  }
  return [...matched].map(([left, right]) => ({ claimed: left, actual: right }));
}

/**
 * Holds what a transcript shows as a command's output against the replay's output of it: identifiers in the same place of
 * lines that are otherwise the same stand for each other. Lines that differ in more (a status, an age) are paired by the
 * identifiers they have. `known` are the pairs found before.
 */
export function alignOutput(
  claimed: readonly SymbolicLine[],
  actual: readonly SymbolicLine[],
  known: ReadonlyMap<string, string>,
): AlignedPair[] {
  const telling = (lines: readonly SymbolicLine[]): SymbolicLine[] =>
    lines.filter(({ identifiers }) => identifiers.length > 0);
  const [left, right] = [telling(claimed), telling(actual)];
  const exact = matchBy(({ template }) => template, left, right, known);
  const used = new Set(exact.flatMap((pair) => [pair.claimed, pair.actual]));
  const unused = (lines: readonly SymbolicLine[]): SymbolicLine[] => lines.filter((line) => !used.has(line));
  const rows = matchBy(rowKey, unused(left), unused(right), known);
  const pairs: AlignedPair[] = [];
  for (const match of [...exact, ...rows]) {
    for (const [index, from] of match.claimed.identifiers.entries()) {
      const to = match.actual.identifiers[index];
      if (to && sameForm(from, to)) pairs.push({ from, to });
    }
  }
  return [...pairs, ...alignNodes(claimed, actual)];
}
