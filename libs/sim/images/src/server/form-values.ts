import { unescapeUrl, type HttpRequest } from '@seatrial/kernel';

const unescape = (text: string): string => unescapeUrl(text.replaceAll('+', ' '));

/** The values of a query or of a form's body, the first of each name. */
function valuesOf(text: string): [string, string][] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [unescape(pair), ''] : [unescape(pair.slice(0, at)), unescape(pair.slice(at + 1))];
    });
}

/** What a client gave in its query, by name. */
export const queryValues = ({ path }: HttpRequest): ReadonlyMap<string, string> =>
  new Map(valuesOf(path.split('?').slice(1).join('?')).reverse());

/** The same with a posted form, which counts before the query (net/http, Request.FormValue). */
export function formValues(request: HttpRequest): ReadonlyMap<string, string> {
  const posts = ['POST', 'PUT', 'PATCH'].includes(request.method);
  const type = request.headers.get('content-type') ?? '';
  const form = posts && type.startsWith('application/x-www-form-urlencoded') ? valuesOf(request.body) : [];
  return new Map([...queryValues(request), ...form.reverse()]);
}

/** The path of a request without its query, unescaped. */
export const pathOf = ({ path }: HttpRequest): string => unescapeUrl(path.split('?')[0]);
