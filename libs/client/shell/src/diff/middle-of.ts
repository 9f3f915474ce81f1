/** Two lists of numbers that are compared. */
export interface Box {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** A part of both. */
export interface Part {
  readonly fromLeft: number;
  readonly toLeft: number;
  readonly fromRight: number;
  readonly toRight: number;
}

/** Where a shortest script can be cut in two, and whether its halves must be shortest too. */
export interface Middle {
  readonly left: number;
  readonly right: number;
  readonly firstMinimal: boolean;
  readonly lastMinimal: boolean;
}

/** How far the search from one corner has got on each diagonal (left − right). */
class Frontier {
  lowest: number;
  highest: number;
  private readonly furthest: Int32Array;

  constructor(
    readonly start: number,
    private readonly first: number,
    private readonly last: number,
    corner: number,
    private readonly beyond: number,
  ) {
    this.lowest = start;
    this.highest = start;
    this.furthest = new Int32Array(last - first + 3).fill(beyond);
    this.set(start, corner);
  }

  at(diagonal: number): number {
    return this.furthest[diagonal - this.first + 1];
  }

  set(diagonal: number, place: number): void {
    this.furthest[diagonal - this.first + 1] = place;
  }

  /** One diagonal more at each end, as long as there are any. */
  widen(): void {
    if (this.lowest > this.first) this.set(--this.lowest - 1, this.beyond);
    else this.lowest++;
    if (this.highest < this.last) this.set(++this.highest + 1, this.beyond);
    else this.highest--;
  }

  covers(diagonal: number): boolean {
    return this.lowest <= diagonal && diagonal <= this.highest;
  }
}

/**
 * The middle of a shortest script, searched from both corners at once (Myers 1986, as gnulib's diffseq.h `diag` does
 * it). After `limit` steps the best that was found serves.
 */
export function middleOf(box: Box, part: Part, limit: number): Middle {
  const { fromLeft, toLeft, fromRight, toRight } = part;
  const [first, last] = [fromLeft - toRight, toLeft - fromRight];
  const forward = new Frontier(fromLeft - fromRight, first, last, fromLeft, -1);
  const backward = new Frontier(toLeft - toRight, first, last, toLeft, 0x7fffffff);
  const odd = ((forward.start - backward.start) & 1) !== 0;
  for (let cost = 1; ; cost++) {
    const met =
      stepForward(box, part, forward, odd ? backward : undefined) ??
      stepBackward(box, part, backward, odd ? undefined : forward);
    if (met) return { ...met, firstMinimal: true, lastMinimal: true };
    if (cost >= limit) return bestSoFar(part, forward, backward);
  }
}

type Place = Pick<Middle, 'left' | 'right'>;

function stepForward(
  { left, right }: Box,
  { toLeft, toRight }: Part,
  forward: Frontier,
  backward: Frontier | undefined,
): Place | undefined {
  forward.widen();
  for (let diagonal = forward.highest; diagonal >= forward.lowest; diagonal -= 2) {
    const [below, above] = [forward.at(diagonal - 1), forward.at(diagonal + 1)];
    let x = below < above ? above : below + 1;
    while (x < toLeft && x - diagonal < toRight && left[x] === right[x - diagonal]) x++;
    forward.set(diagonal, x);
    if (backward?.covers(diagonal) && backward.at(diagonal) <= x) return { left: x, right: x - diagonal };
  }
  return undefined;
}

function stepBackward(
  { left, right }: Box,
  { fromLeft, fromRight }: Part,
  backward: Frontier,
  forward: Frontier | undefined,
): Place | undefined {
  backward.widen();
  for (let diagonal = backward.highest; diagonal >= backward.lowest; diagonal -= 2) {
    const [below, above] = [backward.at(diagonal - 1), backward.at(diagonal + 1)];
    let x = below < above ? below : above - 1;
    while (x > fromLeft && x - diagonal > fromRight && left[x - 1] === right[x - diagonal - 1]) x--;
    backward.set(diagonal, x);
    if (forward?.covers(diagonal) && x <= forward.at(diagonal)) return { left: x, right: x - diagonal };
  }
  return undefined;
}

/** The furthest place of the search that came further. */
function bestSoFar(part: Part, forward: Frontier, backward: Frontier): Middle {
  const { fromLeft, toLeft, fromRight, toRight } = part;
  let ahead: Place = { left: -1, right: 0 };
  for (let diagonal = forward.highest; diagonal >= forward.lowest; diagonal -= 2) {
    const x = Math.min(forward.at(diagonal), toLeft, toRight + diagonal);
    if (2 * x - diagonal > ahead.left + ahead.right) ahead = { left: x, right: x - diagonal };
  }
  let behind: Place = { left: toLeft + 1, right: toRight };
  for (let diagonal = backward.highest; diagonal >= backward.lowest; diagonal -= 2) {
    const x = Math.max(backward.at(diagonal), fromLeft, fromRight + diagonal);
    if (2 * x - diagonal < behind.left + behind.right) behind = { left: x, right: x - diagonal };
  }
  return toLeft + toRight - (behind.left + behind.right) < ahead.left + ahead.right - (fromLeft + fromRight)
    ? { ...ahead, firstMinimal: true, lastMinimal: false }
    : { ...behind, firstMinimal: false, lastMinimal: true };
}
