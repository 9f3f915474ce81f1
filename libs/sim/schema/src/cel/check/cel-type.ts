/* Types of CEL (cel-go common/types/types.go, checker/types.go, checker/format.go). */

export type CelKind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'duration'
  | 'timestamp'
  | 'list'
  | 'map'
  | 'type'
  | 'object'
  | 'opaque'
  | 'parameter';

export interface CelType {
  readonly kind: CelKind;
  /** As errors print it. */
  readonly text: string;
  readonly name: string;
  readonly parameters: readonly CelType[];
  /** What an object has. */
  readonly fields?: ReadonlyMap<string, CelType>;
}

const simple = (kind: CelKind, text: string = kind): CelType => ({ kind, text, name: text, parameters: [] });

export const DYN = simple('dyn');
export const ERROR = simple('error', '!error!');
export const NULL = simple('null');
export const BOOL = simple('bool');
export const INT = simple('int');
export const UINT = simple('uint');
export const DOUBLE = simple('double');
export const STRING = simple('string');
export const BYTES = simple('bytes');
export const DURATION = simple('duration');
export const TIMESTAMP = simple('timestamp');

const compound = (kind: CelKind, name: string, parameters: readonly CelType[]): CelType => ({
  kind,
  name,
  parameters,
  text: parameters.length === 0 ? name : `${name}(${parameters.map(({ text }) => text).join(', ')})`,
});

export const listType = (item: CelType): CelType => compound('list', 'list', [item]);
export const mapType = (key: CelType, value: CelType): CelType => compound('map', 'map', [key, value]);
export const typeType = (...of: CelType[]): CelType => compound('type', 'type', of);
export const opaqueType = (name: string, ...parameters: CelType[]): CelType => compound('opaque', name, parameters);
export const parameterType = (name: string): CelType => compound('parameter', name, []);
export const objectType = (name: string, fields?: ReadonlyMap<string, CelType>): CelType => ({
  ...compound('object', name, []),
  ...(fields && { fields }),
});

const OPTIONAL = 'optional_type';
export const optionalType = (of: CelType): CelType => opaqueType(OPTIONAL, of);
export const isOptionalType = ({ kind, name }: CelType): boolean => kind === 'opaque' && name === OPTIONAL;
/** What an optional holds; the type itself when it is none. */
export const unwrapOptional = (type: CelType): CelType => (isOptionalType(type) ? type.parameters[0] : type);

export const isDyn = ({ kind }: CelType): boolean => kind === 'dyn';
export const isDynOrError = ({ kind }: CelType): boolean => kind === 'dyn' || kind === 'error';

const SCALARS: ReadonlyMap<string, CelType> = new Map(
  [DYN, NULL, BOOL, INT, UINT, DOUBLE, STRING, BYTES, DURATION, TIMESTAMP].map((type) => [type.text, type]),
);
const OPAQUE: ReadonlySet<string> = new Set(['net.IP', 'net.CIDR', OPTIONAL]);

/** Splits `a, map(b, c)` at its own commas. */
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim());
}

/** Reads a type as declarations write it: `list(A)`, `optional_type(V)`, `kubernetes.Quantity`. */
export function parseType(text: string): CelType {
  const scalar = SCALARS.get(text);
  if (scalar) return scalar;
  if (/^[A-Z]$/.test(text)) return parameterType(text);
  const open = text.indexOf('(');
  const name = open < 0 ? text : text.slice(0, open);
  const parameters = open < 0 ? [] : splitParameters(text.slice(open + 1, -1)).map(parseType);
  switch (name) {
    case 'list':
    case 'map':
    case 'type':
      return compound(name, name, parameters);
    default:
      return OPAQUE.has(name) ? opaqueType(name, ...parameters) : objectType(name);
  }
}

/** Whether two types are the same; `names` says whether type parameters of other names are others. */
export function sameType(a: CelType, b: CelType, names = true): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.parameters.length !== b.parameters.length) return false;
  if ((names || a.kind !== 'parameter') && a.name !== b.name) return false;
  return a.parameters.every((parameter, index) => sameType(parameter, b.parameters[index], names));
}
