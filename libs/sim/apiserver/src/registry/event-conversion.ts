import type { JsonObject } from '@seatrial/kernel';

/** events.k8s.io/v1 name → core/v1 name of the same field (pkg/apis/events/v1/conversion.go). */
const NAMES: readonly (readonly [string, string])[] = [
  ['note', 'message'],
  ['regarding', 'involvedObject'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

function rename(object: JsonObject, names: ReadonlyMap<string, string>, apiVersion: string): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(object)) result[names.get(key) ?? key] = value;
  result.apiVersion = apiVersion;
  return result;
}

const TO_CORE = new Map(NAMES);
const FROM_CORE = new Map(NAMES.map(([own, core]) => [core, own]));

/** Events of events.k8s.io are the core ones under other names; they share one store. */
export const eventToCore = (event: JsonObject): JsonObject => rename(event, TO_CORE, 'v1');
export const eventFromCore = (event: JsonObject): JsonObject => rename(event, FROM_CORE, 'events.k8s.io/v1');
