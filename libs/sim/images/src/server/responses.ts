import { utf8Length, type HttpResponse } from '@seatrial/kernel';

/** A response with its type and length. */
export function respond(
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
  headers: HttpResponse['headers'] = [],
): HttpResponse {
  return { status, body, headers: [...headers, ['Content-Type', type], ['Content-Length', String(utf8Length(body))]] };
}

/** A JSON response. */
export function respondJson(value: unknown, indent?: number): HttpResponse {
  return respond(200, `${JSON.stringify(value, undefined, indent)}\n`, 'application/json');
}
