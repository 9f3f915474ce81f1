import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { aggregated } from '../command/failure.js';
import { modelProblems } from './model-problems.js';
import { textOf } from './resource-info.js';

/** What is said of a List whose fields should only be warned of. */
export const UNVALIDATED =
  'cannot perform warn validation if server-side field validation is unsupported, skipping validation';

/** What is wrong with the items of a `List`. */
function listProblems({ items }: JsonObject): readonly string[] {
  if (!Array.isArray(items)) return ['invalid object to validate'];
  return items.flatMap((item) => {
    const wrong = kindProblem(item);
    return wrong === undefined ? modelProblems(item as JsonObject) : [wrong];
  });
}

/** Why an object's kind is not known (getObjectKind). */
function kindProblem(value: JsonValue): string | undefined {
  if (!isJsonObject(value)) return 'invalid object to validate';
  const version = textOf(value.apiVersion);
  const wrong = ['apiVersion', 'kind'].flatMap((member) => {
    const given = value[member] ?? '';
    return given === '' ? [`${member} not set`] : typeof given === 'string' ? [] : [`${member} isn't string type`];
  });
  if (wrong.length > 0) return aggregated(wrong);
  return version.split('/').length > 2 ? `unexpected GroupVersion string: ${version}` : undefined;
}

/** A `List`: no server validates its fields, so that the client does. */
export const isPlainList = (value: JsonValue): boolean =>
  isJsonObject(value) && value.apiVersion === 'v1' && value.kind === 'List';

/** What the client finds wrong with a document before it is sent (validation.paramVerifyingSchema, k8s.io/kubectl v0.35). */
export function validationProblem(value: JsonValue, directive: 'Strict' | 'Warn' = 'Strict'): string | undefined {
  const problem = kindProblem(value);
  if (problem !== undefined || !isJsonObject(value) || directive === 'Warn' || !isPlainList(value)) return problem;
  const problems = listProblems(value);
  return problems.length === 0 ? undefined : aggregated(problems);
}
