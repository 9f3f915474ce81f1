import {
  SIGNALS,
  compareStrings,
  directoryName,
  resolvePath,
  statusText,
  utf8Length,
  type HttpRequest,
  type HttpResponse,
  type Process,
  type Signal,
} from '@seatrial/kernel';
import { httpDate } from './http-dates.js';

type Headers = HttpResponse['headers'];

/** A name as Go's http.CanonicalHeaderKey writes it: `X-Forwarded-For`. */
export const canonicalHeader = (name: string): string =>
  name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** A request's headers by their canonical names, sorted; the host is none of them in Go. */
export const goHeaders = (request: HttpRequest): readonly (readonly [string, string])[] =>
  [...request.headers]
    .filter(([name]) => name !== 'host')
    .map(([name, value]) => [canonicalHeader(name), value] as const)
    .sort(([a], [b]) => compareStrings(a, b));

/** The type of a text by its first characters (http.DetectContentType); only what is text here. */
const sniffed = (body: string): string =>
  /^\s*<(?:!doctype html|html|head|body|h1|div|!--|p|a|br|title|style|script|table|b)[\s>]/i.test(body)
    ? 'text/html; charset=utf-8'
    : 'text/plain; charset=utf-8';

/**
 * A response in the order of Go's net/http: the handler's own headers by name, then the date, the length and the type that
 * it finds out itself.
 */
export function goRespond(process: Process, status: number, body = '', own: Headers = []): HttpResponse {
  const headers = [...own].sort(([a], [b]) => compareStrings(a, b));
  headers.push(['Date', httpDate(process.machine.simulation.now())], ['Content-Length', String(utf8Length(body))]);
  if (body !== '' && !own.some(([name]) => name === 'Content-Type')) headers.push(['Content-Type', sniffed(body)]);
  return { status, body, headers };
}

/** http.Error: a text that is shown as it is. */
export const goError = (process: Process, status: number, text: string): HttpResponse =>
  goRespond(process, status, `${text}\n`, [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['X-Content-Type-Options', 'nosniff'],
  ]);

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');

/** http.Redirect: a path is made absolute and clean, an address stays as it is. */
export function goRedirect(process: Process, request: HttpRequest, to: string, status = 302): HttpResponse {
  let location = to;
  if (!/^[a-z][a-z\d+.-]*:|^\/\//i.test(to)) {
    const [path, ...query] = to.split('?');
    const from = directoryName(request.path.split('?')[0]);
    const clean = resolvePath(from === '' ? '/' : from, path === '' ? '.' : path);
    location = [path.endsWith('/') && clean !== '/' ? `${clean}/` : clean, ...query].join('?');
  }
  const shows = request.method === 'GET' || request.method === 'HEAD';
  if (!shows) return goRespond(process, status, '', [['Location', location]]);
  const text = statusText(status).replace(/^\d+ ?/, '');
  return goRespond(process, status, `<a href="${escapeHtml(location)}">${text}</a>.\n\n`, [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Location', location],
  ]);
}

/** A Go program that minds no signals: as the first process nothing kills it, and it exits by itself (runtime, dieFromSignal). */
export const goStop = (process: Process, signal: Signal): number => (process.pid === 1 ? 2 : 128 + SIGNALS[signal]);
