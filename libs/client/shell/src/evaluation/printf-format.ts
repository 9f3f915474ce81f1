import { utf8Length } from '@seatrial/kernel';
import { decodeEscape } from '../syntax/ansi-quote.js';
import { fixedLongDouble, readLongDouble } from './long-double.js';
import { quoteWithBackslashes } from './quote.js';
import { formatDate } from './strftime.js';

export interface PrintfResult {
  readonly text: string;
  /** Without the command's name: `x: invalid number`. */
  readonly errors: readonly string[];
}

export interface PrintfOptions {
  /** The instant of `%(…)T` without argument, ms since the epoch. */
  readonly now: number;
}

const DIRECTIVE = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|\d*))?([hlLjzt]*)([a-zA-Z%]|\([^)]*\)T)?/y;
/** Lengths say nothing here, but none of them is a conversion. */
const LENGTHS = 'hlLjzt';
const [SMALLEST, LARGEST] = [-(2n ** 63n), 2n ** 63n - 1n];
const LARGEST_UNSIGNED = 2n ** 64n - 1n;
const MAX_ROUNDS = 100_000;
const MOST_DECIMALS = 1000;

/** printf(1): the format is used again while arguments are left. */
export function formatPrintf(format: string, args: readonly string[], options: PrintfOptions): PrintfResult {
  const formatter = new Formatter(args, options);
  let rounds = 0;
  do {
    const before = formatter.used;
    if (formatter.round(format)) break;
    if (formatter.used === before) break;
  } while (formatter.used < args.length && ++rounds < MAX_ROUNDS);
  return { text: formatter.text, errors: formatter.errors };
}

class Formatter {
  text = '';
  readonly errors: string[] = [];
  used = 0;

  constructor(
    private readonly args: readonly string[],
    private readonly options: PrintfOptions,
  ) {}

  private take(): string | undefined {
    return this.args[this.used++];
  }

  /** One pass over the format; true when a `\c` or an error ends the output. */
  round(format: string): boolean {
    for (let i = 0; i < format.length;) {
      const char = format[i];
      if (char === '\\') {
        if (format[i + 1] === 'c') return true;
        const quote = format[i + 1] === '"' || format[i + 1] === "'";
        const escape = quote ? { text: format[i + 1], length: 1 } : decodeEscape(format, i + 1, 'plain');
        this.text += escape?.text ?? '\\';
        i += 1 + (escape?.length ?? 0);
      } else if (char !== '%') {
        this.text += char;
        i++;
      } else {
        DIRECTIVE.lastIndex = i;
        const found = DIRECTIVE.exec(format);
        // A length without conversion behind it has its last letter taken for one.
        if (!found?.[5] || LENGTHS.includes(found[5])) {
          const end = i + (found?.[0].length ?? 1);
          const wrong = format[end];
          this.errors.push(
            wrong === undefined
              ? `\`${format[end - 1]}': missing format character`
              : `\`${wrong}': invalid format character`,
          );
          return true;
        }
        if (this.directive(found)) return true;
        i += found[0].length;
      }
    }
    return false;
  }

  private directive(found: RegExpExecArray): boolean {
    const [, givenFlags, widthText, precisionText, , conversion] = found;
    if (conversion === '%') {
      this.text += '%';
      return false;
    }
    let flags = givenFlags;
    let width = widthText === '*' ? this.integer(this.take()) : BigInt(widthText ?? 0);
    if (width < 0n) {
      flags += '-';
      width = -width;
    }
    const precision =
      precisionText === undefined
        ? undefined
        : Number(precisionText === '*' ? this.integer(this.take()) : precisionText);
    const pad = (text: string): void => {
      // Widths count bytes.
      const columns = Number(width) - (utf8Length(text) - text.length);
      this.text += flags.includes('-') ? text.padEnd(columns) : text.padStart(columns);
    };
    if (conversion.startsWith('(')) {
      const seconds = this.take();
      const ms =
        seconds === undefined || seconds === '-1' || seconds === '-2' ? this.options.now : Number(seconds) * 1000;
      pad(formatDate(conversion.slice(1, -2) || '%X', ms));
      return false;
    }
    switch (conversion) {
      case 's':
        pad((this.take() ?? '').slice(0, precision));
        return false;
      case 'c':
        pad((this.take() ?? '').slice(0, 1));
        return false;
      case 'q':
        pad(quoteWithBackslashes(this.take() ?? ''));
        return false;
      case 'b':
        return this.escaped(this.take() ?? '', pad);
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        this.text += padNumber(
          formatInteger(this.integer(this.take(), conversion), conversion, flags, precision),
          Number(width),
          flags,
          precision !== undefined,
        );
        return false;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        this.text += padNumber(this.formatted(this.take(), conversion, flags, precision), Number(width), flags, false);
        return false;
      default:
        this.errors.push(`\`${conversion}': invalid format character`);
        return true;
    }
  }

  private escaped(value: string, pad: (text: string) => void): boolean {
    let text = '';
    for (let i = 0; i < value.length; i++) {
      if (value[i] !== '\\') {
        text += value[i];
        continue;
      }
      if (value[i + 1] === 'c') {
        pad(text);
        return true;
      }
      const escape = decodeEscape(value, i + 1, 'zero');
      text += escape?.text ?? '\\';
      i += escape?.length ?? 0;
    }
    pad(text);
    return false;
  }

  private integer(arg: string | undefined, conversion = 'd'): bigint {
    if (arg === undefined || arg === '') return 0n;
    if (arg.startsWith("'") || arg.startsWith('"')) return BigInt(arg.codePointAt(1) ?? 0);
    const found = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(arg);
    if (!found) {
      this.errors.push(`${arg}: invalid number`);
      return 0n;
    }
    if (found[0].length < arg.length)
      this.errors.push(`${arg}: invalid ${/^0[0-7]*[89]/.test(arg.slice(found[1].length)) ? 'octal ' : ''}number`);
    const digits = /^0[0-7]+$/.test(found[2]) ? `0o${found[2].slice(1)}` : found[2];
    const value = found[1] === '-' ? -BigInt(digits) : BigInt(digits);
    const largest = conversion === 'd' || conversion === 'i' ? LARGEST : LARGEST_UNSIGNED;
    const bounded = value > largest ? largest : value < SMALLEST ? SMALLEST : value;
    if (bounded !== value) this.errors.push(`warning: ${arg}: Numerical result out of range`);
    return bounded;
  }

  /** `%f` of a plain decimal is rounded as a `long double`; the rest as a double. */
  private formatted(arg: string | undefined, conversion: string, flags: string, precision: number | undefined): string {
    const value = this.float(arg);
    const exact =
      conversion === 'f' || conversion === 'F' ? readLongDouble((arg ?? '').replace(/^[-+]/, '')) : undefined;
    if (!exact || arg === undefined || arg === '') return formatFloat(value, conversion, flags, precision);
    const digits = fixedLongDouble(exact, Math.min(precision ?? 6, MOST_DECIMALS));
    return signOf(arg.startsWith('-'), flags) + digits;
  }

  private float(arg: string | undefined): number {
    if (arg === undefined || arg === '') return 0;
    if (arg.startsWith("'") || arg.startsWith('"')) return arg.codePointAt(1) ?? 0;
    const found = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf|nan)/i.exec(arg);
    if (!found || found[0].length < arg.length) this.errors.push(`${arg}: invalid number`);
    return found ? Number(found[0]) : 0;
  }
}

/** What stands before a number's digits. */
function signOf(negative: boolean, flags: string): string {
  if (negative) return '-';
  if (flags.includes('+')) return '+';
  return flags.includes(' ') ? ' ' : '';
}

function formatInteger(value: bigint, conversion: string, flags: string, precision: number | undefined): string {
  const radix = conversion === 'o' ? 8 : conversion === 'x' || conversion === 'X' ? 16 : 10;
  const signed = conversion === 'd' || conversion === 'i';
  const shown = signed ? value : BigInt.asUintN(64, value);
  let digits = (shown < 0n ? -shown : shown).toString(radix);
  if (conversion === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  const prefix = flags.includes('#') && value !== 0n ? ({ o: '0', x: '0x', X: '0X' }[conversion] ?? '') : '';
  return (signed ? signOf(shown < 0n, flags) : '') + prefix + digits;
}

function padNumber(text: string, width: number, flags: string, hasPrecision: boolean): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || hasPrecision) return text.padStart(width);
  const sign = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

/** C's `%e`, `%f` and `%g`. */
export function formatFloat(value: number, conversion: string, flags: string, precision = 6): string {
  const sign = signOf(value < 0 || Object.is(value, -0), flags);
  const upper = conversion !== conversion.toLowerCase();
  const endless = Number.isNaN(value) ? 'nan' : 'inf';
  const text = Number.isFinite(value)
    ? formatFinite(Math.abs(value), conversion.toLowerCase(), flags, precision)
    : endless;
  return sign + (upper ? text.toUpperCase() : text);
}

/** Digits beyond those asked for that tell a tie; C rounds ties to even, JavaScript up. */
const MORE_DIGITS = 25;

function tieToEven(rounded: string, exact: string): string {
  const kept = exact.slice(0, rounded.length);
  const rest = exact.slice(rounded.length).replace('.', '');
  const lastDigit = /(\d)\.?$/.exec(kept)?.[1] ?? '1';
  return /^50*$/.test(rest) && Number(lastDigit) % 2 === 0 && kept.length === rounded.length ? kept : rounded;
}

/** A number with so many decimals, rounded as C does it. */
export function fixed(value: number, decimals: number): string {
  return tieToEven(value.toFixed(decimals), value.toFixed(Math.min(100, decimals + MORE_DIGITS)));
}

function exponential(value: number, precision: number): string {
  const [rounded, exponent] = value.toExponential(precision).split('e');
  const [exact, exactExponent] = value.toExponential(Math.min(100, precision + MORE_DIGITS)).split('e');
  const mantissa = exponent === exactExponent ? tieToEven(rounded, exact) : rounded;
  return `${mantissa}e${exponent}`.replace(/e([-+])(\d)$/, 'e$10$2');
}

function formatFinite(value: number, conversion: string, flags: string, precision: number): string {
  const bounded = Math.min(precision, 100);
  if (conversion === 'e') return exponential(value, bounded);
  if (conversion === 'f')
    return value < 1e21
      ? fixed(value, bounded)
      : BigInt(value).toString() + (bounded > 0 ? `.${'0'.repeat(bounded)}` : '');
  const significant = bounded === 0 ? 1 : bounded;
  const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1]);
  const text =
    exponent < -4 || exponent >= significant
      ? exponential(value, significant - 1)
      : fixed(value, significant - 1 - exponent);
  if (flags.includes('#')) return text;
  return text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
}
