import { goPlain, isJsonObject, type GoNumbers } from '@seatrial/kernel';
import { goTypeName } from '../go-format/go-value.js';

/**
 * What templates work on: JSON values (numbers are float64 as encoding/json makes them, or whole ones int64 as
 * apimachinery's util/json does, see GoNumbers), bigint for Go's int,
 * undefined for "no value", null for a nil interface, and structures with members of their own.
 */
export type TemplateValue = unknown;

/** What a template function takes; `any` accepts nothing at all as nil. */
export type ParameterType = 'any' | 'string' | 'int' | 'bool' | 'map' | 'list';

/** A function of the template's table. Its failures are thrown {@link FunctionFailure}s. */
export interface TemplateFunction {
  /** The fixed parameters; `any` for each when a number is given. */
  readonly parameters: readonly ParameterType[] | number;
  /** The type of the further arguments, where there may be any. */
  readonly variadic?: ParameterType;
  readonly call: (...values: never[]) => TemplateValue;
}

export type FunctionTable = Readonly<Record<string, TemplateFunction>>;

/** Types a function of a table. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it types the caller's function
export function templateFunction<T extends readonly TemplateValue[]>(
  parameters: readonly ParameterType[] | number,
  call: (...values: T) => TemplateValue,
  variadic?: ParameterType,
): TemplateFunction {
  return { parameters, call: call, ...(variadic && { variadic }) };
}

/** A function's error: what follows `error calling NAME: `. `causes` as in TemplateProblem. */
export class FunctionFailure extends Error {
  constructor(
    message: string,
    readonly causes: readonly string[] = [],
  ) {
    super(message);
  }
}

/** A Go struct: fields and methods by name; others do not exist. */
export class TemplateStruct {
  constructor(
    readonly typeName: string,
    private readonly members: Readonly<Record<string, TemplateValue>>,
    private readonly methods: FunctionTable = {},
    /** How it prints. */
    readonly text = '',
    /** What `range` goes through when it is a map of its own type. */
    readonly entries?: Readonly<Record<string, TemplateValue>>,
  ) {}

  field(name: string): { readonly value: TemplateValue } | undefined {
    return Object.hasOwn(this.members, name) ? { value: this.members[name] } : undefined;
  }

  method(name: string): TemplateFunction | undefined {
    return Object.hasOwn(this.methods, name) ? this.methods[name] : undefined;
  }
}

/** Go's notion of true: not empty, not zero, not nil. */
export function isTrue(value: TemplateValue): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === 0n || value === false)
    return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof TemplateStruct) return value.entries === undefined || Object.keys(value.entries).length > 0;
  return !isJsonObject(value) || Object.keys(value).length > 0;
}

/** A value as it is printed into the output. */
export function printed(value: TemplateValue, numbers?: GoNumbers): string {
  if (value === null || value === undefined) return '<no value>';
  return formatValue(value, numbers);
}

/** `%v`. */
export function formatValue(value: TemplateValue, numbers: GoNumbers = 'float64'): string {
  if (typeof value === 'string') return value;
  if (value instanceof TemplateStruct) return value.text;
  return goPlain(value, numbers);
}

/** `%T`. */
export function typeName(value: TemplateValue, numbers: GoNumbers = 'float64'): string {
  return value instanceof TemplateStruct ? value.typeName : goTypeName(value, numbers);
}
