import { decodeBase64 } from '@seatrial/kernel';
import { YamlProblem } from './yaml-problem.js';

const CORE_PREFIX = 'tag:yaml.org,2002:';
const RESOLVABLE = new Set(['str', 'bool', 'int', 'float', 'null', 'timestamp'].map((name) => CORE_PREFIX + name));
const BINARY_TAG = `${CORE_PREFIX}binary`;
const STRING_TAG = `${CORE_PREFIX}str`;

/** What a scalar is: its value and core tag name (`str`, `int`…). Integers that do not fit 64 bits are not `int`. */
export interface ResolvedScalar {
  readonly type: 'str' | 'bool' | 'int' | 'float' | 'null' | 'merge';
  readonly value: string | number | boolean | null;
}

const CONSTANTS = new Map<string, ResolvedScalar>();
const constant = (type: ResolvedScalar['type'], value: ResolvedScalar['value'], ...texts: string[]): void => {
  for (const text of texts) CONSTANTS.set(text, { type, value });
};
constant('bool', true, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON');
constant('bool', false, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF');
constant('null', null, '', '~', 'null', 'Null', 'NULL');
constant('float', Number.NaN, '.nan', '.NaN', '.NAN');
constant('float', Infinity, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF');
constant('float', -Infinity, '-.inf', '-.Inf', '-.INF');
constant('merge', '<<', '<<');

/** A scalar without quotes and tag, as goyaml v2 takes it: YAML 1.1 booleans and octals, no base 60, timestamps as text. */
export function resolvePlain(text: string): ResolvedScalar {
  const known = CONSTANTS.get(text);
  if (known) return known;
  const first = text[0];
  if (first === '.') return floatOf(text.replace(/(?<=\d)_(?=\d)/g, '')) ?? { type: 'str', value: text };
  if (first !== '+' && first !== '-' && !(first >= '0' && first <= '9')) return { type: 'str', value: text };
  const digits = text.replaceAll('_', '');
  return integerOf(digits) ?? floatOf(digits) ?? { type: 'str', value: text };
}

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;

/** Go's strconv.ParseInt or ParseUint with base 0. */
function integerOf(digits: string): ResolvedScalar | undefined {
  const match = INTEGER.exec(digits);
  if (!match) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const prefixed = hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : decimal;
  if (prefixed.length > 70) return undefined;
  if (prefixed.length <= 15) return { type: 'int', value: sign === '-' ? -Number(prefixed) : Number(prefixed) };
  const size = BigInt(prefixed);
  // Without a sign also what fits an unsigned integer.
  const most = sign === '' ? (1n << 64n) - 1n : sign === '+' ? (1n << 63n) - 1n : 1n << 63n;
  if (size > most) return undefined;
  return { type: 'int', value: sign === '-' ? -Number(size) : Number(size) };
}

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

function floatOf(digits: string): ResolvedScalar | undefined {
  if (!FLOAT.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

/** A scalar with an explicit tag. Tags that are not YAML's own leave the text as it is. */
export function resolveTagged(tag: string, text: string): ResolvedScalar {
  if (tag === BINARY_TAG) return { type: 'str', value: decodeBinary(text) };
  if (tag === STRING_TAG || !RESOLVABLE.has(tag)) return { type: 'str', value: text };
  const wanted = tag.slice(CORE_PREFIX.length);
  if (wanted === 'timestamp') {
    if (/^\d{4}-\d{1,2}-\d{1,2}($|[Tt ]\d{1,2}:\d)/.test(text)) return { type: 'str', value: text };
    throw new YamlProblem(`cannot decode !!${resolvePlain(text).type} \`${text}\` as a !!timestamp`);
  }
  const found = resolvePlain(text);
  if (found.type === wanted) return found;
  if (wanted === 'float' && found.type === 'int') return { type: 'float', value: found.value };
  throw new YamlProblem(`cannot decode !!${found.type} \`${text}\` as a !!${wanted}`);
}

function decodeBinary(text: string): string {
  const decoded = decodeBase64(text);
  if ('corruptAt' in decoded) throw new YamlProblem('!!binary value contains invalid base64 data');
  return decoded.text;
}
