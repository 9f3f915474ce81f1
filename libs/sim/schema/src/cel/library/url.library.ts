import type { Environment } from '@marcbachmann/cel-js';
import { setOwn } from '@seatrial/kernel';

/** A URL as `url()` gives it. */
class Url {
  constructor(
    readonly scheme: string,
    readonly host: string,
    readonly path: string,
    readonly query: string,
  ) {}
}

const URL_PATTERN = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/;

function parseUrl(text: string): Url | undefined {
  const match = URL_PATTERN.exec(text);
  if (match) return new Url(match[1], match[2], match[3], match[4] ?? '');
  return text.startsWith('/') ? new Url('', '', text.replace(/\?.*$/s, ''), '') : undefined;
}

function queryOf(query: string): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const [name, value = ''] = pair.split('=', 2);
    setOwn(values, name, [...(Object.hasOwn(values, name) ? values[name] : []), value]);
  }
  return values;
}

/** URLs (k8s.io/apiserver/pkg/cel/library urls.go). */
export function registerUrlLibrary(env: Environment): void {
  env.registerType('Url', Url);
  env.registerFunction('isURL(string): bool', (text: string) => parseUrl(text) !== undefined);
  env.registerFunction('url(string): Url', (text: string) => {
    const url = parseUrl(text);
    if (!url) throw new Error(`URL parse error during conversion from string: ${text}`);
    return url;
  });
  env.registerFunction('Url.getScheme(): string', (url: Url) => url.scheme);
  env.registerFunction('Url.getHost(): string', (url: Url) => url.host);
  env.registerFunction('Url.getHostname(): string', (url: Url) => url.host.replace(/:\d+$/, ''));
  env.registerFunction('Url.getPort(): string', (url: Url) => /:(\d+)$/.exec(url.host)?.[1] ?? '');
  env.registerFunction('Url.getQuery(): map<string, list<string>>', ({ query }: Url) => queryOf(query));
  env.registerFunction('Url.getEscapedPath(): string', (url: Url) => url.path);
}
