import { describe, expect, it } from 'vitest';
import { boolFlag, intFlag, stringFlag, stringSliceFlag } from './flag.js';
import { FlagSet } from './flag-set.js';

const flags = (): FlagSet =>
  new FlagSet([
    stringSliceFlag('filename', '', { shorthand: 'f' }),
    stringFlag('output', '', { shorthand: 'o' }),
    intFlag('replicas', '', { default: '1' }),
    boolFlag('watch', '', { shorthand: 'w' }),
    { name: 'dry-run', type: 'string', default: 'none', withoutValue: 'unchanged' },
    stringFlag('old', '', { deprecated: 'use --new instead' }),
  ]);

describe('FlagSet', () => {
  it.each([
    [['--export'], 'unknown flag: --export'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['-wx'], "unknown shorthand flag: 'x' in -x"],
    [['--output'], 'flag needs an argument: --output'],
    [['-f'], "flag needs an argument: 'f' in -f"],
    [
      ['--replicas=two'],
      'invalid argument "two" for "--replicas" flag: strconv.ParseInt: parsing "two": invalid syntax',
    ],
    [['--=x'], 'bad flag syntax: --=x'],
  ])('%j is refused', (line, error) => {
    expect(flags().parse(line)).toEqual({ ok: false, error });
  });

  it('reads values, joined letters, lists and what stands behind --', () => {
    const set = flags();
    expect(set.parse(['web', '-wojson', '-f', 'a,b', '--filename=c', '--dry-run', '--', '-x'])).toEqual({
      ok: true,
      value: undefined,
    });
    expect(set.args).toEqual(['web', '-x']);
    expect(set.argsLengthAtDash).toBe(1);
    expect(set.string('output')).toBe('json');
    expect(set.bool('watch')).toBe(true);
    expect(set.list('filename')).toEqual(['a', 'b', 'c']);
    expect(set.string('dry-run')).toBe('unchanged');
    expect(set.int('replicas')).toBe(1);
  });

  it('says that a flag is deprecated when it is used', () => {
    const set = flags();
    set.parse(['--old=1']);
    expect(set.deprecations).toEqual(['Flag --old has been deprecated, use --new instead\n']);
  });
});
