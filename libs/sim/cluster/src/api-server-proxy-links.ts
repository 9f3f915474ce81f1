/* Links in what the API server proxies, led through the proxy (k8s.io/apimachinery/pkg/util/proxy Transport). */

const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

/** Elements whose content is no markup. */
const RAW = new Set(['iframe', 'noembed', 'noframes', 'noscript', 'script', 'style', 'textarea', 'title', 'xmp']);
const SPACE = /\s/;

/** A URL as the proxy hands it out: absolute paths of the same host go below `prefix`, all others stay. */
export function rewriteUrl(url: string, prefix: string, ownHosts: readonly string[]): string {
  const [, , host = '', rest = ''] = /^(?:(\w[\w+.-]*):)?(?:\/\/([^/?#]*))?(.*)$/s.exec(url) ?? [];
  if ((host !== '' && !ownHosts.includes(host)) || !rest.startsWith('/')) return url;
  if (rest.startsWith(prefix)) return rest;
  const path = rest.replace(/[?#].*$/s, '');
  const joined = (prefix + path).replace(/\/+/g, '/');
  return joined + rest.slice(path.length);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#34': '"' };
const unescapeHtml = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|#34);/g, (_, name: string) => ENTITIES[name]);

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
};
const escapeHtml = (text: string): string => text.replace(/[&'<>"]/g, (character) => ESCAPES[character]);

interface Tag {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly closed: boolean;
  readonly end: number;
}

/** Reads a start tag at `<`; undefined when it does not end. */
function readTag(html: string, start: number): Tag | undefined {
  let at = start + 1;
  const until = (stop: (character: string) => boolean): string => {
    const from = at;
    while (at < html.length && !stop(html[at])) at++;
    return html.slice(from, at);
  };
  const name = until((character) => SPACE.test(character) || character === '/' || character === '>').toLowerCase();
  const attributes: [string, string][] = [];
  let closed = false;
  for (;;) {
    until((character) => !SPACE.test(character) && character !== '/');
    if (at >= html.length) return undefined;
    if (html[at] === '>') {
      closed = html[at - 1] === '/';
      return { name, attributes, closed, end: at + 1 };
    }
    const key = until((character) => SPACE.test(character) || '/=>'.includes(character)).toLowerCase();
    until((character) => !SPACE.test(character));
    let value = '';
    if (html[at] === '=') {
      at++;
      until((character) => !SPACE.test(character));
      const quote = html[at];
      if (quote === '"' || quote === "'") {
        at++;
        value = until((character) => character === quote);
        at++;
      } else value = until((character) => SPACE.test(character) || character === '>');
    } else if (key === '') at++;
    if (key !== '') attributes.push([key, unescapeHtml(value)]);
  }
}

function printTag({ name, attributes, closed }: Tag, rewrite: (url: string) => string): string {
  const links = Object.hasOwn(LINKS, name) ? LINKS[name] : [];
  const texts = attributes.map(
    ([key, value]) => ` ${key}="${escapeHtml(links.includes(key) ? rewrite(value) : value)}"`,
  );
  return `<${name}${texts.join('')}${closed ? '/' : ''}>`;
}

/** A page with the links of its tags rewritten; what is no start tag stays to the byte. */
export function rewriteLinks(html: string, rewrite: (url: string) => string): string {
  const parts: string[] = [];
  const lower = html.toLowerCase();
  let done = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const next = html[at + 1] ?? '';
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    if (!/[a-zA-Z]/.test(next)) {
      at++;
      continue;
    }
    const tag = readTag(html, at);
    if (!tag) break;
    parts.push(html.slice(done, at), printTag(tag, rewrite));
    done = at = tag.end;
    if (!RAW.has(tag.name) || tag.closed) continue;
    const close = lower.indexOf(`</${tag.name}`, at);
    if (close < 0) break;
    at = close + 1;
  }
  parts.push(html.slice(done));
  return parts.join('');
}
