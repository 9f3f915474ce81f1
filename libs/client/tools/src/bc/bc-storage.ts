import type { BcName } from './bc-node.js';
import { ZERO, add, divide, parseDecimal, rescale, type Decimal } from './decimal.js';

const MOST_DIGITS = 100_000;

export type BcArray = Map<number, Decimal>;

/** What names stand for: variables, arrays, and bc's own `scale`, `ibase` and `obase`. */
export class BcStorage {
  inputBase = 10;
  outputBase = 10;
  private readonly variables = new Map<string, Decimal>();
  private readonly arrays = new Map<string, BcArray>();

  constructor(public scale: number) {}

  read(name: string): Decimal {
    if (name === 'scale') return { units: BigInt(this.scale), scale: 0 };
    if (name === 'ibase') return { units: BigInt(this.inputBase), scale: 0 };
    if (name === 'obase') return { units: BigInt(this.outputBase), scale: 0 };
    return this.variables.get(name) ?? ZERO;
  }

  write(name: string, value: Decimal): void {
    const whole = Number(rescale(value, 0).units);
    if (name === 'scale') this.scale = Math.max(0, Math.min(whole, MOST_DIGITS));
    else if (name === 'ibase') this.inputBase = Math.max(2, Math.min(whole, 16));
    else if (name === 'obase') this.outputBase = Math.max(2, Math.min(whole, 36));
    else this.variables.set(name, value);
  }

  array(name: string): BcArray {
    let found = this.arrays.get(name);
    if (!found) this.arrays.set(name, (found = new Map<number, Decimal>()));
    return found;
  }

  /** A number as it was written, in the base of `ibase`. */
  number(text: string): Decimal {
    if (this.inputBase === 10 && /^[\d.]+$/.test(text)) return parseDecimal(text);
    const [whole, part = ''] = text.split('.');
    // A single digit keeps its value in every base, more are cut to the base's highest.
    const highest = text.length === 1 ? 15 : this.inputBase - 1;
    const base = BigInt(this.inputBase);
    const digitsOf = (digits: string): bigint =>
      [...digits].reduce((sum, digit) => sum * base + BigInt(Math.min(highest, Number.parseInt(digit, 16))), 0n);
    const value = { units: digitsOf(whole), scale: 0 };
    if (part === '') return value;
    const fraction = divide(
      { units: digitsOf(part), scale: 0 },
      { units: base ** BigInt(part.length), scale: 0 },
      part.length,
    );
    return add(value, fraction ?? ZERO);
  }

  /** Keeps what a name stands for; the returned function puts it back. */
  save({ name, isArray }: BcName): () => void {
    if (isArray) {
      const array = this.array(name);
      return () => this.arrays.set(name, array);
    }
    const value = this.variables.get(name) ?? ZERO;
    return () => this.variables.set(name, value);
  }

  bind({ name, isArray }: BcName, value: Decimal | BcArray | undefined): void {
    if (isArray) this.arrays.set(name, new Map(value instanceof Map ? value : undefined));
    else this.variables.set(name, value === undefined || value instanceof Map ? ZERO : value);
  }
}
