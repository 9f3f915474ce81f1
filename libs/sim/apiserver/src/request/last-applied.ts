import { canonicalJson, isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { ApplyConflict } from '@seatrial/merge';
import type { RequestScope } from './request-scope.js';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Only `kubectl apply --server-side` under its own name is helped along; another manager opts out. */
const isKubectl = (scope: RequestScope): boolean => scope.options.fieldManager === 'kubectl';

function annotationOf(object: JsonObject | undefined): string | undefined {
  const metadata = object?.metadata;
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined;
  const value = isJsonObject(annotations) ? annotations[LAST_APPLIED] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Steps of a conflict's path: `.spec.containers[name="web"].image`. */
function stepsOf(path: string): string[] {
  return path.match(/\.[^.[\]]+|\[[^\]]*\]/g) ?? [];
}

function matchesKeys(item: JsonValue, keys: string): boolean {
  if (!isJsonObject(item)) return false;
  return keys.split(',').every((pair) => {
    const [key, value = ''] = pair.split('=');
    return JSON.stringify(item[key] ?? null) === value;
  });
}

function valueAt(value: JsonValue | undefined, steps: readonly string[]): JsonValue | undefined {
  let here = value;
  for (const step of steps) {
    if (step.startsWith('.')) here = isJsonObject(here) ? here[step.slice(1)] : undefined;
    else if (step.startsWith('[='))
      here = Array.isArray(here) && here.some((item) => `[=${JSON.stringify(item)}]` === step) ? null : undefined;
    else here = Array.isArray(here) ? here.find((item) => matchesKeys(item, step.slice(1, -1))) : undefined;
    if (here === undefined) return undefined;
  }
  return here;
}

/**
 * The conflicts but for those about a field that is still as client-side apply set it: that one server-side apply takes
 * over (fieldmanager's lastAppliedManager).
 */
export function unexcusedByLastApplied(
  scope: RequestScope,
  live: JsonObject | undefined,
  conflicts: readonly ApplyConflict[],
): readonly ApplyConflict[] {
  const text = annotationOf(live);
  if (!isKubectl(scope) || text === undefined) return conflicts;
  let applied: JsonValue;
  try {
    applied = JSON.parse(text) as JsonValue;
  } catch {
    return conflicts;
  }
  return conflicts.filter(({ path }) => {
    const steps = stepsOf(path);
    const value = valueAt(applied, steps);
    return value === undefined || !jsonEqual(value, valueAt(live, steps));
  });
}

/** Keeps the annotation of client-side apply in step with what is applied now (fieldmanager's lastAppliedUpdater). */
export function withLastApplied(scope: RequestScope, object: JsonObject, config: JsonObject): JsonObject {
  if (!isKubectl(scope) || annotationOf(object) === undefined || !isJsonObject(object.metadata)) return object;
  const metadata = isJsonObject(config.metadata) ? { ...config.metadata } : {};
  if (isJsonObject(metadata.annotations)) {
    const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations;
    metadata.annotations = Object.keys(annotations).length > 0 ? annotations : undefined;
  }
  const annotations = isJsonObject(object.metadata.annotations) ? object.metadata.annotations : {};
  const value = `${canonicalJson({ ...config, metadata })}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: value } } };
}
