import {
  utf8Length,
  type ConnectionInfo,
  type Coroutine,
  type HttpResponse,
  type Input,
  type NetworkService,
  type Output,
} from '@seatrial/kernel';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};
const REQUEST_LINE = /^([A-Z]+) (\S+)(?: HTTP\/(\d\.\d))?$/;
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
const MAX_REQUEST = 1_048_576;

/** A response as it goes over the wire. */
export function formatResponse(response: HttpResponse, withBody: boolean): string {
  const names = new Set(response.headers.map(([name]) => name.toLowerCase()));
  const headers = response.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const length =
    names.has('content-length') || names.has('transfer-encoding')
      ? ''
      : `Content-Length: ${utf8Length(response.body)}\r\n`;
  return `HTTP/1.1 ${response.status} ${REASONS[response.status] ?? 'OK'}\r\n${headers}${length}\r\n${withBody ? response.body : ''}`;
}

/** Speaks HTTP/1.x over a raw stream for a service that is given as request and response. */
export function* serveHttp(
  http: NonNullable<NetworkService['http']>,
  input: Input,
  output: Output,
  connection: ConnectionInfo,
): Coroutine<void> {
  let buffer = '';
  for (;;) {
    let end = headEnd(buffer);
    while (end === undefined) {
      const piece = yield* input.read();
      if (piece === undefined || buffer.length > MAX_REQUEST) return;
      buffer += piece;
      end = headEnd(buffer);
      const first = /^([^\r\n]*)\r?\n/.exec(buffer)?.[1];
      if (first !== undefined && first !== '' && !REQUEST_LINE.test(first)) {
        yield* output.write(BAD_REQUEST);
        return;
      }
    }
    const [line, ...fields] = buffer.slice(0, end.start).split(/\r?\n/);
    buffer = buffer.slice(end.stop);
    const match = REQUEST_LINE.exec(line.trim());
    if (!match) {
      yield* output.write(BAD_REQUEST);
      return;
    }
    const headers = new Map<string, string>();
    for (const field of fields) {
      const colon = field.indexOf(':');
      if (colon > 0) headers.set(field.slice(0, colon).trim().toLowerCase(), field.slice(colon + 1).trim());
    }
    const length = Number(headers.get('content-length') ?? '0') || 0;
    while (buffer.length < length) {
      const piece = yield* input.read();
      if (piece === undefined) return;
      buffer += piece;
    }
    const body = buffer.slice(0, length);
    buffer = buffer.slice(length);
    const response = yield* http({ method: match[1], path: match[2], headers, body }, connection);
    yield* output.write(formatResponse(response, match[1] !== 'HEAD'));
    const close = headers.get('connection')?.toLowerCase() === 'close' || match[3] !== '1.1';
    if (close) return;
  }
}

function headEnd(text: string): { readonly start: number; readonly stop: number } | undefined {
  const match = /\r?\n\r?\n/.exec(text);
  return match ? { start: match.index, stop: match.index + match[0].length } : undefined;
}
