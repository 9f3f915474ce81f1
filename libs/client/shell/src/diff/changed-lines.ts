import { middleOf, type Box } from './middle-of.js';

/** A run of lines: taken away on the left, put in on the right. Offsets count from 0. */
export interface DiffBlock {
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
}

/** One side of a comparison: its lines as numbers, equal ones alike, and which of them changed. */
interface Side {
  readonly lines: Int32Array;
  readonly changed: Uint8Array;
}

/**
 * The differing blocks of two lists of lines, as GNU diff 3.8 finds them: of scripts that are equally short, lines that
 * are nowhere on the other side first, then changes as far down as they go. `horizon` is how many equal lines at both
 * ends are looked at (the lines of context that will be shown).
 */
export function changedLines(left: readonly string[], right: readonly string[], horizon = 0): DiffBlock[] {
  const { head, tail } = equalEnds(left, right, horizon);
  const numbers = new Map<string, number>();
  const numbered = (lines: readonly string[]): Side => {
    const part = lines.slice(head, lines.length - tail);
    return {
      lines: Int32Array.from(part, (line) => {
        const known = numbers.get(line);
        if (known !== undefined) return known;
        numbers.set(line, numbers.size);
        return numbers.size - 1;
      }),
      changed: new Uint8Array(part.length),
    };
  };
  const sides = [numbered(left), numbered(right)] as const;
  compare(sides, numbers.size);
  shiftBoundaries(sides[0], sides[1]);
  shiftBoundaries(sides[1], sides[0]);
  return blocksOf(sides, head);
}

function equalEnds(
  left: readonly string[],
  right: readonly string[],
  horizon: number,
): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < shorter - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  return { head: Math.max(0, head - horizon), tail: Math.max(0, tail - horizon) };
}

function compare([left, right]: readonly [Side, Side], kinds: number): void {
  const counts = [left, right].map(({ lines }) => {
    const count = new Int32Array(kinds);
    for (const line of lines) count[line]++;
    return count;
  });
  const kept = [keptLines(left, counts[1]), keptLines(right, counts[0])];
  const box = { left: kept[0].map((at) => left.lines[at]), right: kept[1].map((at) => right.lines[at]) };
  markChanges(box, (side, at) => {
    (side === 0 ? left : right).changed[kept[side][at]] = 1;
  });
}

/** Marks what a shortest script changes (compareseq of gnulib's diffseq.h). */
function markChanges(box: Box, change: (side: 0 | 1, at: number) => void): void {
  const diagonals = box.left.length + box.right.length + 3;
  let tooExpensive = 1;
  for (let rest = diagonals; rest !== 0; rest >>= 2) tooExpensive <<= 1;
  const limit = Math.max(4096, tooExpensive);
  const work = [{ fromLeft: 0, toLeft: box.left.length, fromRight: 0, toRight: box.right.length, minimal: false }];
  for (let part = work.pop(); part; part = work.pop()) {
    let { fromLeft, toLeft, fromRight, toRight } = part;
    while (fromLeft < toLeft && fromRight < toRight && box.left[fromLeft] === box.right[fromRight]) {
      fromLeft++;
      fromRight++;
    }
    while (fromLeft < toLeft && fromRight < toRight && box.left[toLeft - 1] === box.right[toRight - 1]) {
      toLeft--;
      toRight--;
    }
    if (fromLeft === toLeft) for (let at = fromRight; at < toRight; at++) change(1, at);
    else if (fromRight === toRight) for (let at = fromLeft; at < toLeft; at++) change(0, at);
    else {
      const middle = middleOf(box, { fromLeft, toLeft, fromRight, toRight }, part.minimal ? Infinity : limit);
      work.push(
        { fromLeft, toLeft: middle.left, fromRight, toRight: middle.right, minimal: middle.firstMinimal },
        { fromLeft: middle.left, toLeft, fromRight: middle.right, toRight, minimal: middle.lastMinimal },
      );
    }
  }
}

const SURE = 1;
const PROVISIONAL = 2;

/**
 * The lines that are compared, by their places; the others are changed beforehand: those that are nowhere on the other
 * side, and among runs of such ones those that are on it very often (discard_confusing_lines).
 */
function keptLines({ lines, changed }: Side, elsewhere: Int32Array): number[] {
  let many = 5;
  for (let rest = Math.floor(lines.length / 64) >> 2; rest > 0; rest >>= 2) many *= 2;
  const discards = Uint8Array.from(lines, (line) =>
    elsewhere[line] === 0 ? SURE : elsewhere[line] > many ? PROVISIONAL : 0,
  );
  for (let at = 0; at < discards.length; at++) {
    if (discards[at] === PROVISIONAL) discards[at] = 0;
    else if (discards[at] === SURE) at = settleRun(discards, at);
  }
  const kept: number[] = [];
  for (const [at, discard] of discards.entries()) {
    if (discard === 0) kept.push(at);
    else changed[at] = 1;
  }
  return kept;
}

/** Decides on the provisional lines of a run; its last line, or the one it began with when none of them stay. */
function settleRun(discards: Uint8Array, start: number): number {
  let end = start;
  let provisional = 0;
  for (; end < discards.length && discards[end] !== 0; end++) if (discards[end] === PROVISIONAL) provisional++;
  for (; end > start && discards[end - 1] === PROVISIONAL; provisional--) discards[--end] = 0;
  const length = end - start;
  if (provisional * 4 > length) {
    for (let at = start; at < end; at++) if (discards[at] === PROVISIONAL) discards[at] = 0;
    return start;
  }
  cancelSubruns(discards, start, length);
  cancelAtEnd(discards, length, (at) => start + at);
  cancelAtEnd(discards, length, (at) => end - 1 - at);
  return end - 1;
}

/** Long runs of provisional lines within a run are kept. */
function cancelSubruns(discards: Uint8Array, start: number, length: number): void {
  let minimum = 1;
  for (let rest = (length >> 2) >> 2; rest > 0; rest >>= 2) minimum <<= 1;
  minimum++;
  let consecutive = 0;
  for (let at = 0; at < length; at++) {
    if (discards[start + at] !== PROVISIONAL) consecutive = 0;
    else if (++consecutive === minimum) at -= consecutive;
    else if (consecutive > minimum) discards[start + at] = 0;
  }
}

/** Near an end of a run nothing provisional stands before three sure lines in a row. */
function cancelAtEnd(discards: Uint8Array, length: number, placeOf: (at: number) => number): void {
  let consecutive = 0;
  for (let at = 0; at < length; at++) {
    const place = placeOf(at);
    if (at >= 8 && discards[place] === SURE) return;
    if (discards[place] === SURE) consecutive++;
    else {
      consecutive = 0;
      discards[place] = 0;
    }
    if (consecutive === 3) return;
  }
}

/** Moves runs of changes together and down, and back to where the other side changed too (shift_boundaries). */
function shiftBoundaries({ lines, changed }: Side, { changed: other }: Side): void {
  const end = lines.length;
  let at = 0;
  let there = 0;
  for (;;) {
    for (; at < end && changed[at] === 0; at++) while (other[there++] === 1);
    if (at === end) return;
    let start = at;
    while (changed[++at] === 1);
    while (other[there] === 1) there++;
    let length: number;
    let corresponding: number;
    do {
      length = at - start;
      while (start > 0 && lines[start - 1] === lines[at - 1]) {
        changed[--start] = 1;
        changed[--at] = 0;
        while (changed[start - 1] === 1) start--;
        while (other[--there] === 1);
      }
      corresponding = other[there - 1] === 1 ? at : end;
      while (at !== end && lines[start] === lines[at]) {
        changed[start++] = 0;
        changed[at++] = 1;
        while (changed[at] === 1) at++;
        while (other[++there] === 1) corresponding = at;
      }
    } while (length !== at - start);
    while (corresponding < at) {
      changed[--start] = 1;
      changed[--at] = 0;
      while (other[--there] === 1);
    }
  }
}

function blocksOf([left, right]: readonly [Side, Side], offset: number): DiffBlock[] {
  const blocks: DiffBlock[] = [];
  let [x, y] = [0, 0];
  while (x < left.lines.length || y < right.lines.length) {
    const [leftStart, rightStart] = [x, y];
    while (left.changed[x] === 1) x++;
    while (right.changed[y] === 1) y++;
    if (x > leftStart || y > rightStart)
      blocks.push({
        leftStart: leftStart + offset,
        leftEnd: x + offset,
        rightStart: rightStart + offset,
        rightEnd: y + offset,
      });
    x++;
    y++;
  }
  return blocks;
}
