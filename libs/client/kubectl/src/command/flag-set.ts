import { fail, ok, type Result } from '@seatrial/kernel';
import { parseGoDuration } from '@seatrial/schema';
import { splitCommaList } from './comma-list.js';
import type { FlagDefinition } from './flag.js';
import { stringToString, stringToStringError } from './string-map.js';

const QUOTED = (text: string): string => JSON.stringify(text);

const integerError = (text: string, bits: number, unsigned: boolean): string | undefined => {
  const parse = `strconv.${unsigned ? 'ParseUint' : 'ParseInt'}: parsing ${QUOTED(text)}: `;
  if (!/^[+-]?(?:\d+|0[xX][\da-fA-F]+)$/.test(text) || (unsigned && /^[+-]/.test(text)))
    return `${parse}invalid syntax`;
  const value = Number(text);
  const limit = unsigned ? 2 ** bits : 2 ** (bits - 1);
  return value >= limit || value < (unsigned ? 0 : -limit) ? `${parse}value out of range` : undefined;
};

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Why a text is no value of a flag's type, as pflag says it; undefined when it is one. */
function valueError(definition: FlagDefinition, text: string): string | undefined {
  switch (definition.type) {
    case 'bool':
    case 'tristate':
      return TRUE.has(text) || FALSE.has(text)
        ? undefined
        : `strconv.ParseBool: parsing ${QUOTED(text)}: invalid syntax`;
    case 'int':
      return integerError(text, 64, false);
    case 'int32':
      return integerError(text, 32, false);
    case 'int64':
      return integerError(text, 64, false);
    case 'uint16':
      return integerError(text, 16, true);
    case 'float64':
      return Number.isNaN(Number(text)) || text === ''
        ? `strconv.ParseFloat: parsing ${QUOTED(text)}: invalid syntax`
        : undefined;
    case 'stringMap':
      return text.split(',').every((pair) => pair === '' || pair.includes('='))
        ? undefined
        : 'malformed pair, expect string=string';
    case 'stringToString':
      return stringToStringError(text);
    case 'duration': {
      const parsed = parseGoDuration(text);
      return parsed.ok ? undefined : parsed.error;
    }
    default:
      return undefined;
  }
}

/** The flags that a command knows. */
export class FlagTable {
  readonly byName = new Map<string, FlagDefinition>();
  readonly byShorthand = new Map<string, FlagDefinition>();

  constructor(readonly definitions: readonly FlagDefinition[]) {
    for (const definition of definitions) {
      this.byName.set(definition.name, definition);
      if (definition.shorthand) this.byShorthand.set(definition.shorthand, definition);
    }
  }
}

/** The flags that were given, by name, and the arguments that are left. */
export class FlagSet {
  private readonly given = new Map<string, string[]>();
  readonly args: string[] = [];
  /** Every flag as it came: its long name and value. */
  readonly typed: (readonly [name: string, value: string])[] = [];
  /** How many arguments stood before `--`; -1 without one. */
  argsLengthAtDash = -1;
  /** `Flag --x has been deprecated, …` lines for the flags that were used. */
  readonly deprecations: string[] = [];
  readonly definitions: readonly FlagDefinition[];
  private readonly byName: ReadonlyMap<string, FlagDefinition>;
  private readonly byShorthand: ReadonlyMap<string, FlagDefinition>;

  constructor(definitions: readonly FlagDefinition[] | FlagTable) {
    const table = definitions instanceof FlagTable ? definitions : new FlagTable(definitions);
    this.definitions = table.definitions;
    this.byName = table.byName;
    this.byShorthand = table.byShorthand;
  }

  /** Reads a command line; the error is pflag's text. */
  parse(line: readonly string[]): Result<undefined, string> {
    let rest = [...line];
    while (rest.length > 0) {
      const [word] = rest;
      rest = rest.slice(1);
      if (!word.startsWith('-') || word === '-') {
        this.args.push(word);
        continue;
      }
      if (word === '--') {
        this.argsLengthAtDash = this.args.length;
        this.args.push(...rest);
        return ok(undefined);
      }
      const taken = word.startsWith('--') ? this.parseLong(word, rest) : this.parseShort(word, rest);
      if (!taken.ok) return taken;
      rest = rest.slice(taken.value);
    }
    return ok(undefined);
  }

  private parseLong(word: string, rest: readonly string[]): Result<number, string> {
    const body = word.slice(2);
    if (body.startsWith('-') || body.startsWith('=')) return fail(`bad flag syntax: ${word}`);
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    if (name === 'help') return fail('help');
    const definition = this.byName.get(name.replaceAll('_', '-'));
    if (!definition) return fail(`unknown flag: --${name}`);
    if (equals >= 0) return this.set(definition, body.slice(equals + 1), 0);
    const alone = withoutValue(definition);
    if (alone !== undefined) return this.set(definition, alone, 0);
    return rest.length > 0 ? this.set(definition, rest[0], 1) : fail(`flag needs an argument: --${name}`);
  }

  private parseShort(word: string, rest: readonly string[]): Result<number, string> {
    let letters = word.slice(1);
    while (letters !== '') {
      const letter = letters.charAt(0);
      const left = `-${letters}`;
      letters = letters.slice(1);
      const definition = this.byShorthand.get(letter);
      if (!definition) return letter === 'h' ? fail('help') : fail(`unknown shorthand flag: '${letter}' in ${left}`);
      if (letters.length > 1 && letters.startsWith('=')) return this.set(definition, letters.slice(1), 0);
      const alone = withoutValue(definition);
      if (alone !== undefined) {
        const done = this.set(definition, alone, 0);
        if (!done.ok) return done;
        continue;
      }
      if (letters !== '') return this.set(definition, letters, 0);
      return rest.length > 0
        ? this.set(definition, rest[0], 1)
        : fail(`flag needs an argument: '${letter}' in ${left}`);
    }
    return ok(0);
  }

  private set(definition: FlagDefinition, value: string, taken: number): Result<number, string> {
    const error = valueError(definition, value) ?? definition.complaint?.(value);
    if (error !== undefined) {
      const name = definition.shorthand ? `-${definition.shorthand}, --${definition.name}` : `--${definition.name}`;
      return fail(`invalid argument ${QUOTED(value)} for "${name}" flag: ${error}`);
    }
    if (definition.deprecated !== undefined && !this.given.has(definition.name))
      this.deprecations.push(`Flag --${definition.name} has been deprecated, ${definition.deprecated}\n`);
    this.typed.push([definition.name, value]);
    this.given.set(definition.name, [...(this.given.get(definition.name) ?? []), value]);
    return ok(taken);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  changed(name: string): boolean {
    return this.given.has(name);
  }

  /** The last value given, else the default, else ''. */
  string(name: string): string {
    return this.given.get(name)?.at(-1) ?? this.byName.get(name)?.default ?? '';
  }

  /** The value of a global flag, unless the command has a list flag of the same name (`create rolebinding --user`). */
  single(name: string): string {
    return this.byName.get(name)?.type === 'string' ? this.string(name) : '';
  }

  bool(name: string): boolean {
    return TRUE.has(this.string(name));
  }

  int(name: string): number {
    return Number(this.string(name) || '0');
  }

  /** A duration in milliseconds. */
  durationMs(name: string): number {
    const parsed = parseGoDuration(this.string(name) || '0');
    return parsed.ok ? parsed.value / 1e6 : 0;
  }

  /** The pairs of a map flag; a later one replaces an earlier one. */
  map(name: string): Record<string, string> {
    if (this.byName.get(name)?.type === 'stringToString') return stringToString(this.given.get(name) ?? []);
    const pairs = (this.given.get(name) ?? []).flatMap((text) => text.split(',')).filter((pair) => pair !== '');
    return Object.fromEntries(
      pairs.map((pair) => {
        const equals = pair.indexOf('=');
        return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
      }),
    );
  }

  /** Every value of a list flag; slices split at commas. */
  list(name: string): string[] {
    const values = this.given.get(name);
    const definition = this.byName.get(name);
    const raw = values ?? (definition?.default === undefined || definition.default === '' ? [] : [definition.default]);
    return definition?.type === 'stringSlice' ? raw.flatMap(splitCommaList) : [...raw];
  }
}

function withoutValue(definition: FlagDefinition): string | undefined {
  return definition.withoutValue ?? (definition.type === 'bool' || definition.type === 'tristate' ? 'true' : undefined);
}
