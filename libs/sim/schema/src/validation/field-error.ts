import { goJson, goQuote, type JsonValue } from '@seatrial/kernel';
import { Quantity } from '../quantity/quantity.js';
import type { FieldPath } from './field-path.js';

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

const TYPE_TEXT: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

/** One complaint about one field, as the API server's validation makes them (field.Error). */
export interface FieldError {
  readonly type: FieldErrorType;
  /** Path such as `spec.containers[0].image`. */
  readonly field: string;
  /** `ErrorBody()`: all after the path and the colon (`Required value: must be set`). */
  readonly body: string;
}

function valueText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return goQuote(value);
  return goJson(value);
}

const BARE: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

/** `spec.replicas: Invalid value: -1: must be greater than or equal to 0` */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${error.body}`;
}

/** Several errors as ErrorList.ToAggregate prints them: duplicates once, in brackets when more than one. */
export function fieldErrorsText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(fieldErrorText))];
  return texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
}

function make(type: FieldErrorType, path: FieldPath | string, detail: string, value?: unknown): FieldError {
  const bare = BARE.has(type) || (type === 'FieldValueTypeInvalid' && value === undefined);
  const head = bare ? TYPE_TEXT[type] : `${TYPE_TEXT[type]}: ${valueText(plain(value))}`;
  return { type, field: String(path), body: detail === '' ? head : `${head}: ${detail}` };
}

const plain = (value: unknown): JsonValue => (value instanceof Quantity ? value.toString() : (value as JsonValue));

export const fieldErrors = {
  invalid: (path: FieldPath | string, value: unknown, detail: string): FieldError =>
    make('FieldValueInvalid', path, detail, value ?? null),
  /** An invalid value that is not shown (field.OmitValueType). */
  invalidOmitted: (path: FieldPath | string, detail: string): FieldError => ({
    type: 'FieldValueInvalid',
    field: String(path),
    body: `Invalid value: ${detail}`,
  }),
  duplicateOmitted: (path: FieldPath | string): FieldError => ({
    type: 'FieldValueDuplicate',
    field: String(path),
    body: 'Duplicate value',
  }),
  typeInvalid: (path: FieldPath | string, value: unknown, detail: string): FieldError =>
    make('FieldValueTypeInvalid', path, detail, value),
  required: (path: FieldPath | string, detail = ''): FieldError => make('FieldValueRequired', path, detail),
  forbidden: (path: FieldPath | string, detail: string): FieldError => make('FieldValueForbidden', path, detail),
  duplicate: (path: FieldPath | string, value: unknown): FieldError =>
    make('FieldValueDuplicate', path, '', value ?? null),
  notFound: (path: FieldPath | string, value: unknown): FieldError =>
    make('FieldValueNotFound', path, '', value ?? null),
  /** The supported values print in the order given; Go callers that pass a set pass them sorted. */
  notSupported: (path: FieldPath | string, value: unknown, supported: readonly string[]): FieldError =>
    make(
      'FieldValueNotSupported',
      path,
      supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`,
      value ?? null,
    ),
  tooLong: (path: FieldPath | string, maxLength: number): FieldError =>
    make('FieldValueTooLong', path, maxLength >= 0 ? `may not be more than ${maxLength} bytes` : 'value is too long'),
  tooMany: (path: FieldPath | string, actual: number, max: number): FieldError =>
    make(
      'FieldValueTooMany',
      path,
      max >= 0 ? `must have at most ${max} ${max === 1 ? 'item' : 'items'}` : 'has too many items',
      actual,
    ),
  internal: (path: FieldPath | string, error: string): FieldError => make('InternalError', path, error),
} as const;
