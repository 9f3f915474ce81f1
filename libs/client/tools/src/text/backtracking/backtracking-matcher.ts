import type { PatternProgram, Step } from './compile-pattern.js';
import type { AssertionKind } from './pattern-node.js';

/** A match took more steps than it may: the pattern backtracks without end. */
export class MatchBudgetExceeded extends Error {
  override readonly name = 'MatchBudgetExceeded';
}

/** Steps that one search may take. */
const STEP_LIMIT = 1_000_000;
/** Ways not yet taken that one search may keep. */
const STACK_LIMIT = 200_000;

interface Choice {
  readonly at: number;
  readonly pos: number;
  readonly slots: readonly number[];
}

/** Runs a pattern by backtracking with a budget, for what RE2 cannot do. */
export class BacktrackingMatcher {
  private steps = 0;
  private unpaid = 0;

  constructor(
    private readonly program: PatternProgram,
    private readonly options: { readonly longest: boolean; readonly ignoreCase: boolean },
  ) {}

  /** Steps taken since the last call. */
  takeCost(): number {
    const cost = this.unpaid;
    this.unpaid = 0;
    return cost;
  }

  /** Places of the first match at or after `from`: start and end of each group, -1 where it has none. */
  search(text: string, from: number): readonly number[] | undefined {
    this.steps = 0;
    try {
      const empty = new Array<number>(this.program.slots).fill(-1);
      for (let start = from; start <= text.length; start++) {
        const found = this.run(this.program.steps, text, start, empty, this.options.longest);
        if (found) return found;
      }
      return undefined;
    } finally {
      this.unpaid += this.steps;
    }
  }

  private run(
    steps: readonly Step[],
    text: string,
    start: number,
    initial: readonly number[],
    longest: boolean,
    end?: number,
  ): number[] | undefined {
    const stack: Choice[] = [{ at: 0, pos: start, slots: initial }];
    let best: number[] | undefined;
    let bestEnd = -1;
    for (let choice = stack.pop(); choice; choice = stack.pop()) {
      const reached = this.follow(steps, text, choice, stack);
      if (!reached || (end !== undefined && reached.pos !== end)) continue;
      if (!longest) return reached.slots;
      if (reached.pos <= bestEnd) continue;
      best = reached.slots;
      bestEnd = reached.pos;
    }
    return best;
  }

  /** One way through, up to a match or a failure; the ways not taken go on the stack. */
  private follow(
    steps: readonly Step[],
    text: string,
    choice: Choice,
    stack: Choice[],
  ): { pos: number; slots: number[] } | undefined {
    let { at, pos } = choice;
    let slots = [...choice.slots];
    for (;;) {
      if (++this.steps > STEP_LIMIT || stack.length > STACK_LIMIT) throw new MatchBudgetExceeded('too many steps');
      const step = steps[at++];
      switch (step.op) {
        case 'match':
          return { pos, slots };
        case 'character': {
          const char = String.fromCodePoint(text.codePointAt(pos) ?? 0);
          if (pos >= text.length || !step.test(char)) return undefined;
          pos += char.length;
          break;
        }
        case 'split':
          stack.push({ at: step.second, pos, slots: [...slots] });
          this.steps += slots.length >> 2;
          at = step.first;
          break;
        case 'jump':
          at = step.to;
          break;
        case 'save':
        case 'mark':
          slots[step.slot] = pos;
          break;
        case 'progress':
          if (slots[step.slot] === pos) return undefined;
          break;
        case 'assertion':
          if (!holds(step.kind, text, pos)) return undefined;
          break;
        case 'back-reference': {
          const length = this.repeatedLength(text, pos, slots, step.index);
          if (length === undefined) return undefined;
          pos += length;
          break;
        }
        case 'look': {
          const found = step.behind
            ? this.lookBehind(step.program, text, pos, slots)
            : this.run(step.program, text, pos, slots, false);
          if ((found !== undefined) === step.negative) return undefined;
          if (found) slots = found;
          break;
        }
        case 'atomic': {
          const inner = this.atomic(step.program, text, pos, slots);
          if (!inner) return undefined;
          ({ pos, slots } = inner);
        }
      }
    }
  }

  private atomic(
    program: readonly Step[],
    text: string,
    pos: number,
    slots: readonly number[],
  ): { pos: number; slots: number[] } | undefined {
    const stack: Choice[] = [{ at: 0, pos, slots }];
    for (let choice = stack.pop(); choice; choice = stack.pop()) {
      const reached = this.follow(program, text, choice, stack);
      if (reached) return reached;
    }
    return undefined;
  }

  private lookBehind(
    program: readonly Step[],
    text: string,
    pos: number,
    slots: readonly number[],
  ): number[] | undefined {
    for (let start = pos; start >= 0; start--) {
      const found = this.run(program, text, start, slots, false, pos);
      if (found) return found;
    }
    return undefined;
  }

  /** How long the text of a group is when it stands at `pos` once more. */
  private repeatedLength(text: string, pos: number, slots: readonly number[], index: number): number | undefined {
    const [start, end] = [slots[index * 2], slots[index * 2 + 1]];
    if (start < 0 || end < start) return undefined;
    const wanted = text.slice(start, end);
    const there = text.slice(pos, pos + wanted.length);
    const same = this.options.ignoreCase ? there.toLowerCase() === wanted.toLowerCase() : there === wanted;
    this.steps += wanted.length >> 3;
    return same ? wanted.length : undefined;
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && /\w/.test(text[at]);
}

function holds(kind: AssertionKind, text: string, pos: number): boolean {
  switch (kind) {
    case 'text-start':
      return pos === 0;
    case 'text-end':
      return pos === text.length;
    case 'last-line-end':
      return pos === text.length;
    case 'line-start':
      return pos === 0 || text[pos - 1] === '\n';
    case 'line-end':
      return pos === text.length || text[pos] === '\n';
    case 'boundary':
      return isWord(text, pos - 1) !== isWord(text, pos);
    case 'no-boundary':
      return isWord(text, pos - 1) === isWord(text, pos);
  }
}
