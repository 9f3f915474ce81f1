import { fail, ok, type Result } from '@seatrial/kernel';

/** A reference to something in a registry (oras-go v2, registry.Reference). */
export interface OciReference {
  readonly registry: string;
  readonly repository: string;
  /** A tag or a digest; empty for a repository as a whole. */
  readonly reference: string;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-*)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-*)[a-z0-9]+)*)*$/;
const MAX_REPOSITORY = 255;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REGISTRY = /^(?:[\w.~!$&'()*+,;=-]+|\[[\da-fA-F:.]+\])(?::\d*)?$/;

const invalid = (what: string): Result<OciReference, string> => fail(`invalid reference: ${what}`);

/** The registry of a reference; the error is oras' text. */
export const registryProblem = (registry: string): string | undefined =>
  REGISTRY.test(registry) ? undefined : `invalid reference: invalid registry ${JSON.stringify(registry)}`;

/** Takes a reference apart (`HOST/PATH`, `HOST/PATH:TAG`, `HOST/PATH@DIGEST`); the error is oras' text. */
export function parseOciReference(text: string): Result<OciReference, string> {
  const slash = text.indexOf('/');
  if (slash < 0) return invalid('missing registry or repository');
  const registry = text.slice(0, slash);
  const path = text.slice(slash + 1);
  const at = path.indexOf('@');
  const colon = path.indexOf(':');
  const end = at >= 0 ? (colon >= 0 && colon < at ? colon : at) : colon;
  const repository = end < 0 ? path : path.slice(0, end);
  const reference = at >= 0 ? path.slice(at + 1) : colon < 0 ? '' : path.slice(colon + 1);
  const problem = registryProblem(registry);
  if (problem !== undefined) return fail(problem);
  if (repository.length > MAX_REPOSITORY || !REPOSITORY.test(repository))
    return invalid(`invalid repository ${JSON.stringify(repository)}`);
  if (reference !== '' && at >= 0 && !DIGEST.test(reference))
    return invalid(`invalid digest ${JSON.stringify(reference)}: invalid checksum digest format`);
  if (reference !== '' && at < 0 && !TAG.test(reference)) return invalid(`invalid tag ${JSON.stringify(reference)}`);
  return ok({ registry, repository, reference });
}

/** The reference as oras shows it. */
export function formatOciReference({ registry, repository, reference }: OciReference): string {
  if (reference === '') return `${registry}/${repository}`;
  return `${registry}/${repository}${DIGEST.test(reference) ? '@' : ':'}${reference}`;
}
