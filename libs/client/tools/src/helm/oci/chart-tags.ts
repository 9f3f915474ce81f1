import { fail, isJsonObject, ok, type Coroutine, type Result } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { parseOciReference } from '../../registry-client/oci-reference.js';
import { answerProblem } from '../../registry-client/registry-session.js';
import { compareVersions, versionFits, versionProblem } from '../chart/version-constraint.js';
import { openRegistry } from './chart-registry.js';

/** A whole semantic version. */
const STRICT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

function tagsIn(body: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(body);
    const tags = isJsonObject(value) ? value.tags : undefined;
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  } catch {
    return [];
  }
}

/** The versions of a chart in a registry (`HOST/PATH`), the highest first; the error is oras' text. */
export function* chartTags(k: Invocation, text: string): Coroutine<Result<readonly string[], string>> {
  const parsed = parseOciReference(text);
  if (!parsed.ok) return parsed;
  const { registry, repository } = parsed.value;
  const asked = yield* openRegistry(k, registry).ask({ method: 'GET', path: `/v2/${repository}/tags/list` });
  if (!asked.ok) return asked;
  if (asked.value.response.status !== 200) return fail(answerProblem('GET', asked.value));
  const versions = tagsIn(asked.value.response.body).map((tag) => tag.replaceAll('_', '+'));
  return ok(versions.filter((version) => STRICT.test(version)).sort((a, b) => compareVersions(b, a)));
}

/** The tag that a version or a constraint means (registry.GetTagMatchingVersionOrConstraint). */
export function matchingTag(tags: readonly string[], version: string): Result<string, string> {
  if (tags.includes(version)) return ok(version);
  const constraint = version === '' ? '*' : version;
  const problem = versionProblem(constraint, '1.0.0');
  if (problem !== undefined) return fail(problem);
  const found = tags.find((tag) => versionFits(constraint, tag));
  return found === undefined
    ? fail(`could not locate a version matching provided version string ${version}`)
    : ok(found);
}
