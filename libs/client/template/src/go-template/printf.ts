import { encodeUtf8, goFloat, goQuote, goQuoteAscii, goQuoteRune, type GoNumbers } from '@seatrial/kernel';
import { goSyntax } from '../go-format/go-value.js';
import { formatValue, typeName, type TemplateValue } from './value.js';

const DIRECTIVE = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?(.|$)/gsu;

/** The widest field that is padded; Go's own limit is a million. */
const MAX_WIDTH = 10_000;

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly verb: string;
  readonly numbers: GoNumbers;
}

/** Go's fmt.Sprintf. */
export function goSprintf(format: string, values: readonly TemplateValue[], numbers: GoNumbers = 'float64'): string {
  let used = 0;
  const text = format.replace(DIRECTIVE, (_all, flags: string, width: string, precision: string, verb: string) => {
    if (verb === '%') return '%';
    if (verb === '') return '%!(NOVERB)';
    const number = (part: string | undefined): number | undefined =>
      part === '*' ? Number(values[used++] ?? 0) : part === undefined ? undefined : Number(part);
    const fieldWidth = Math.min(number(width) ?? 0, MAX_WIDTH);
    const directive = { flags, width: fieldWidth, precision: number(precision), verb, numbers };
    if (used >= values.length) return `%!${verb}(MISSING)`;
    return pad(formatOne(values[used++], directive), directive);
  });
  if (used >= values.length) return text;
  const extra = values
    .slice(used)
    .map((value) =>
      value === null || value === undefined ? '<nil>' : `${typeName(value, numbers)}=${formatValue(value, numbers)}`,
    );
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function pad(text: string, { flags, width, verb }: Directive): string {
  const length = Array.from(text).length;
  if (length >= width) return text;
  if (flags.includes('-')) return text + ' '.repeat(width - length);
  if (!flags.includes('0') || 'qTv'.includes(verb)) return ' '.repeat(width - length) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(width - length) + text.slice(sign.length);
}

function formatOne(value: TemplateValue, directive: Directive): string {
  const { verb, flags, numbers } = directive;
  if (verb === 'T') return typeName(value, numbers);
  if (value === null || value === undefined) return verb === 'v' ? '<nil>' : `%!${verb}(<nil>)`;
  if (verb === 'v')
    return flags.includes('#') ? goSyntax(value, numbers) : signed(value, formatValue(value, numbers), flags);
  if (typeof value === 'string') return formatString(value, directive);
  if (typeof value === 'bigint') return formatInteger(value, directive);
  if (numbers === 'int64' && Number.isSafeInteger(value))
    return formatInteger(BigInt(value as number), directive, value);
  if (typeof value === 'number') return formatFloat(value, directive);
  if (typeof value === 'boolean') return verb === 't' ? String(value) : wrong(value, directive);
  if (Array.isArray(value)) return `[${value.map((item) => formatOne(item, directive)).join(' ')}]`;
  const entries = Object.entries(value as Record<string, TemplateValue>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${formatOne(key, directive)}:${formatOne(item, directive)}`).join(' ')}]`;
}

const wrong = (value: TemplateValue, { verb, numbers }: Directive): string =>
  `%!${verb}(${typeName(value, numbers)}=${formatValue(value, numbers)})`;

const signed = (value: TemplateValue, text: string, flags: string): string =>
  flags.includes('+') && (typeof value === 'bigint' || typeof value === 'number') && !text.startsWith('-')
    ? `+${text}`
    : flags.includes(' ') && typeof value === 'bigint' && !text.startsWith('-')
      ? ` ${text}`
      : text;

const hexOf = (text: string): string =>
  Array.from(encodeUtf8(text), (byte) => byte.toString(16).padStart(2, '0')).join('');

function formatString(value: string, directive: Directive): string {
  const { verb, flags, precision } = directive;
  const cut = precision === undefined ? value : Array.from(value).slice(0, precision).join('');
  if (verb === 's') return cut;
  if (verb === 'q') {
    if (flags.includes('#') && !/[`\u0000-\u001f\u007f]/.test(cut.replaceAll('\t', ''))) return `\`${cut}\``;
    return flags.includes('+') ? goQuoteAscii(cut) : goQuote(cut);
  }
  if (verb === 'x') return hexOf(cut);
  if (verb === 'X') return hexOf(cut).toUpperCase();
  return wrong(value, directive);
}

const BASES: Readonly<Record<string, readonly [base: number, prefix: string]>> = {
  d: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

function formatInteger(value: bigint, directive: Directive, typed: TemplateValue = value): string {
  const { verb, flags, precision } = directive;
  if (verb === 'c') return String.fromCodePoint(Number(value));
  if (verb === 'q') return goQuoteRune(Number(value));
  if (verb === 'U') return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
  if (!Object.hasOwn(BASES, verb)) return wrong(typed, directive);
  const [base, prefix] = BASES[verb];
  let digits = (value < 0n ? -value : value).toString(base).padStart(precision ?? 0, '0');
  if (verb === 'X') digits = digits.toUpperCase();
  if (flags.includes('#') || verb === 'O') digits = prefix + digits;
  const text = value < 0n ? `-${digits}` : digits;
  return signed(value, text, flags);
}

function formatFloat(value: number, directive: Directive): string {
  const { verb, flags, precision } = directive;
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  if (verb === 'f' || verb === 'F') return signed(value, value.toFixed(Math.min(precision ?? 6, 100)), flags);
  if (verb === 'e' || verb === 'E') {
    const text = exponent(value.toExponential(Math.min(precision ?? 6, 100)));
    return signed(value, verb === 'E' ? text.toUpperCase() : text, flags);
  }
  if (verb === 'g' || verb === 'G')
    return signed(
      value,
      precision === undefined ? goFloat(value) : String(Number(value.toPrecision(Math.max(1, precision)))),
      flags,
    );
  return wrong(value, directive);
}
