import { isUrlEscaped, unescapeUrl } from '@seatrial/kernel';
import { LiteralMap } from '../evaluate/cel-maps.js';
import { CelError, CelNative, type CelValue } from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';
import { parseRequestUrl, type GoUrl } from './go-url.js';

/* URLs (k8s.io/apiserver/pkg/cel/library urls.go). */

class Url extends CelNative {
  readonly typeName = 'kubernetes.URL';
  constructor(readonly url: GoUrl) {
    super();
  }
  equals(other: CelNative): boolean {
    return other instanceof Url && other.url.text === this.url.text;
  }
  toString(): string {
    return this.url.text;
  }
}

function read(text: string): CelValue {
  const url = parseRequestUrl(text);
  return typeof url === 'string' ? new CelError(`URL parse error during conversion from string: ${url}`) : new Url(url);
}

const unescapeQuery = (text: string): string | undefined =>
  isUrlEscaped(text) ? unescapeUrl(text.replaceAll('+', ' ')) : undefined;

function queryOf(query: string): CelValue {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&').filter((text) => text !== '' && !text.includes(';'))) {
    const equals = pair.indexOf('=');
    const name = unescapeQuery(equals < 0 ? pair : pair.slice(0, equals));
    const value = unescapeQuery(equals < 0 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) continue;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return LiteralMap.of(values);
}

export const urlLibrary: CelLibrary = {
  is_url_string: implement((text: string) => typeof parseRequestUrl(text) !== 'string'),
  string_to_url: implement(read),
  url_get_escaped_path: implement(({ url }: Url) => url.path),
  url_get_host: implement(({ url }: Url) => url.host),
  url_get_hostname: implement(({ url }: Url) => url.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')),
  url_get_port: implement(({ url }: Url) => /:(\d*)$/.exec(url.host)?.[1] ?? ''),
  url_get_query: implement(({ url }: Url) => queryOf(url.query)),
  url_get_scheme: implement(({ url }: Url) => url.scheme),
};
