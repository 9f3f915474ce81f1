import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';

export const NANOS_PER_MS = 1_000_000;
const LOW_BITS = 20;

/** `ms` milliseconds and `nanos` nanoseconds in nanoseconds, in hexadecimal: more digits than a number holds. */
function hexadecimalNanos(ms: number, nanos: number): string {
  const low = (ms % 2 ** LOW_BITS) * NANOS_PER_MS + nanos;
  const high = Math.floor(ms / 2 ** LOW_BITS) * NANOS_PER_MS + Math.floor(low / 2 ** LOW_BITS);
  return high.toString(16) + (low % 2 ** LOW_BITS).toString(16).padStart(LOW_BITS / 4, '0');
}

/** The name of an event about the object of this name: the object's and the time, in hexadecimal nanoseconds. */
export const eventName = (object: string, ms: number, nanos: number): string =>
  [object, hexadecimalNanos(ms, nanos)].join('.');

/** v1 ObjectReference to an event's target. */
export function reference(object: KubeObject, fieldPath: string | undefined): JsonObject {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace ? { namespace } : undefined),
    name,
    ...(uid ? { uid } : undefined),
    apiVersion: object.apiVersion,
    ...(resourceVersion ? { resourceVersion } : undefined),
    ...(fieldPath ? { fieldPath } : undefined),
  };
}

/** Events about cluster-scoped objects are kept in `default`. */
export const eventNamespace = (object: KubeObject): string => object.metadata.namespace ?? 'default';
