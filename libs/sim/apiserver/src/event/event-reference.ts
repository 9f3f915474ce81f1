import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';

export const NANOS_PER_MS = 1_000_000;
const LOW_BITS = 20;

/** Two hexadecimal digits for each byte. */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const fiveDigits = (value: number): string =>
  BYTES[value >> 12].concat(BYTES[(value >> 4) & 255], BYTES[value & 15].charAt(1));
/** The leading digits, which change every twenty minutes. */
let lastTop = { value: 0, text: '' };

/** `ms` milliseconds and `nanos` nanoseconds in nanoseconds, in hexadecimal: more digits than a number holds. */
function hexadecimalNanos(ms: number, nanos: number): string {
  const low = (ms % 2 ** LOW_BITS) * NANOS_PER_MS + nanos;
  const high = Math.floor(ms / 2 ** LOW_BITS) * NANOS_PER_MS + Math.floor(low / 2 ** LOW_BITS);
  if (high < 2 ** LOW_BITS) return high.toString(16) + fiveDigits(low % 2 ** LOW_BITS);
  const middle = high % 2 ** LOW_BITS;
  const top = (high - middle) / 2 ** LOW_BITS;
  if (top !== lastTop.value) lastTop = { value: top, text: top.toString(16) };
  return lastTop.text + fiveDigits(middle) + fiveDigits(low % 2 ** LOW_BITS);
}

/** The name of an event about the object of this name: the object's and the time, in hexadecimal nanoseconds. */
export const eventName = (object: string, ms: number, nanos: number): string =>
  [object, hexadecimalNanos(ms, nanos)].join('.');

/** v1 ObjectReference to an event's target. */
export function reference(object: KubeObject, fieldPath: string | undefined): JsonObject {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  const made: JsonObject = { kind: object.kind };
  if (namespace) made.namespace = namespace;
  made.name = name;
  if (uid) made.uid = uid;
  made.apiVersion = object.apiVersion;
  if (resourceVersion) made.resourceVersion = resourceVersion;
  if (fieldPath) made.fieldPath = fieldPath;
  return made;
}

/** Events about cluster-scoped objects are kept in `default`. */
export const eventNamespace = (object: KubeObject): string => object.metadata.namespace ?? 'default';
