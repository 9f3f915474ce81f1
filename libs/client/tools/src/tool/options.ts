import { fail, ok, type Result } from '@seatrial/kernel';

/** Options as they were given, and what is left. Values are kept in order. */
export interface ParsedArguments {
  /** How often each option was given, by its first name without dashes. */
  readonly flags: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Everything in order, for tools where later options win. */
  readonly order: readonly { readonly name: string; readonly value?: string }[];
  readonly operands: readonly string[];
}

interface OptionShape {
  readonly key: string;
  readonly takes: 'nothing' | 'value' | 'optional';
}

interface OptionTable {
  readonly short: ReadonlyMap<string, OptionShape>;
  readonly long: ReadonlyMap<string, OptionShape>;
}

const tables = new Map<string, OptionTable>();

/** `-n --number`, `-k --key=`, `--color=?`: an option's names; `=` takes a value, `=?` may have one. */
function optionTable(specification: string): OptionTable {
  const known = tables.get(specification);
  if (known) return known;
  const short = new Map<string, OptionShape>();
  const long = new Map<string, OptionShape>();
  for (const entry of specification.split(',')) {
    const text = entry.trim();
    const takes = text.endsWith('=?') ? 'optional' : text.endsWith('=') ? 'value' : 'nothing';
    const names = text.replace(/=\??$/, '').split(/\s+/);
    const shape: OptionShape = { key: names[0].replace(/^-+/, ''), takes };
    for (const name of names)
      if (name.startsWith('--')) long.set(name.slice(2), shape);
      else short.set(name.slice(1), shape);
  }
  const table = { short, long };
  tables.set(specification, table);
  return table;
}

export interface ArgumentOptions {
  /** Stop at the first operand (`env`, `timeout`, `xargs`). */
  readonly stopAtOperand?: boolean;
}

/** getopt_long(3). The error is glibc's text, without the tool's name. */
export function parseArguments(
  args: readonly string[],
  specification: string,
  options: ArgumentOptions = {},
): Result<ParsedArguments, string> {
  const parser = new ArgumentParser(args, optionTable(specification));
  return parser.parse(options.stopAtOperand ?? false);
}

class ArgumentParser {
  private readonly flags = new Map<string, number>();
  private readonly values = new Map<string, string[]>();
  private readonly order: { name: string; value?: string }[] = [];
  private readonly operands: string[] = [];
  private index = 0;

  constructor(
    private readonly args: readonly string[],
    private readonly table: OptionTable,
  ) {}

  parse(stopAtOperand: boolean): Result<ParsedArguments, string> {
    for (; this.index < this.args.length; this.index++) {
      const arg = this.args[this.index];
      if (arg === '--') {
        this.operands.push(...this.args.slice(this.index + 1));
        break;
      }
      if (!arg.startsWith('-') || arg === '-') {
        if (stopAtOperand) {
          this.operands.push(...this.args.slice(this.index));
          break;
        }
        this.operands.push(arg);
        continue;
      }
      const error = arg.startsWith('--') ? this.long(arg.slice(2)) : this.short(arg.slice(1));
      if (error !== undefined) return fail(error);
    }
    return ok({ flags: this.flags, values: this.values, order: this.order, operands: this.operands });
  }

  private note(shape: OptionShape, value?: string): void {
    this.flags.set(shape.key, (this.flags.get(shape.key) ?? 0) + 1);
    if (value !== undefined) this.values.set(shape.key, [...(this.values.get(shape.key) ?? []), value]);
    this.order.push(value === undefined ? { name: shape.key } : { name: shape.key, value });
  }

  private long(text: string): string | undefined {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const given = equals < 0 ? undefined : text.slice(equals + 1);
    const candidates = [...this.table.long.keys()].filter((known) => known.startsWith(name));
    const exact = this.table.long.get(name);
    const shapes = new Set(candidates.map((candidate) => this.table.long.get(candidate)));
    if (!exact && shapes.size > 1)
      return `option '--${name}' is ambiguous; possibilities: ${candidates.map((candidate) => `'--${candidate}'`).join(' ')}`;
    const shape = exact ?? [...shapes][0];
    if (!shape) return `unrecognized option '--${name}'`;
    if (shape.takes === 'nothing' && given !== undefined) return `option '--${name}' doesn't allow an argument`;
    if (shape.takes !== 'value') {
      this.note(shape, given);
      return undefined;
    }
    const value = given ?? this.args.at(this.index + 1);
    if (value === undefined || (given === undefined && ++this.index >= this.args.length))
      return `option '--${exact ? name : candidates[0]}' requires an argument`;
    this.note(shape, value);
    return undefined;
  }

  private short(letters: string): string | undefined {
    for (let at = 0; at < letters.length; at++) {
      const shape = this.table.short.get(letters[at]);
      if (!shape) return `invalid option -- '${letters[at]}'`;
      if (shape.takes === 'nothing') {
        this.note(shape);
        continue;
      }
      const rest = letters.slice(at + 1);
      if (rest !== '' || shape.takes === 'optional') {
        this.note(shape, rest === '' ? undefined : rest);
        return undefined;
      }
      if (++this.index >= this.args.length) return `option requires an argument -- '${letters[at]}'`;
      this.note(shape, this.args[this.index]);
      return undefined;
    }
    return undefined;
  }
}
