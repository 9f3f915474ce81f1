import type { JsonObject, JsonValue } from '@seatrial/kernel';
import { JsonPath, relaxedJsonPath } from '@seatrial/template';
import { failWith } from '../command/failure.js';

/** A field as users write it, as jsonpath (get.RelaxedJSONPathExpression). */
export function relaxedPath(expression: string): string {
  const relaxed = relaxedJsonPath(expression);
  return relaxed.ok ? relaxed.value : failWith(relaxed.error);
}

/** A field as users write it (`.a.b`, `a.b`, `{.a.b}`), ready to look for; a wrong one ends the command. */
export function fieldPath(expression: string): JsonPath {
  const parsed = JsonPath.parse(relaxedPath(expression));
  return parsed.ok ? parsed.value : failWith(parsed.error);
}

/** The values that a field has; missing ones give none. */
export function valuesAt(object: JsonObject, path: JsonPath): JsonValue[] {
  const found = path.find(object, { allowMissingKeys: true });
  return found.ok ? (found.value.flat() as JsonValue[]) : [];
}
