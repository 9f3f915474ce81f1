import { describe, expect, it } from 'vitest';
import { digitsOfPi } from './perl-digits.js';
import { parsePerl } from './perl-parser.js';
import { PerlUnknownError } from './perl-syntax.js';

describe('π', () => {
  it.each([
    [1, '3'],
    [5, '3.1416'],
    [33, '3.14159265358979323846264338327950'],
    [51, '3.14159265358979323846264338327950288419716939937511'],
  ])('to %i digits', (digits, text) => {
    expect(digitsOfPi(digits)).toBe(text);
  });

  it('goes on', () => {
    expect(digitsOfPi(2000)).toHaveLength(2001);
    expect(digitsOfPi(1000).endsWith('909216420199')).toBe(true);
  });
});

describe('Perl', () => {
  it.each([
    'print bpi(2000)',
    'use strict; my $x = 1; while ($x < 3) { print "$x\\n"; $x++; sleep 1 } exit 3 if $ENV{FAIL} eq "yes"',
    'for my $i (1..3) { print("no $i\\n") } die "x" unless 2 ** 3 == 8;',
  ])('%s is read', (script) => {
    expect(parsePerl(script).length).toBeGreaterThan(0);
  });

  it.each(['open(F, "x")', 'print <STDIN>', '@a = (1, 2)', 's/a/b/', 'print map { $_ } 1'])('%s is not', (script) => {
    expect(() => parsePerl(script)).toThrow(PerlUnknownError);
  });
});
