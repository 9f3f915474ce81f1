import { utf8Length, type HttpResponse } from '@seatrial/kernel';
import { httpDate } from '@seatrial/images';

const TITLES: Readonly<Record<number, string>> = {
  301: '301 Moved Permanently',
  302: '302 Found',
  307: '307 Temporary Redirect',
  308: '308 Permanent Redirect',
  400: '400 Bad Request',
  401: '401 Authorization Required',
  403: '403 Forbidden',
  404: '404 Not Found',
  413: '413 Request Entity Too Large',
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** A page that nginx makes itself, as ingress-nginx is configured: without a version and without `Server`. */
export function nginxPage(status: number, now: number, headers: HttpResponse['headers'] = []): HttpResponse {
  const title = TITLES[status] ?? String(status);
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return {
    status,
    headers: [
      ['Date', httpDate(now)],
      ['Content-Type', 'text/html'],
      ['Content-Length', String(utf8Length(body))],
      ['Connection', 'keep-alive'],
      ...headers,
    ],
    body,
  };
}
