import { compareStrings, isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { Quantity } from '../quantity/quantity.js';
import { goTypes, type GoField } from '../schema/go-types.js';

/*
 * The dump that hashes of pod templates are taken over: spew's `%#v` with sorted keys and without methods, of the Go
 * structs (k8s.io/apimachinery/pkg/util/dump, github.com/davecgh/go-spew). A value is printed with its type, except
 * as an item of a slice or a map.
 */

type Printer = (value: JsonValue | undefined, typed: boolean) => string;

const printers = new Map<string, Printer>();

function printer(type: string): Printer {
  let known = printers.get(type);
  if (!known) {
    // Structs are recursive: the name is resolved when first used.
    let built: Printer | undefined;
    known = (value, typed) => (built ??= build(type))(value, typed);
    printers.set(type, known);
  }
  return known;
}

function build(type: string): Printer {
  const head = `(${type})`;
  if (type.startsWith('*')) {
    const target = printer(type.slice(1));
    return (value) => (value === undefined || value === null ? `${head}<nil>` : head + target(value, false));
  }
  if (type === 'v1.ResourceList') return mapPrinter(head, printer('resource.Quantity'));
  if (type.startsWith('[]')) return slicePrinter(head, printer(type.slice(2)));
  if (type.startsWith('map[')) return mapPrinter(head, printer(type.slice(type.indexOf(']') + 1)));
  if (type === 'resource.Quantity') return quantityPrinter(head);
  if (type === 'intstr.IntOrString') return intOrStringPrinter(head);
  if (type === 'time.Time') return zeroTimePrinter(head);
  const fields = goTypes().structs[type];
  return fields ? structPrinter(head, fields) : scalarPrinter(head, goTypes().named[type] ?? type);
}

const scalarText = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

function scalarPrinter(head: string, kind: string): Printer {
  const zero = kind === 'string' ? '' : kind === 'bool' ? 'false' : '0';
  return (value, typed) => (typed ? head : '') + (value === undefined || value === null ? zero : scalarText(value));
}

function slicePrinter(head: string, item: Printer): Printer {
  return (value, typed) => {
    const shown = typed ? head : '';
    if (!Array.isArray(value)) return `${shown}<nil>`;
    return `${shown}[${value.map((entry) => item(entry, false)).join(' ')}]`;
  };
}

function mapPrinter(head: string, item: Printer): Printer {
  return (value, typed) => {
    const shown = typed ? head : '';
    if (!isJsonObject(value)) return `${shown}<nil>`;
    const entries = Object.keys(value).sort(compareStrings);
    return `${shown}map[${entries.map((key) => `${key}:${item(value[key], false)}`).join(' ')}]`;
  };
}

function structPrinter(head: string, fields: readonly GoField[]): Printer {
  const parts = fields.map((field) => ({ ...field, print: printer(field.type) }));
  return (value, typed) => {
    const object: JsonObject = isJsonObject(value) ? value : {};
    let text = typed ? `${head}{` : '{';
    for (let i = 0; i < parts.length; i++) {
      const { name, json, print } = parts[i];
      text += `${i === 0 ? '' : ' '}${name}:${print(json === undefined ? object : object[json], true)}`;
    }
    return `${text}}`;
  };
}

const EXPONENTS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const POWERS: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

interface QuantityParts {
  readonly value: bigint;
  readonly scale: number;
  readonly format: string;
  /** What ParseQuantity keeps of the text: it reuses what looks canonical to it. */
  readonly kept: string;
  /** Amounts whose precision ParseQuantity does not trust to an int64 are decimals of billionths. */
  readonly decimal?: bigint;
}

const PLAIN_ZERO = { value: 0n, scale: 0, kept: '' };

function bigInteger(value: bigint): string {
  const words: bigint[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 64n) words.push(rest & 0xffff_ffff_ffff_ffffn);
  return `{neg:(bool)${value < 0n} abs:(big.nat)[${words.join(' ')}]}`;
}

const decimalText = (nanos: bigint | undefined): string =>
  nanos === undefined ? '(*inf.Dec)<nil>' : `(*inf.Dec){unscaled:(big.Int)${bigInteger(nanos)} scale:(inf.Scale)9}`;

/** The Go representation that ParseQuantity gives for a canonical text. */
function quantityParts(text: string): QuantityParts {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (text === '0') return { ...PLAIN_ZERO, format: 'DecimalSI', kept: text };
  if (!match || text === '') return { ...PLAIN_ZERO, format: '', kept: text };
  const format = Quantity.of(text).format;
  const [, sign, whole, fraction = '', suffix] = match;
  const digits = whole + fraction || '0';
  const amount = BigInt(`${sign === '-' ? '-' : ''}${digits}`);
  if (Object.hasOwn(POWERS, suffix)) {
    const bits = POWERS[suffix];
    if (fraction !== '' || 15 - whole.length - Math.trunc((bits * 3) / 10) - 1 < 0)
      return { ...PLAIN_ZERO, format, decimal: Quantity.of(text).nanos };
    const kept = (Number(BigInt(digits) & 7n) !== 0 && text) || '';
    return { value: amount * 2n ** BigInt(bits), scale: 0, format, kept };
  }
  const exponent = Object.hasOwn(EXPONENTS, suffix) ? EXPONENTS[suffix] : Number(suffix.slice(1));
  const scale = exponent - fraction.length;
  if (whole.length + fraction.length > 18 || scale < -9)
    return { ...PLAIN_ZERO, format, decimal: Quantity.of(text).nanos };
  const kept = scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0') ? text : '';
  return { value: amount, scale, format, kept };
}

function quantityPrinter(head: string): Printer {
  return (value, typed) => {
    const parts = quantityParts(value === undefined || value === null ? '' : scalarText(value));
    return `${typed ? head : ''}{i:(resource.int64Amount){value:(int64)${parts.value} scale:(resource.Scale)${parts.scale}} d:(resource.infDecAmount){Dec:${decimalText(parts.decimal)}} s:(string)${parts.kept} Format:(resource.Format)${parts.format}}`;
  };
}

function intOrStringPrinter(head: string): Printer {
  return (value, typed) => {
    const isText = typeof value === 'string';
    const number = typeof value === 'number' ? value : 0;
    return `${typed ? head : ''}{Type:(intstr.Type)${isText ? 1 : 0} IntVal:(int32)${number} StrVal:(string)${isText ? value : ''}}`;
  };
}

/** Times in a template are the zero time: the API server clears them. */
function zeroTimePrinter(head: string): Printer {
  return (_value, typed) => `${typed ? head : ''}{wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}`;
}

/** The dump of a PodTemplateSpec as the API server stores it (defaults filled in). */
export function dumpPodTemplate(template: JsonObject): string {
  return printer('v1.PodTemplateSpec')(template, true);
}
