import { fail, ok, type Result } from '@seatrial/kernel';
import { parseClass, shorthand } from './parse-class.js';
import type { AssertionKind, ParsedPattern, PatternFlags, PatternNode } from './pattern-node.js';

/** What PCRE says of a pattern that it refuses. */
export class PatternFailure extends Error {}

const MAX_REPEAT = 1000;
const ASSERTIONS: Readonly<Record<string, AssertionKind>> = { A: 'text-start', z: 'text-end', Z: 'last-line-end', b: 'boundary', B: 'no-boundary' }; // prettier-ignore
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', e: '\u001b', a: '\u0007', '0': '\0' }; // prettier-ignore

class PatternParser {
  private pos = 0;
  private groups = 0;
  private backtracking = false;
  private readonly names = new Map<string, number>();

  constructor(
    private readonly source: string,
    private flags: PatternFlags,
  ) {}

  parse(): ParsedPattern {
    const root = this.alternatives();
    if (this.pos < this.source.length) throw new PatternFailure('unmatched closing parenthesis');
    return { root, groups: this.groups, needsBacktracking: this.backtracking };
  }

  private get char(): string {
    return this.source[this.pos] ?? '';
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.pos)) return false;
    this.pos += text.length;
    return true;
  }

  private alternatives(): PatternNode {
    const saved = this.flags;
    const branches = [this.sequence()];
    while (this.take('|')) branches.push(this.sequence());
    this.flags = saved;
    return branches.length === 1 ? branches[0] : { type: 'alternatives', branches };
  }

  private sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.pos < this.source.length && this.char !== '|' && this.char !== ')') items.push(this.repeated());
    return { type: 'sequence', items };
  }

  private repeated(): PatternNode {
    if ('*+?'.includes(this.char)) throw new PatternFailure('quantifier does not follow a repeatable item');
    let node = this.atom();
    for (let bounds = this.quantifier(); bounds; bounds = this.quantifier()) {
      const style = this.take('?') ? 'lazy' : this.take('+') ? 'possessive' : 'greedy';
      if (style === 'possessive') this.backtracking = true;
      node = { type: 'repeat', body: node, min: bounds[0], max: bounds[1], style };
    }
    return node;
  }

  private quantifier(): readonly [number, number] | undefined {
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    const found = /^\{(\d+)(,?)(\d*)\}/.exec(this.source.slice(this.pos, this.pos + 16));
    if (!found) return undefined;
    this.pos += found[0].length;
    const min = Number(found[1]);
    const max = found[2] === '' ? min : found[3] === '' ? Infinity : Number(found[3]);
    if (max < min) throw new PatternFailure('numbers out of order in {} quantifier');
    if (min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT))
      throw new PatternFailure('number too big in {} quantifier');
    return [min, max];
  }

  private literal(char: string): PatternNode {
    if (!this.flags.ignoreCase) return { type: 'character', test: (candidate) => candidate === char };
    const lower = char.toLowerCase();
    return { type: 'character', test: (candidate) => candidate.toLowerCase() === lower };
  }

  private atom(): PatternNode {
    const char = String.fromCodePoint(this.source.codePointAt(this.pos) ?? 0);
    this.pos += char.length;
    switch (char) {
      case '(':
        return this.group();
      case '[':
        return this.characterClass();
      case '.': {
        const { dotAll } = this.flags;
        return { type: 'character', test: (candidate) => dotAll || candidate !== '\n' };
      }
      case '^':
        return { type: 'assertion', kind: this.flags.multiline ? 'line-start' : 'text-start' };
      case '$':
        return { type: 'assertion', kind: this.flags.multiline ? 'line-end' : 'last-line-end' };
      case '\\':
        return this.escape();
      default:
        return this.literal(char);
    }
  }

  private characterClass(): PatternNode {
    const found = parseClass(this.source, this.pos, this.flags.ignoreCase);
    if (!found) throw new PatternFailure('missing terminating ] for character class');
    this.pos = found.end;
    return { type: 'character', test: found.test };
  }

  private escape(): PatternNode {
    const char = this.char;
    if (char === '') throw new PatternFailure('\\ at end of pattern');
    this.pos++;
    if (char in ASSERTIONS) return { type: 'assertion', kind: ASSERTIONS[char] };
    if (char === 'K') {
      this.backtracking = true;
      return { type: 'keep' };
    }
    const test = shorthand(char);
    if (test) return { type: 'character', test };
    const named = /^(?:k(?:<(\w+)>|\{(\w+)\}|'(\w+)')|g\{?(-?\d+)\}?|([1-9]\d?))/.exec(this.source.slice(this.pos - 1));
    if (named) return this.backReference(named);
    const hex = /^x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(this.source.slice(this.pos - 1));
    if (hex) {
      this.pos += hex[0].length - 1;
      return this.literal(String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2], 16) % 0x110000));
    }
    if (char in CONTROLS) return this.literal(CONTROLS[char]);
    if (/[A-Za-z]/.test(char)) throw new PatternFailure('unrecognized character follows \\');
    return this.literal(char);
  }

  private backReference(found: RegExpExecArray): PatternNode {
    this.pos += found[0].length - 1;
    this.backtracking = true;
    const name = found[1] ?? found[2] ?? found[3];
    const number = Number(found[4] ?? found[5] ?? 0);
    const index = name === undefined ? (number < 0 ? this.groups + 1 + number : number) : (this.names.get(name) ?? 0);
    if (index < 1 || index > this.groups) throw new PatternFailure('reference to non-existent subpattern');
    return { type: 'back-reference', index };
  }

  private group(): PatternNode {
    if (!this.take('?')) return this.capture();
    const look = /^(<?)([=!])/.exec(this.source.slice(this.pos, this.pos + 2));
    if (look) {
      this.pos += look[0].length;
      this.backtracking = true;
      return this.closed({
        type: 'look',
        behind: look[1] === '<',
        negative: look[2] === '!',
        body: this.alternatives(),
      });
    }
    if (this.take('>')) {
      this.backtracking = true;
      return this.closed({ type: 'atomic', body: this.alternatives() });
    }
    const name = /^P?<(\w+)>/.exec(this.source.slice(this.pos));
    if (name) {
      this.pos += name[0].length;
      this.names.set(name[1], this.groups + 1);
      return this.capture();
    }
    const options = /^([imsx]*)(?:-([imsx]+))?([:)])/.exec(this.source.slice(this.pos));
    if (!options) throw new PatternFailure('unrecognized character after (? or (?-');
    this.pos += options[0].length;
    const saved = this.flags;
    this.flags = withOptions(this.flags, options[1], options[2] ?? '');
    if (options[3] === ')') return { type: 'empty' };
    const node = this.closed(this.alternatives());
    this.flags = saved;
    return node;
  }

  private capture(): PatternNode {
    const index = ++this.groups;
    return this.closed({ type: 'group', index, body: this.alternatives() });
  }

  private closed(node: PatternNode): PatternNode {
    if (!this.take(')')) throw new PatternFailure('missing closing parenthesis');
    return node;
  }
}

function withOptions(flags: PatternFlags, on: string, off: string): PatternFlags {
  const value = (letter: string, known: boolean): boolean =>
    on.includes(letter) ? true : off.includes(letter) ? false : known;
  return {
    ignoreCase: value('i', flags.ignoreCase),
    multiline: value('m', flags.multiline),
    dotAll: value('s', flags.dotAll),
  };
}

/** Parses Perl's syntax as far as PCRE, Oniguruma and translated POSIX expressions have it. The error is PCRE2's text. */
export function parsePattern(source: string, flags: PatternFlags): Result<ParsedPattern, string> {
  try {
    return ok(new PatternParser(source, flags).parse());
  } catch (error) {
    if (error instanceof PatternFailure) return fail(error.message);
    throw error;
  }
}
