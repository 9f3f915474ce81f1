import { rememberRecent } from '@seatrial/kernel';

/** A parsed image name (github.com/distribution/reference). */
export interface ImageReference {
  readonly registry: string;
  /** With registry: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const PATH_PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REGISTRY = /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.[a-zA-Z0-9-]+)*(?::\d+)?$/;

/** Normalizes as Docker does (`nginx` → `docker.io/library/nginx`); undefined when the format is invalid. */
export const parseImageReference: (text: string) => ImageReference | undefined = rememberRecent(parse, 200);

/** The registry that a name begins with, if any, and what follows it (splitDockerDomain). */
function splitRegistry(named: string): { readonly registry: string; readonly rest: string } {
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  if (!/[.:]/.test(first) && first !== 'localhost' && first === first.toLowerCase())
    return { registry: 'docker.io', rest: named };
  return { registry: first === 'index.docker.io' ? 'docker.io' : first, rest: named.slice(slash + 1) };
}

/** Why a name cannot be parsed (ParseNormalizedNamed of github.com/distribution/reference v0.6). */
export function imageNameProblem(text: string): string {
  if (/^[a-f0-9]{64}$/.test(text))
    return `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`;
  const { registry, rest } = splitRegistry(text);
  const remainder = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  const [remote] = remainder.split(':');
  return remote === remote.toLowerCase()
    ? 'invalid reference format'
    : `invalid reference format: repository name (${remote}) must be lowercase`;
}

function parse(text: string): ImageReference | undefined {
  const [named, digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const { registry, rest } = splitRegistry(named);
  const colon = rest.lastIndexOf(':');
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  if (!REGISTRY.test(registry) || (tag !== undefined && !TAG.test(tag))) return undefined;
  if (!path.split('/').every((part) => PATH_PART.test(part))) return undefined;
  const full = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  return { registry, repository: `${registry}/${full}`, tag, digest };
}
