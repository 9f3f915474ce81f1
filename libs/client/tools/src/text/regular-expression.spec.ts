import { describe, expect, it } from 'vitest';
import { MatchBudgetExceeded } from './backtracking/backtracking-matcher.js';
import { compileExpression, type ExpressionOptions } from './regular-expression.js';

function find(source: string, text: string, options: Partial<ExpressionOptions>): string | undefined {
  const compiled = compileExpression(source, { extended: false, ...options });
  if (!compiled.ok) return `error: ${compiled.error}`;
  const match = compiled.value.find(text);
  return match && text.slice(match.start, match.end);
}

describe('an expression', () => {
  it.each([
    ['\\(ab\\)\\1', 'xababab', {}, 'abab'],
    ['^(.+)-\\1$', 'one-one', { extended: true }, 'one-one'],
    ['^(.+)-\\1$', 'one-two', { extended: true }, undefined],
    ['\\b(\\w+) \\1\\b', 'this is is it', { extended: true }, 'is is'],
    ['(a*)\\1', 'aaaaa', { extended: true }, 'aaaa'],
    ['(a)\\2', 'aa', { extended: true }, 'error: Invalid back reference'],
    ['(?<=image: )\\S+', 'image: nginx:1.27', { perl: true }, 'nginx:1.27'],
    ['key:\\s*\\K.*', 'key:  value', { perl: true }, 'value'],
    ['foo(?!bar)', 'foobar foobaz', { perl: true }, 'foo'],
    ['(?<!a)b', 'ab cb', { perl: true }, 'b'],
    ['<(.+?)>', '<a><b>', { perl: true }, '<a>'],
    ['(?i)ABC', 'xabc', { perl: true }, 'abc'],
    ['(?P<y>\\d{4})-\\k<y>', '2024-2024', { perl: true }, '2024-2024'],
    ['a++a', 'aaa', { perl: true }, undefined],
    ['(?>a+)b', 'aab', { perl: true }, 'aab'],
    ['[[:upper:]\\d]+(?=!)', 'ab A1B2!', { perl: true }, 'A1B2'],
    ['(x', 'x', { perl: true }, 'error: missing closing parenthesis'],
    ['a{2', 'a{2', { extended: true }, 'a{2'],
    ['a\\{1', 'a', {}, 'error: Unmatched \\{'],
    ['b{2,1}', 'b', { extended: true }, 'error: Invalid content of \\{\\}'],
  ] as const)('%s in %s', (source, text, options, expected) => {
    expect(find(source, text, options)).toBe(expected);
  });

  it('that backtracks without end is given up, and its steps are counted', () => {
    const compiled = compileExpression('^((a+)+)\\1$', { extended: true });
    if (!compiled.ok) throw new Error(compiled.error);
    expect(() => compiled.value.test(`${'a'.repeat(60)}b`)).toThrow(MatchBudgetExceeded);
    expect(compiled.value.takeCost()).toBeGreaterThan(100_000);
  });

  it('has remarks about stray backslashes', () => {
    const compiled = compileExpression('\\d-\\-\\.', { extended: true });
    expect(compiled.ok && compiled.value.warnings).toEqual(['stray \\ before d', 'stray \\ before -']);
  });
});
