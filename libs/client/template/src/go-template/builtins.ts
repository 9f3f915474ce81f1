import { escapeUrlQuery, isJsonObject, type GoNumbers } from '@seatrial/kernel';
import { goSprintf } from './printf.js';
import {
  FunctionFailure,
  formatValue,
  isTrue,
  templateFunction,
  typeName,
  type FunctionTable,
  type TemplateValue,
  TemplateStruct,
} from './value.js';

type Kind = 'bool' | 'int' | 'float' | 'string';

function kindOf(value: TemplateValue, numbers: GoNumbers): Kind | undefined {
  if (numbers === 'int64' && Number.isSafeInteger(value)) return 'int';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : undefined;
}

const isNil = (value: TemplateValue): boolean => value === null || value === undefined;

const incompatible = (left: TemplateValue, right: TemplateValue, numbers: GoNumbers): FunctionFailure =>
  new FunctionFailure(`incompatible types for comparison: ${typeName(left, numbers)} and ${typeName(right, numbers)}`);

function equal(left: TemplateValue, right: TemplateValue, numbers: GoNumbers): boolean {
  const [leftKind, rightKind] = [kindOf(left, numbers), kindOf(right, numbers)];
  if (leftKind !== rightKind) {
    if (!isNil(left) && !isNil(right)) throw incompatible(left, right, numbers);
    return false;
  }
  if (leftKind === 'int') return BigInt(left as number) === BigInt(right as number);
  if (leftKind) return left === right;
  if (isNil(left) || isNil(right)) return isNil(left) === isNil(right);
  throw new FunctionFailure(`non-comparable type ${formatValue(left, numbers)}: ${typeName(left)}`);
}

function less(left: TemplateValue, right: TemplateValue, numbers: GoNumbers): boolean {
  const [leftKind, rightKind] = [kindOf(left, numbers), kindOf(right, numbers)];
  if (!leftKind || !rightKind || (leftKind === 'bool' && rightKind === 'bool'))
    throw new FunctionFailure('invalid type for comparison');
  if (leftKind !== rightKind) throw incompatible(left, right, numbers);
  return (left as number) < (right as number);
}

function index(value: TemplateValue, keys: readonly TemplateValue[], numbers: GoNumbers): TemplateValue {
  let current = value;
  if (isNil(current)) throw new FunctionFailure('index of untyped nil');
  for (const key of keys) {
    if (isNil(current)) throw new FunctionFailure('index of nil pointer');
    if (Array.isArray(current)) current = (current as TemplateValue[])[position(key, current.length, true, numbers)];
    else if (typeof current === 'string')
      current = BigInt(current.charCodeAt(position(key, current.length, true, numbers)));
    else if (isJsonObject(current)) {
      if (typeof key !== 'string') {
        const complaint = isNil(key)
          ? 'value is nil; should be of type string'
          : `value has type ${typeName(key, numbers)}; should be string`;
        throw new FunctionFailure(complaint);
      }
      current = Object.hasOwn(current, key) ? current[key] : null;
    } else throw new FunctionFailure(`can't index item of type ${typeName(current, numbers)}`);
  }
  return current;
}

function position(key: TemplateValue, length: number, strict: boolean, numbers: GoNumbers): number {
  if (isNil(key)) throw new FunctionFailure('cannot index slice/array with nil');
  // `slice` looks at what it is given, not at what that holds.
  const type = strict || typeof key === 'bigint' ? typeName(key, numbers) : 'interface {}';
  if (type !== 'int' && type !== 'int64') throw new FunctionFailure(`cannot index slice/array with type ${type}`);
  const at = Number(key);
  if (at < 0 || at > length) throw new FunctionFailure(`index out of range: ${String(key)}`);
  // The length itself passes the check, and package reflect refuses it.
  if (strict && at === length) throw new FunctionFailure('reflect: slice index out of range');
  return at;
}

function slice(value: TemplateValue, bounds: readonly TemplateValue[], numbers: GoNumbers): TemplateValue {
  if (isNil(value)) throw new FunctionFailure('slice of untyped nil');
  if (bounds.length > 3) throw new FunctionFailure(`too many slice indexes: ${String(bounds.length)}`);
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new FunctionFailure(`can't slice item of type ${typeName(value, numbers)}`);
  const [start = 0, end = value.length] = bounds.map((bound) => position(bound, value.length, false, numbers));
  if (start > end) throw new FunctionFailure(`invalid slice index: ${String(start)} > ${String(end)}`);
  return value.slice(start, end);
}

function lengthOf(value: TemplateValue, numbers: GoNumbers): bigint {
  if (value instanceof TemplateStruct && value.entries) return BigInt(Object.keys(value.entries).length);
  if (isNil(value)) throw new FunctionFailure('len of nil pointer');
  if (typeof value === 'string' || Array.isArray(value)) return BigInt(value.length);
  if (isJsonObject(value)) return BigInt(Object.keys(value).length);
  throw new FunctionFailure(`len of type ${typeName(value, numbers)}`);
}

/** fmt.Sprint: spaces between operands when neither is a string. */
export function goSprint(values: readonly TemplateValue[], numbers: GoNumbers = 'float64'): string {
  let text = '';
  values.forEach((value, i) => {
    if (i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string') text += ' ';
    text += formatValue(value, numbers);
  });
  return text;
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};
const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

const escapeJs = (text: string): string =>
  text.replace(/[\\'"<>&=]|[^\x20-\x7e]/gu, (character) => {
    if (Object.hasOwn(JS, character)) return JS[character];
    return /\p{C}/u.test(character)
      ? `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
      : character;
  });

const joined = (values: readonly TemplateValue[], numbers: GoNumbers): string =>
  typeof values[0] === 'string' && values.length === 1 ? values[0] : goSprint(values, numbers);

const functionsFor = (numbers: GoNumbers): FunctionTable => ({
  call: templateFunction(
    ['any'],
    () => {
      throw new FunctionFailure('non-function of type interface {}');
    },
    'any',
  ),
  eq: templateFunction(
    ['any'],
    (left: TemplateValue, ...rest: TemplateValue[]) => {
      if (rest.length === 0) throw new FunctionFailure('missing argument for comparison');
      return rest.some((right) => equal(left, right, numbers));
    },
    'any',
  ),
  ge: templateFunction(2, (left: TemplateValue, right: TemplateValue) => !less(left, right, numbers)),
  gt: templateFunction(
    2,
    (left: TemplateValue, right: TemplateValue) => !less(left, right, numbers) && !equal(left, right, numbers),
  ),
  html: templateFunction(
    [],
    (...values: TemplateValue[]) => joined(values, numbers).replace(/[\0"'&<>]/g, (c) => HTML[c]),
    'any',
  ),
  index: templateFunction(
    ['any'],
    (value: TemplateValue, ...keys: TemplateValue[]) => index(value, keys, numbers),
    'any',
  ),
  js: templateFunction([], (...values: TemplateValue[]) => escapeJs(joined(values, numbers)), 'any'),
  le: templateFunction(
    2,
    (left: TemplateValue, right: TemplateValue) => less(left, right, numbers) || equal(left, right, numbers),
  ),
  len: templateFunction(1, (value: TemplateValue) => lengthOf(value, numbers)),
  lt: templateFunction(2, (left: TemplateValue, right: TemplateValue) => less(left, right, numbers)),
  ne: templateFunction(2, (left: TemplateValue, right: TemplateValue) => !equal(left, right, numbers)),
  not: templateFunction(1, (value: TemplateValue) => !isTrue(value)),
  print: templateFunction([], (...values: TemplateValue[]) => goSprint(values, numbers), 'any'),
  printf: templateFunction(
    ['string'],
    (format: string, ...values: TemplateValue[]) => goSprintf(format, values, numbers),
    'any',
  ),
  println: templateFunction(
    [],
    (...values: TemplateValue[]) => `${values.map((value) => formatValue(value, numbers)).join(' ')}\n`,
    'any',
  ),
  slice: templateFunction(
    ['any'],
    (value: TemplateValue, ...bounds: TemplateValue[]) => slice(value, bounds, numbers),
    'any',
  ),
  urlquery: templateFunction([], (...values: TemplateValue[]) => escapeUrlQuery(joined(values, numbers)), 'any'),
});

const TABLES = { float64: functionsFor('float64'), int64: functionsFor('int64') };

/** Go's predefined functions; `and` and `or` are the evaluator's, as they look at no more than they need. */
export const builtinFunctions = (numbers: GoNumbers): FunctionTable => TABLES[numbers];
