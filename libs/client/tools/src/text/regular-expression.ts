import { fail, ok, type Result } from '@seatrial/kernel';
import { RE2JS } from 're2js';
import { BacktrackingMatcher } from './backtracking/backtracking-matcher.js';
import { compileSteps, PatternTooLarge } from './backtracking/compile-pattern.js';
import { parsePattern } from './backtracking/parse-pattern.js';
import { translatePosix } from './posix-expression.js';

export interface ExpressionOptions {
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at line ends inside the text too (sed's `M`). */
  readonly multiline?: boolean;
  /** The whole text is ordinary characters. */
  readonly fixed?: boolean;
  /** Perl's syntax (`grep -P`). */
  readonly perl?: boolean;
  /** Only whole words, or whole lines. */
  readonly words?: boolean;
  readonly lines?: boolean;
}

/** One match: offsets, and the groups' texts. */
export interface ExpressionMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/** A compiled regular expression. POSIX ones match leftmost-longest, as regexec(3). */
export interface Expression {
  /** What grep remarks about the expression. */
  readonly warnings: readonly string[];
  /** Throws {@link MatchBudgetExceeded} when it backtracks too much. */
  test(text: string): boolean;
  /** The first match from an offset on. */
  find(text: string, from?: number): ExpressionMatch | undefined;
  /** Steps of matching since the last call, for the simulation's budget. */
  takeCost(): number;
}

/** Characters that a linear matcher looks at in a step's time. */
const COST_SHIFT = 5;
const FIND_COST = 16;

class LinearExpression implements Expression {
  private cost = 0;

  constructor(
    private readonly compiled: RE2JS,
    readonly warnings: readonly string[],
  ) {}

  test(text: string): boolean {
    this.cost += text.length >> COST_SHIFT;
    return this.compiled.matcher(text).find();
  }

  find(text: string, from = 0): ExpressionMatch | undefined {
    const matcher = this.compiled.matcher(text);
    const found = from <= text.length && matcher.find(from);
    this.cost += FIND_COST + (((found ? matcher.end() : text.length) - from) >> COST_SHIFT);
    if (!found) return undefined;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
    return { start: matcher.start(), end: matcher.end(), groups };
  }

  takeCost(): number {
    const { cost } = this;
    this.cost = 0;
    return cost;
  }
}

class BacktrackingExpression implements Expression {
  constructor(
    private readonly matcher: BacktrackingMatcher,
    private readonly groups: number,
    readonly warnings: readonly string[],
  ) {}

  test(text: string): boolean {
    return this.matcher.search(text, 0) !== undefined;
  }

  find(text: string, from = 0): ExpressionMatch | undefined {
    const slots = this.matcher.search(text, from);
    if (!slots) return undefined;
    const groups = Array.from({ length: this.groups + 1 }, (_, index) =>
      slots[index * 2 + 1] < 0 ? undefined : text.slice(slots[index * 2], slots[index * 2 + 1]),
    );
    return { start: slots[0], end: slots[1], groups };
  }

  takeCost(): number {
    return this.matcher.takeCost();
  }
}

const cache = new Map<string, Result<Expression, string>>();
const CACHE_SIZE = 300;

/** Compiles an expression; without further options a POSIX basic one. The error is glibc's or PCRE2's text. */
export function compileExpression(source: string, options: ExpressionOptions): Result<Expression, string> {
  const key = JSON.stringify([source, options]);
  const known = cache.get(key);
  if (known) return known;
  const compiled = compileFresh(source, options);
  if (cache.size > CACHE_SIZE) cache.clear();
  cache.set(key, compiled);
  return compiled;
}

function compileFresh(source: string, options: ExpressionOptions): Result<Expression, string> {
  if (options.perl) return compilePerl(source, options);
  if (options.fixed) return compileLinear(source.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), options, []);
  const translated = translatePosix(source, options.extended);
  if (!translated.ok) return translated;
  const { text, backReferences, warnings } = translated.value;
  return backReferences ? compileBacktracking(text, options, warnings) : compileLinear(text, options, warnings);
}

/** `-w` and `-x` around an expression. */
function framed(text: string, options: ExpressionOptions): string {
  const words = options.words ? `\\b(?:${text})\\b` : text;
  return options.lines ? `^(?:${words})$` : words;
}

function compilePerl(source: string, options: ExpressionOptions): Result<Expression, string> {
  const parsed = parsePattern(source, { ignoreCase: options.ignoreCase ?? false, multiline: false, dotAll: true });
  if (!parsed.ok) return parsed;
  return parsed.value.needsBacktracking ? compileBacktracking(source, options, []) : compileLinear(source, options, []);
}

function compileLinear(
  source: string,
  options: ExpressionOptions,
  warnings: readonly string[],
): Result<Expression, string> {
  let flags = options.perl ? 0 : RE2JS.LONGEST_MATCH;
  if (options.ignoreCase) flags |= RE2JS.CASE_INSENSITIVE;
  if (options.multiline) flags |= RE2JS.MULTILINE;
  else flags |= RE2JS.DOTALL;
  try {
    return ok(new LinearExpression(RE2JS.compile(framed(source, options), flags), warnings));
  } catch {
    return options.perl ? compileBacktracking(source, options, warnings) : fail('Invalid regular expression');
  }
}

function compileBacktracking(
  source: string,
  options: ExpressionOptions,
  warnings: readonly string[],
): Result<Expression, string> {
  const { ignoreCase = false, multiline = false } = options;
  const parsed = parsePattern(framed(source, options), { ignoreCase, multiline, dotAll: !multiline });
  if (!parsed.ok) return options.perl ? parsed : fail('Invalid regular expression');
  try {
    const { root, groups } = parsed.value;
    const matcher = new BacktrackingMatcher(compileSteps(root, groups), { longest: !options.perl, ignoreCase });
    return ok(new BacktrackingExpression(matcher, groups, warnings));
  } catch (error) {
    if (error instanceof PatternTooLarge) return fail('Regular expression too big');
    throw error;
  }
}
