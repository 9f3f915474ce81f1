import type { ApiRequest } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import { failure, unsupportedMediaType } from '../status/status-errors.js';

const BODIES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const PATCHES = ['application/json-patch+json', 'application/merge-patch+json'];
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

/** negotiation.NewUnsupportedMediaTypeError */
export const unknownFormat = (accepted: readonly string[]): Status =>
  unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

/** The media types of patches that a resource accepts: no strategic ones where there is no Go type. */
export const patchMediaTypes = (typed: boolean): readonly string[] =>
  typed ? [...PATCHES, STRATEGIC, APPLY] : [...PATCHES, APPLY];

/** Connections, whose bodies are not the API server's to read. */
const CONNECTIONS = new Set(['attach', 'exec', 'portforward', 'proxy']);

/** The route's own refusal, before any handler looks (go-restful). */
const notConsumed = (): Status => failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});

/** What is said of a body whose Content-Type is none that the verb reads; without one it is JSON, but for patches. */
export function wrongMediaType(request: ApiRequest, { custom }: RestResource): Status | undefined {
  const { verb, contentType, bodyText, subresource } = request;
  if (contentType === undefined || CONNECTIONS.has(subresource ?? '')) return undefined;
  const mediaType = contentType.split(';')[0].trim().toLowerCase();
  if (verb === 'patch') {
    const accepted = patchMediaTypes(!custom);
    return accepted.includes(mediaType) ? undefined : notConsumed();
  }
  const read =
    verb === 'create' || verb === 'update' || ((verb === 'delete' || verb === 'deletecollection') && bodyText);
  return !read || mediaType === '' || BODIES.includes(mediaType) ? undefined : unknownFormat(BODIES);
}
