import { goQuote, groupKindName, groupResourceName, type FieldError } from '@seatrial/schema';
import type { JsonObject } from '@seatrial/kernel';
import type { Status, StatusCause, StatusReason } from '../contract/status.js';

/** The resource a Status is about; `resource` and `kind` as discovery names them. */
export interface StatusSubject {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
}

/** meta/v1 Status of a failure; texts as k8s.io/apimachinery/pkg/api/errors writes them. */
export function failure(
  code: number,
  reason: StatusReason | undefined,
  message: string,
  details?: Status['details'],
): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason ? { reason } : undefined),
    ...(details ? { details } : undefined),
    code,
  };
}

function details(subject: StatusSubject, name: string, more?: Status['details']): Status['details'] {
  return {
    ...(name ? { name } : undefined),
    ...(subject.group ? { group: subject.group } : undefined),
    kind: subject.resource,
    ...more,
  };
}

export const notFound = (subject: StatusSubject, name: string): Status =>
  failure(404, 'NotFound', `${groupResourceName(subject)} ${goQuote(name)} not found`, details(subject, name));

export const alreadyExists = (subject: StatusSubject, name: string): Status =>
  failure(409, 'AlreadyExists', `${groupResourceName(subject)} "${name}" already exists`, details(subject, name));

export const conflict = (subject: StatusSubject, name: string, why: string): Status =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${groupResourceName(subject)} "${name}": ${why}`,
    details(subject, name),
  );

/** registry.OptimisticLockErrorMsg */
export const OBJECT_MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(subject: StatusSubject, name: string, why: string): Status {
  const resource = groupResourceName(subject);
  const message = name ? `${resource} "${name}" is forbidden: ${why}` : `${resource} is forbidden: ${why}`;
  return failure(403, 'Forbidden', message, details(subject, name));
}

export const badRequest = (message: string): Status => failure(400, 'BadRequest', message);

export const unauthorized = (message = 'Unauthorized'): Status => failure(401, 'Unauthorized', message);

export const methodNotAllowed = (subject: StatusSubject, verb: string): Status =>
  failure(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind "${groupResourceName(subject)}"`,
    details(subject, ''),
  );

/** What the client makes of a 405 without a Status body (`NewGenericServerResponse`). */
export const serverMethodNotAllowed = (): Status =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** What the client makes of a 404 without a Status body. */
export const resourceNotFound = (): Status =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {});

/** What the client makes of a 503 without a Status body. */
export const serviceUnavailable = (): Status =>
  failure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request', {});

export const internalError = (why: string): Status =>
  failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });

export const tooManyRequests = (message: string, causes?: readonly StatusCause[]): Status =>
  failure(429, 'TooManyRequests', message, causes ? { causes } : undefined);

export const gone = (message: string): Status => failure(410, 'Expired', message);

export const unsupportedMediaType = (message: string): Status => failure(415, 'UnsupportedMediaType', message);

/** errors.NewInvalid: all complaints of validation, each one once. */
export function invalid(subject: StatusSubject, name: string, errors: readonly FieldError[]): Status {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.body}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = groupKindName(subject);
  return failure(422, 'Invalid', `${kind} "${name}" is invalid: ${list}`, {
    ...(name ? { name } : undefined),
    ...(subject.group ? { group: subject.group } : undefined),
    ...(subject.kind ? { kind: subject.kind } : undefined),
    causes: errors.map((error) => ({ reason: error.type, message: error.body, field: error.field })),
  });
}

/** Success of a delete that left nothing behind. */
export const deleted = (subject: StatusSubject, name: string, uid: string): JsonObject => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: { name, ...(subject.group ? { group: subject.group } : undefined), kind: subject.resource, uid },
});
