import type { Status, StatusReason } from '@seatrial/apiserver';

/** A failure that the API server passes on from the kubelet. */
export function failureStatus(code: number, reason: StatusReason, message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

/** What the API server says of log options before it asks the kubelet (ValidatePodLogOptions, core/validation). */
export const invalidLogOptions = (pod: string, field: string, body: string): Status => ({
  ...failureStatus(422, 'Invalid', `PodLogOptions "${pod}" is invalid: ${field}: ${body}`),
  details: { name: pod, kind: 'PodLogOptions', causes: [{ reason: 'FieldValueInvalid', message: body, field }] },
});

export const badRequest = (message: string): Status => failureStatus(400, 'BadRequest', message);
export const internalError = (message: string): Status =>
  failureStatus(500, 'InternalError', `Internal error occurred: ${message}`);
