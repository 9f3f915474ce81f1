import type { Status, StatusReason } from '@seatrial/apiserver';

/** A failure that the API server passes on from the kubelet. */
export function failureStatus(code: number, reason: StatusReason, message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

export const badRequest = (message: string): Status => failureStatus(400, 'BadRequest', message);
export const internalError = (message: string): Status =>
  failureStatus(500, 'InternalError', `Internal error occurred: ${message}`);
