import type { ControllerContext, ControllerDefinition, ReconcileResult, Status } from '@seatrial/apiserver';
import type { Result } from '@seatrial/kernel';

/**
 * A write that the API server refused, on its way out of a control loop. Control loops give up at the first refused
 * write and try again later; {@link retrying} is where that is turned into a value.
 */
export class RequestFailedError extends Error {
  override readonly name = 'RequestFailedError';
  constructor(readonly status: Status) {
    super(status.message);
  }
}

/** The value of a request that must work for this reconciliation to go on. */
export function must<T>(result: Result<T, Status>): T {
  if (!result.ok) throw new RequestFailedError(result.error);
  return result.value;
}

/** True for a refusal because the namespace is going away (v1.NamespaceTerminatingCause). */
export const isNamespaceTerminating = (status: Status): boolean =>
  status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false;

/** Makes a reconcile function of one that lets refused writes out. */
export const retrying =
  (reconcile: (context: ControllerContext, key: string) => void): ControllerDefinition['reconcile'] =>
  (context, key): ReconcileResult => {
    try {
      reconcile(context, key);
      return 'done';
    } catch (error) {
      if (error instanceof RequestFailedError) return { retry: error.status.message };
      throw error;
    }
  };
