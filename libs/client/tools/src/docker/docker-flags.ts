import { fail, ok, type Result } from '@seatrial/kernel';

type FlagKind = 'bool' | 'string' | 'list' | 'int';

interface FlagShape {
  readonly key: string;
  readonly kind: FlagKind;
}

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

/** `-d --detach, --name=, -e --env=*, -t --time=#`: the key is the long name; `=` takes a value, `=*` many, `=#` a number. */
function shapes(specification: string): ReadonlyMap<string, FlagShape> {
  const known = tables.get(specification);
  if (known) return known;
  const table = new Map<string, FlagShape>();
  for (const entry of specification.split(',').map((text) => text.trim())) {
    if (entry === '') continue;
    const kind: FlagKind = entry.endsWith('=*')
      ? 'list'
      : entry.endsWith('=#')
        ? 'int'
        : entry.endsWith('=')
          ? 'string'
          : 'bool';
    const names = entry.replace(/=[*#]?$/, '').split(/\s+/);
    const shape = { key: (names.at(-1) ?? '').replace(/^-+/, ''), kind };
    for (const name of names) table.set(name, shape);
  }
  tables.set(specification, table);
  return table;
}

/** The long names of the flags of a specification. */
export const flagNames = (specification: string): readonly string[] => [
  ...new Set([...shapes(specification).values()].map(({ key }) => key)),
];

/** Parses as pflag does; the error is its text. With `interspersed` false, flags end at the first argument. */
export function parseDockerFlags(
  args: readonly string[],
  specification: string,
  interspersed: boolean,
): Result<DockerFlags, string> {
  const table = shapes(`${specification}, --help`);
  const given = new Map<string, string[]>();
  const rest: string[] = [];
  const note = (shape: FlagShape, shown: string, value: string): string | undefined => {
    if (shape.kind === 'bool' && !/^(?:true|false|1|0|t|f)$/i.test(value))
      return `invalid argument ${JSON.stringify(value)} for ${JSON.stringify(shown)} flag: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
    if (shape.kind === 'int' && !/^-?\d+$/.test(value))
      return `invalid argument ${JSON.stringify(value)} for ${JSON.stringify(shown)} flag: strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
    const normal = shape.kind === 'bool' ? String(/^(?:true|1|t)$/i.test(value)) : value;
    given.set(shape.key, [...(given.get(shape.key) ?? []), normal]);
    return undefined;
  };
  let at = 0;
  const long = (word: string): string | undefined => {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const shape = table.get(name);
    if (!shape) return `unknown flag: ${name}`;
    if (equals >= 0) return note(shape, name, word.slice(equals + 1));
    if (shape.kind === 'bool') return note(shape, name, 'true');
    if (++at >= args.length) return `flag needs an argument: ${name}`;
    return note(shape, name, args[at]);
  };
  const short = (word: string): string | undefined => {
    for (let index = 1; index < word.length; index++) {
      const shape = table.get(`-${word[index]}`);
      if (!shape) return `unknown shorthand flag: '${word[index]}' in -${word.slice(index)}`;
      const after = word.slice(index + 1);
      if (shape.kind === 'bool' && !after.startsWith('=')) {
        note(shape, `-${word[index]}`, 'true');
        continue;
      }
      if (after !== '') return note(shape, `-${word[index]}, --${shape.key}`, after.replace(/^=/, ''));
      if (++at >= args.length) return `flag needs an argument: '${word[index]}' in -${word.slice(index)}`;
      return note(shape, `-${word[index]}, --${shape.key}`, args[at]);
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
