import { escapeUrlPath, goQuote, unescapeUrl } from '@seatrial/kernel';

/* URLs as Go's net/url reads them (ParseRequestURI, Parse). */

export interface GoUrl {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

const SCHEME = /^([a-zA-Z][a-zA-Z0-9+.-]*):/;
/** What stays as it was written (validEncoded). */
const ESCAPED_PATH = /^[\w\-.~!$&'()*+,;=:@[\]/%]*$/;

/** URL.EscapedPath of a path whose escapes are well formed. */
const escapePath = (path: string): string => (ESCAPED_PATH.test(path) ? path : escapeUrlPath(unescapeUrl(path)));

function badEscape(text: string): string | undefined {
  const at = /%(?![0-9A-Fa-f]{2})/.exec(text);
  return at ? `invalid URL escape ${goQuote(text.slice(at.index, at.index + 3))}` : undefined;
}

function hostProblem(authority: string): string | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const bracket = host.startsWith('[');
  if (bracket && !host.includes(']')) return "missing ']' in host";
  const port = /:([^:\]]*)$/.exec(bracket ? host.slice(host.indexOf(']')) : host);
  if (port && !/^\d*$/.test(port[1])) return `invalid port ${goQuote(`:${port[1]}`)} after host`;
  const strange = /[ <>"`{}|\\^]/.exec(host);
  return strange ? `invalid character ${goQuote(strange[0])} in host name` : badEscape(host);
}

/** Reads an absolute URL or path; Go's complaint about anything else. */
export function parseRequestUrl(text: string): GoUrl | string {
  const wrong = (problem: string): string => `parse ${goQuote(text)}: ${problem}`;
  if (/[\u0000-\u001f\u007f]/.test(text)) return wrong('net/url: invalid control character in URL');
  if (text === '') return wrong('empty url');
  const scheme = SCHEME.exec(text)?.[1] ?? '';
  if (scheme === '' && text.startsWith(':')) return wrong('missing protocol scheme');
  if (scheme === '' && !text.startsWith('/') && /^[^/?#]*:/.test(text))
    return wrong('first path segment in URL cannot contain colon');
  let rest = scheme === '' ? text : text.slice(scheme.length + 1);
  if (!rest.startsWith('/')) return wrong('invalid URI for request');
  const hash = rest.indexOf('#');
  if (hash >= 0) rest = rest.slice(0, hash);
  const question = rest.indexOf('?');
  const query = question < 0 ? '' : rest.slice(question + 1);
  rest = question < 0 ? rest : rest.slice(0, question);
  let host = '';
  if ((scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const end = rest.indexOf('/', 2);
    const authority = end < 0 ? rest.slice(2) : rest.slice(2, end);
    const problem = hostProblem(authority);
    if (problem !== undefined) return wrong(problem);
    host = authority.slice(authority.lastIndexOf('@') + 1);
    rest = end < 0 ? '' : rest.slice(end);
  }
  const problem = badEscape(rest);
  return problem === undefined
    ? { text, scheme: scheme.toLowerCase(), host, path: escapePath(rest), query }
    : wrong(problem);
}
