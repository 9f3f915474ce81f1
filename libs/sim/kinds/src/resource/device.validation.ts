import { isJsonObject, utf8Length, type JsonValue } from '@seatrial/kernel';
import {
  compileCel,
  deviceVariables,
  fieldErrors,
  isCIdentifier,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';
import { complain } from '../validation/fields.js';
import { validateSlice } from '../validation/sets.js';
import { validateCsiDriverName } from '../storage/csi-driver-name.js';

/* What claims, classes and slices say of devices alike (pkg/apis/resource/validation, v1.35). */

export interface Selector {
  readonly cel?: { readonly expression?: string };
}

export interface Configuration {
  readonly opaque?: { readonly driver?: string; readonly parameters?: JsonValue };
}

const MAX_SELECTORS = 32;
const MAX_EXPRESSION = 10 * 1024;
const MAX_PARAMETERS = 10 * 1024;
const MAX_ID = 32;

function validateExpression(expression: string, path: FieldPath): FieldError[] {
  if (utf8Length(expression) > MAX_EXPRESSION) return [fieldErrors.tooLong(path, MAX_EXPRESSION)];
  const program = compileCel(expression, deviceVariables);
  if (!program.ok) {
    const { stage, text } = program.error;
    const problem = stage === 'compilation' ? 'compilation failed' : 'program instantiation failed';
    return stage === 'compilation'
      ? [fieldErrors.invalid(path, expression, `${problem}: ${text}`)]
      : [fieldErrors.internal(path, `${problem}: ${text}`)];
  }
  const { kind, text } = program.value.resultType;
  return kind === 'bool' || kind === 'dyn'
    ? []
    : [fieldErrors.invalid(path, expression, `must evaluate to bool or the unknown type, not ${text}`)];
}

/** Selectors of devices: each is an expression. */
export const validateSelectors = (selectors: readonly Selector[] | undefined, path: FieldPath): FieldError[] =>
  validateSlice(
    selectors,
    MAX_SELECTORS,
    ({ cel }, at) =>
      cel
        ? validateExpression(cel.expression ?? '', at.child('cel', 'expression'))
        : [fieldErrors.required(at.child('cel'))],
    path,
  );

function validateParameters(parameters: JsonValue | undefined, path: FieldPath): FieldError[] {
  if (parameters === undefined || parameters === null) return [fieldErrors.required(path)];
  if (utf8Length(JSON.stringify(parameters)) > MAX_PARAMETERS) return [fieldErrors.tooLong(path, MAX_PARAMETERS)];
  return isJsonObject(parameters) ? [] : [fieldErrors.invalid(path, '<value omitted>', 'must be a valid JSON object')];
}

/** What is handed to a driver. */
export function validateConfiguration({ opaque }: Configuration, path: FieldPath): FieldError[] {
  const at = path.child('opaque');
  if (!opaque) return [fieldErrors.required(at)];
  return [
    ...validateCsiDriverName(opaque.driver, at.child('driver')),
    ...validateParameters(opaque.parameters, at.child('parameters')),
  ];
}

const validateIdentifier = (id: string, path: FieldPath): FieldError[] => [
  ...(id.length > MAX_ID ? [fieldErrors.tooLong(path, MAX_ID)] : []),
  ...complain(path, id, isCIdentifier(id)),
];

/** `name` or `domain/name`, of an attribute or a capacity (validateQualifiedName). */
export function validateDeviceName(name: string, path: FieldPath): FieldError[] {
  const [domain, id, ...more] = name.split('/');
  if ((id as string | undefined) === undefined) return validateIdentifier(domain, path);
  if (more.length > 0) return [];
  return [
    ...(domain === ''
      ? [fieldErrors.invalid(path, '', 'the domain must not be empty')]
      : validateCsiDriverName(domain, path)),
    ...(id === '' ? [fieldErrors.invalid(path, '', 'the name must not be empty')] : validateIdentifier(id, path)),
  ];
}

/** `domain/name` (validateFullyQualifiedName). */
export const validateFullDeviceName = (name: string, path: FieldPath): FieldError[] => [
  ...validateDeviceName(name, path),
  ...(name.includes('/')
    ? []
    : [fieldErrors.invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')]),
];
