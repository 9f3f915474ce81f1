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

function parse(text: string): ImageReference | undefined {
  const [named, digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const hasRegistry =
    first.includes('.') || first.includes(':') || first === 'localhost' || first !== first.toLowerCase();
  const registry = hasRegistry ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const rest = hasRegistry ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(':');
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  if (!REGISTRY.test(registry) || (tag !== undefined && !TAG.test(tag))) return undefined;
  if (!path.split('/').every((part) => PATH_PART.test(part))) return undefined;
  const full = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  return { registry, repository: `${registry}/${full}`, tag, digest };
}
