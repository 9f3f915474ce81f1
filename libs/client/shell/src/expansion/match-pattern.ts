import type { Pattern, Token } from './pattern.js';

/*
 * Matching never backtracks: a pattern with one-character tokens and stars tries again behind its last star only; one
 * with groups is followed with the set of all places it can have come to. So a hostile pattern stays cheap.
 */

type Group = Extract<Token, { type: 'group' }>;
/** What matching costs, in steps. */
type Charge = (steps: number) => void;
/** Places in a text, ascending: some, or all from one on. */
type Places = readonly number[] | { readonly from: number };

const FREE: Charge = () => undefined;
const NOWHERE: readonly number[] = [];

function matchesChar(token: Exclude<Token, { type: 'star' | 'group' }>, char: string): boolean {
  if (token.type === 'char') return token.char === char;
  return token.type === 'any' || token.matches(char);
}

/** Whether tokens without groups match a whole text. */
function matchesWhole(tokens: readonly Token[], text: string, charge: Charge): boolean {
  let [t, i, starToken, starText, steps] = [0, 0, -1, -1, 0];
  for (;;) {
    if ((++steps & 4095) === 0) charge(128);
    const token = tokens[t];
    if (token?.type === 'star') {
      starToken = t++;
      starText = i;
      continue;
    }
    if (token === undefined) {
      if (i === text.length) return true;
    } else if (token.type !== 'group' && i < text.length && matchesChar(token, text[i])) {
      t++;
      i++;
      continue;
    }
    if (starToken < 0 || starText >= text.length) return false;
    t = starToken + 1;
    i = ++starText;
  }
}

/** Follows a pattern through one text. */
class PlaceFinder {
  private readonly groups = new Map<Group, Map<number, readonly number[]>>();

  constructor(
    private readonly text: string,
    private readonly charge: Charge,
  ) {}

  /** Where a match of the tokens that begins at `start` can end. */
  ends(tokens: readonly Token[], start: number): Places {
    let places: Places = [start];
    for (const token of tokens) {
      if (token.type === 'star') places = 'from' in places ? places : { from: places[0] ?? this.text.length + 1 };
      else places = token.type === 'group' ? this.through(token, this.listed(places)) : this.step(token, places);
      if (!('from' in places) && places.length === 0) return NOWHERE;
    }
    return places;
  }

  listed(places: Places): readonly number[] {
    if (!('from' in places)) return places;
    this.charge(1 + ((this.text.length - places.from) >> 3));
    return Array.from({ length: this.text.length - places.from + 1 }, (_, index) => places.from + index);
  }

  private step(token: Exclude<Token, { type: 'star' | 'group' }>, places: Places): readonly number[] {
    const { text } = this;
    const next: number[] = [];
    if ('from' in places) {
      this.charge(1 + ((text.length - places.from) >> 5));
      for (let at = places.from; at < text.length; at++) if (matchesChar(token, text[at])) next.push(at + 1);
    } else {
      this.charge(places.length >> 3);
      for (const at of places) if (at < text.length && matchesChar(token, text[at])) next.push(at + 1);
    }
    return next;
  }

  private through(group: Group, starts: readonly number[]): readonly number[] {
    const found = new Set<number>();
    for (const start of starts) for (const end of this.groupEnds(group, start)) found.add(end);
    this.charge(1 + found.size);
    return [...found].sort((a, b) => a - b);
  }

  private groupEnds(group: Group, start: number): readonly number[] {
    const known = this.groups.get(group) ?? new Map<number, readonly number[]>();
    this.groups.set(group, known);
    const ends = known.get(start) ?? this.findGroupEnds(group, start);
    known.set(start, ends);
    return ends;
  }

  private findGroupEnds(group: Group, start: number): readonly number[] {
    const once = (from: number): readonly number[] =>
      group.alternatives.flatMap((alternative) => this.listed(this.ends(alternative, from)));
    this.charge(1);
    if (group.operator === '!') {
      const taken = new Set(once(start));
      return this.listed({ from: start }).filter((end) => !taken.has(end));
    }
    const found = new Set<number>(group.operator === '?' || group.operator === '*' ? [start] : []);
    const waiting = [start];
    for (let from = waiting.pop(); from !== undefined; from = waiting.pop())
      for (const end of once(from)) {
        if (found.has(end)) continue;
        found.add(end);
        if (end > from && (group.operator === '*' || group.operator === '+')) waiting.push(end);
      }
    this.charge(found.size);
    return [...found];
  }
}

/** The nearest or farthest of some places; -1 when there is none. */
function choose(places: Places, farthest: boolean, length: number): number {
  if ('from' in places) return places.from > length ? -1 : farthest ? length : places.from;
  return (farthest ? places.at(-1) : places[0]) ?? -1;
}

function hasGroup(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.type === 'group');
}

function backwards(tokens: readonly Token[]): readonly Token[] {
  return tokens
    .map((token) => (token.type === 'group' ? { ...token, alternatives: token.alternatives.map(backwards) } : token))
    .reverse();
}

/** Whether the pattern matches the whole text. */
export function matchPattern(pattern: Pattern, text: string, charge = FREE): boolean {
  if (pattern.plain !== undefined) return pattern.plain === text;
  if (!hasGroup(pattern.tokens)) return matchesWhole(pattern.tokens, text, charge);
  return choose(new PlaceFinder(text, charge).ends(pattern.tokens, 0), true, text.length) === text.length;
}

/** Length of the shortest or longest prefix that matches, or -1. */
export function matchPrefix(pattern: Pattern, text: string, longest: boolean, charge = FREE): number {
  return choose(new PlaceFinder(text, charge).ends(pattern.tokens, 0), longest, text.length);
}

/** Start of the shortest or longest suffix that matches, or -1. */
export function matchSuffix(pattern: Pattern, text: string, longest: boolean, charge = FREE): number {
  if (pattern.plain !== undefined) return text.endsWith(pattern.plain) ? text.length - pattern.plain.length : -1;
  const reversed = Array.from({ length: text.length }, (_, index) => text[text.length - 1 - index]).join('');
  const ends = new PlaceFinder(reversed, charge).ends(backwards(pattern.tokens), 0);
  const length = choose(ends, longest, text.length);
  return length < 0 ? -1 : text.length - length;
}

/** Finds the longest match that starts at a place of a text: its end, or -1. */
export function matcherOf(pattern: Pattern, text: string, charge = FREE): (start: number) => number {
  const { plain, tokens } = pattern;
  if (plain !== undefined) return (start) => (text.startsWith(plain, start) ? start + plain.length : -1);
  const finder = new PlaceFinder(text, charge);
  return (start) => choose(finder.ends(tokens, start), true, text.length);
}
