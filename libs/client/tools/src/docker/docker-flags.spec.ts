import { describe, expect, it } from 'vitest';
import { beforeCommand, parseDockerFlags } from './docker-flags.js';

const FLAGS = '-d --detach, -n --last=#, --wait=~, -f --filter=?, --name=, -e --env=*';
const parse = (...args: string[]) => parseDockerFlags(args, FLAGS, true);

describe('flags of docker', () => {
  it.each([
    ['0x10', '16'],
    ['010', '8'],
    ['0b11', '3'],
    ['1_000', '1000'],
    ['-5', '-5'],
    ['+5', '5'],
  ])('the number %s is %s', (text, value) => {
    const parsed = parse('-n', text);
    expect(parsed.ok && parsed.value.value('last')).toBe(value);
  });

  it.each([
    [['-n', ''], 'invalid argument "" for "-n, --last" flag: strconv.ParseInt: parsing "": invalid syntax'],
    [['--last=1e9'], 'invalid argument "1e9" for "-n, --last" flag: strconv.ParseInt: parsing "1e9": invalid syntax'],
    [['--wait', '1x'], 'invalid argument "1x" for "--wait" flag: time: unknown unit "x" in duration "1x"'],
    [['-f', 'x'], 'invalid argument "x" for "-f, --filter" flag: bad format of filter (expected name=value)'],
    [['--=x'], 'bad flag syntax: --=x'],
    [['-dx'], "unknown shorthand flag: 'x' in -x"],
    [['--name'], 'flag needs an argument: --name'],
  ])('%j is refused', (args, error) => {
    expect(parse(...args)).toMatchObject({ ok: false, error });
  });

  it('stand before the command that they are a group’s', () => {
    expect(beforeCommand(['-d', '--name', 'x', '-n', '3', 'ps', '-a'], FLAGS)).toEqual([
      ['-d', '--name', 'x', '-n', '3'],
      ['ps', '-a'],
    ]);
    expect(beforeCommand(['--nosuch', 'x', 'ps'], FLAGS)).toEqual([['--nosuch', 'x'], ['ps']]);
    expect(beforeCommand(['-', 'ps'], FLAGS)).toEqual([[], ['-', 'ps']]);
  });
});
