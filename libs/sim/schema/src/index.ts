export { type FieldError, type FieldErrorType } from './field-error.js';
