/** field.ErrorType of k8s.io/apimachinery/pkg/util/validation/field. */
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

/** One complaint about one field, as the API server's validation makes them. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** Path such as `spec.containers[0].image`. */
  readonly field: string;
  /** `ErrorBody()`: all after the path and the colon (`Required value: must be set`). */
  readonly body: string;
}
