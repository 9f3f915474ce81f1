/* Values of CEL: JavaScript's where they are exact, classes of our own for the rest. */

/** An unsigned integer; `bigint` alone is CEL's int. */
export class CelUint {
  constructor(readonly value: bigint) {}
}

/** A span of time in nanoseconds. */
export class CelDuration {
  constructor(readonly nanos: bigint) {}
}

/** An instant in nanoseconds since 1970. */
export class CelTimestamp {
  constructor(readonly nanos: bigint) {}
}

export class CelOptional {
  static readonly none = new CelOptional(undefined);

  private constructor(readonly value: CelValue | undefined) {}

  static of(value: CelValue): CelOptional {
    return new CelOptional(value);
  }
}

/** What failed, as a value: logical operators may yet do without it. */
export class CelError {
  constructor(readonly message: string) {}
}

/** A type as a value. */
export class CelTypeValue {
  constructor(readonly name: string) {}
}

/** Maps and objects: `has` and `get` by key. */
export interface CelMap {
  readonly isObject: boolean;
  readonly size: number;
  get(key: CelValue): CelValue | undefined;
  keys(): readonly CelValue[];
}

/** A value of a library's own type. */
export abstract class CelNative {
  abstract readonly typeName: string;
  abstract equals(other: CelNative): boolean;
  /** What the value counts for in costs, where not 1. */
  get size(): number | undefined {
    return undefined;
  }
  /** Fields that expressions can select. */
  field(_name: string): CelValue | undefined {
    return undefined;
  }
  /** What it is as JSON. */
  abstract toString(): string;
}

export type CelValue =
  | null
  | boolean
  | string
  | bigint
  | number
  | CelUint
  | Uint8Array
  | CelDuration
  | CelTimestamp
  | CelOptional
  | CelError
  | CelTypeValue
  | CelNative
  | CelMap
  | readonly CelValue[];

export const isList = (value: CelValue): value is readonly CelValue[] => Array.isArray(value);

export const isMap = (value: CelValue): value is CelMap =>
  typeof value === 'object' && value !== null && 'isObject' in value;

export const isError = (value: unknown): value is CelError => value instanceof CelError;

/** The name of a value's type, as errors print it. */
export function typeNameOf(value: CelValue): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    default:
      break;
  }
  if (value === null) return 'null_type';
  if (Array.isArray(value)) return 'list';
  if (value instanceof CelUint) return 'uint';
  if (value instanceof CelDuration) return 'google.protobuf.Duration';
  if (value instanceof CelTimestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof CelOptional) return 'optional_type';
  if (value instanceof CelTypeValue) return 'type';
  if (value instanceof CelError) return 'error';
  if (value instanceof CelNative) return value.typeName;
  return 'map';
}

/** The number of characters as CEL counts them: code points. */
export function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length) at++;
    count++;
  }
  return count;
}

/** What `size()` says; undefined for what has none. */
export function sizeOf(value: CelValue): number | undefined {
  if (typeof value === 'string') return codePoints(value);
  if (isList(value) || value instanceof Uint8Array) return value.length;
  return isMap(value) ? value.size : undefined;
}

/** A value inside an error text. */
export function shownValue(value: CelValue): string {
  if (value instanceof CelUint) return String(value.value);
  if (value === null) return 'null';
  return typeof value === 'object' && !(value instanceof CelNative) ? typeNameOf(value) : value.toString();
}
