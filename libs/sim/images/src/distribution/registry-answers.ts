import { statusText, utf8Length, type HttpRequest, type HttpResponse } from '@seatrial/kernel';
import { respond } from '../server/responses.js';

const API_VERSION = ['Docker-Distribution-Api-Version', 'registry/2.0'] as const;
const NO_SNIFFING = ['X-Content-Type-Options', 'nosniff'] as const;

/** What every answer of a registry carries. */
export const COMMON: HttpResponse['headers'] = [API_VERSION, NO_SNIFFING];

/** An answer without a body. */
export const empty = (status: number, headers: HttpResponse['headers'] = []): HttpResponse => ({
  status,
  headers: [['Content-Length', '0'], ...headers, ...COMMON],
  body: '',
});

/** JSON as Go's encoder writes it, with a line's end. */
export const json = (value: unknown, status = 200, headers: HttpResponse['headers'] = []): HttpResponse =>
  respond(status, `${JSON.stringify(value)}\n`, 'application/json', [...headers, ...COMMON]);

/** What a registry refuses, as it says it (registry/api/errcode, registry/api/v2 of Distribution v3.0). */
const ERRORS = {
  BLOB_UNKNOWN: [404, 'blob unknown to registry'],
  BLOB_UPLOAD_UNKNOWN: [404, 'blob upload unknown to registry'],
  DIGEST_INVALID: [400, 'provided digest did not match uploaded content'],
  MANIFEST_BLOB_UNKNOWN: [404, 'blob unknown to registry'],
  MANIFEST_INVALID: [400, 'manifest invalid'],
  MANIFEST_UNKNOWN: [404, 'manifest unknown'],
  NAME_UNKNOWN: [404, 'repository name not known to registry'],
  UNAUTHORIZED: [401, 'authentication required'],
  UNKNOWN: [500, 'unknown error'],
  UNSUPPORTED: [405, 'The operation is unsupported.'],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>;

export type RegistryErrorCode = keyof typeof ERRORS;

/** A refusal; `detail` is left out where there is none, and `null` where it is nothing. */
export function refused(
  code: RegistryErrorCode,
  detail?: unknown,
  { headers = [], message = ERRORS[code][1] }: { headers?: HttpResponse['headers']; message?: string } = {},
): HttpResponse {
  return json({ errors: [{ code, message, detail }] }, ERRORS[code][0], headers);
}

/** An answer to HEAD: the headers alone, with the length of what is not sent. */
export const forMethod = ({ method }: HttpRequest, response: HttpResponse): HttpResponse =>
  method === 'HEAD' ? { ...response, body: '' } : response;

/** The router's own answer to paths that are none of its. */
export const noSuchPage = (): HttpResponse => respond(404, '404 page not found\n', undefined, COMMON);

export const wrongMethod = (allowed: string): HttpResponse =>
  respond(405, 'Method not allowed\n', undefined, [['Allow', allowed], ...COMMON]);

/** One line of the access log, as Apache's (the combined format of gorilla/handlers). */
export function accessLine(
  { method, path, headers }: HttpRequest,
  { status, body }: HttpResponse,
  peer: string,
  when: string,
): string {
  return `${peer} - - [${when}] "${method} ${path} HTTP/1.1" ${statusText(status).split(' ')[0]} ${utf8Length(body)} "" "${headers.get('user-agent') ?? ''}"\n`;
}
