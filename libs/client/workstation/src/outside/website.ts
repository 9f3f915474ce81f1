import type { Coroutine, HttpRequest, HttpResponse, NetworkService, ServiceTls } from '@seatrial/kernel';

/** A response in plain text. */
export function answer(status: number, body: string, type = 'text/plain; charset=utf-8'): HttpResponse {
  return { status, headers: [['Content-Type', type]], body };
}

/** `301 Moved Permanently`; the pages of Google's servers are the ones that people see. */
export function moved(location: string, server?: 'google'): HttpResponse {
  const page =
    server === undefined
      ? ''
      : `<HTML><HEAD><meta http-equiv="content-type" content="text/html;charset=utf-8">\n<TITLE>301 Moved</TITLE></HEAD><BODY>\n<H1>301 Moved</H1>\nThe document has moved\n<A HREF="${location}">here</A>.\r\n</BODY></HTML>\r\n`;
  return {
    status: 301,
    headers: [
      ['Location', location],
      ['Content-Type', 'text/html; charset=UTF-8'],
    ],
    body: page,
  };
}

/** A web server that answers at once. */
class Website implements NetworkService {
  constructor(
    private readonly respond: (request: HttpRequest) => HttpResponse,
    readonly tls?: ServiceTls,
  ) {}

  *http(request: HttpRequest): Coroutine<HttpResponse> {
    return this.respond(request);
  }
}

export const website = (respond: (request: HttpRequest) => HttpResponse): NetworkService => new Website(respond);

/** A certificate that every client trusts. */
export const trustedTls = (host: string): ServiceTls => ({
  issuer: "O=Let's Encrypt, CN=R11",
  names: [host],
  trusted: true,
});

/** The same behind TLS. */
export const secured = (host: string, respond: (request: HttpRequest) => HttpResponse): NetworkService =>
  new Website(respond, trustedTls(host));

/** A server on port 80 that sends everybody to the secured one. */
export const redirecting = (host: string): NetworkService => website(({ path }) => moved(`https://${host}${path}`));
