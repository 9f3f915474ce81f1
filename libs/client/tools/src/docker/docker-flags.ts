import { fail, goQuote, ok, type Result } from '@seatrial/kernel';
import { parseGoDuration } from '@seatrial/schema';

type FlagKind = 'bool' | 'string' | 'list' | 'int' | 'duration' | 'filter';

interface FlagShape {
  readonly key: string;
  readonly kind: FlagKind;
  /** How errors name it. */
  readonly shown: string;
}

/** The value of `help` where it was asked for by `-h`. */
export const SHORTHAND = 'shorthand';

/** Flags as they were given, and the arguments between and after them. */
export class DockerFlags {
  constructor(
    private readonly given: ReadonlyMap<string, readonly string[]>,
    readonly args: readonly string[],
  ) {}

  /** The same flags with other arguments. */
  withArguments(args: readonly string[]): DockerFlags {
    return new DockerFlags(this.given, args);
  }

  /** Whether any flag was given. */
  get any(): boolean {
    return this.given.size > 0;
  }

  has(key: string): boolean {
    return this.given.has(key);
  }

  /** A boolean flag. */
  on(key: string): boolean {
    return this.given.get(key)?.at(-1) === 'true';
  }

  value(key: string): string | undefined {
    return this.given.get(key)?.at(-1);
  }

  list(key: string): readonly string[] {
    return this.given.get(key) ?? [];
  }
}

const tables = new Map<string, ReadonlyMap<string, FlagShape>>();

const KINDS: readonly (readonly [suffix: string, kind: FlagKind])[] = [
  ['=*', 'list'],
  ['=#', 'int'],
  ['=~', 'duration'],
  ['=?', 'filter'],
  ['=', 'string'],
  ['', 'bool'],
];

/**
 * `-d --detach, --name=, -e --env=*, -t --time=#`: the key is the long name; `=` takes a value, `=*` many, `=#` a number,
 * `=~` a duration, `=?` many filters.
 */
function shapes(specification: string): ReadonlyMap<string, FlagShape> {
  const known = tables.get(specification);
  if (known) return known;
  const table = new Map<string, FlagShape>();
  for (const entry of specification.split(',').map((text) => text.trim())) {
    const [suffix, kind] = KINDS.find(([end]) => entry.endsWith(end)) ?? ['', 'bool'];
    const names = entry.slice(0, entry.length - suffix.length).split(/\s+/);
    const shape = { key: (names.at(-1) ?? '').replace(/^-+/, ''), kind, shown: names.join(', ') };
    for (const name of names) if (name !== '') table.set(name, shape);
  }
  if (!table.has('-h')) table.set('-h', { key: 'help', kind: 'bool', shown: '--help' });
  table.set('--help', { key: 'help', kind: 'bool', shown: '--help' });
  tables.set(specification, table);
  return table;
}

/** Whether a flag is followed by its value; what nobody knows is taken to be (cobra's hasNoOptDefVal). */
const takesValue = (table: ReadonlyMap<string, FlagShape>, name: string): boolean => table.get(name)?.kind !== 'bool';

/** The flags before the first word that is none, and the words from there on (cobra's Traverse). */
export function beforeCommand(
  args: readonly string[],
  specification: string,
): readonly [before: readonly string[], rest: readonly string[]] {
  const table = shapes(specification);
  let at = 0;
  while (at < args.length) {
    const word = args[at];
    if (!/^-[^-]|^--./.test(word)) break;
    const alone = !word.includes('=') && (word.startsWith('--') || word.length === 2) && takesValue(table, word);
    at += alone ? 2 : 1;
  }
  return [args.slice(0, at), args.slice(at)];
}

/** The long names of the flags of a specification. */
export const flagNames = (specification: string): readonly string[] => [
  ...new Set([...shapes(specification).values()].map(({ key }) => key).filter((key) => key !== 'help')),
];

const TRUE = /^(?:1|t|T|true|TRUE|True)$/;
const FALSE = /^(?:0|f|F|false|FALSE|False)$/;
const MAX_INT = 2n ** 63n;

/** A whole number as Go's strconv.ParseInt reads it with any base, in decimal digits. */
function parseInteger(text: string): Result<string, string> {
  const wrong = (why: string): Result<string, string> => fail(`strconv.ParseInt: parsing ${goQuote(text)}: ${why}`);
  const [, sign, digits] =
    /^([+-]?)(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?\d)*)$/.exec(text) ?? [];
  if (digits === undefined) return wrong('invalid syntax');
  const value = BigInt(digits.replaceAll('_', '').replace(/^0(?=[0-7])/, '0o'));
  if (value > (sign === '-' ? MAX_INT : MAX_INT - 1n)) return wrong('value out of range');
  return ok(String(sign === '-' ? -value : value));
}

/** A flag's value as it is kept, or why it is none. */
function readValue(kind: FlagKind, value: string): Result<string, string> {
  if (kind === 'bool') {
    if (TRUE.test(value)) return ok('true');
    return FALSE.test(value) ? ok('false') : fail(`strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`);
  }
  if (kind === 'int') return parseInteger(value);
  if (kind === 'duration') {
    const duration = parseGoDuration(value);
    return duration.ok ? ok(value) : duration;
  }
  if (kind === 'filter' && value !== '' && !value.includes('='))
    return fail('bad format of filter (expected name=value)');
  return ok(value);
}

/** Parses as pflag does; the error is its text. With `interspersed` false, flags end at the first argument. */
export function parseDockerFlags(
  args: readonly string[],
  specification: string,
  interspersed: boolean,
): Result<DockerFlags, string> {
  const table = shapes(specification);
  const given = new Map<string, string[]>();
  const rest: string[] = [];
  const note = ({ key, kind, shown }: FlagShape, value: string): string | undefined => {
    const read = readValue(kind, value);
    if (!read.ok) return `invalid argument ${goQuote(value)} for ${goQuote(shown)} flag: ${read.error}`;
    given.set(key, [...(given.get(key) ?? []), read.value]);
    return undefined;
  };
  let at = 0;
  const long = (word: string): string | undefined => {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (/^--[-=]/.test(word)) return `bad flag syntax: ${word}`;
    const shape = table.get(name);
    if (!shape) return `unknown flag: ${name}`;
    if (equals >= 0) return note(shape, word.slice(equals + 1));
    if (shape.kind === 'bool') return note(shape, 'true');
    if (++at >= args.length) return `flag needs an argument: ${name}`;
    return note(shape, args[at]);
  };
  const short = (word: string): string | undefined => {
    for (let index = 1; index < word.length; index++) {
      const shape = table.get(`-${word[index]}`);
      if (!shape) return `unknown shorthand flag: '${word[index]}' in -${word.slice(index)}`;
      const after = word.slice(index + 1);
      if (shape.kind === 'bool' && !after.startsWith('=')) {
        if (shape.key === 'help') given.set('help', [SHORTHAND]);
        else note(shape, 'true');
        continue;
      }
      if (after !== '') return note(shape, after.replace(/^=/, ''));
      if (++at >= args.length) return `flag needs an argument: '${word[index]}' in -${word.slice(index)}`;
      return note(shape, args[at]);
    }
    return undefined;
  };
  for (; at < args.length; at++) {
    const word = args[at];
    if (word === '--') {
      rest.push(...args.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      if (interspersed) continue;
      rest.push(...args.slice(at + 1));
      break;
    }
    const error = word.startsWith('--') ? long(word) : short(word);
    if (error !== undefined) return fail(error);
  }
  return ok(new DockerFlags(given, rest));
}
