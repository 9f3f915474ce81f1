import { encodeBase64, encodeUtf8, fail, ok, type Result } from '@seatrial/kernel';
import { parseArguments, type ParsedArguments } from '../tool/options.js';
import type { Tool } from '../tool/tool.js';

const OPTIONS =
  '-a --append, -A --user-agent=, -b --cookie=, -c --cookie-jar=, -C --continue-at=, -d --data --data-ascii=, --data-raw=, --data-binary=, --data-urlencode=, --json=, -D --dump-header=, -e --referer=, -E --cert=, --key=, --cacert=, --capath=, -f --fail, --fail-with-body, -F --form=, -g --globoff, -G --get, -h --help, -H --header=, -i --include, -I --head, -j, -J --remote-header-name, -k --insecure, -K --config=, -L --location, --location-trusted, -m --max-time=, --connect-timeout=, -M, -n, -N --no-buffer, -o --output=, -O --remote-name, --output-dir=, --create-dirs, -p, -P=, -q, -r --range=, -R, -s --silent, -S --show-error, --retry=, --retry-delay=, --retry-max-time=, --retry-connrefused, --retry-all-errors, --resolve=, --connect-to=, -T --upload-file=, -u --user=, -U=, -v --verbose, -V --version, -w --write-out=, -x --proxy=, --noproxy=, -X --request=, -y=, -Y=, -z=, -Z, -0 --http1.0, --http1.1, --http2, -1, -2, -3, -4 --ipv4, -6 --ipv6, -# --progress-bar, --no-progress-meter, --compressed, --max-redirs=, --url=, --interface=, --limit-rate=, --path-as-is, --tlsv1.2, --tlsv1.3, --keepalive-time=, --no-keepalive, --oauth2-bearer=, --trace-ascii=, --trace=, --stderr=';

/** What one curl call is to do. */
export interface CurlPlan {
  readonly urls: readonly string[];
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly has: (flag: string) => boolean;
  readonly value: (name: string) => string | undefined;
  readonly outputs: readonly ({ readonly file: string } | 'remote-name')[];
  /** `host:port` → address, from `--resolve` and `--connect-to`. */
  readonly resolved: ReadonlyMap<string, string>;
}

/** curl's way of naming a wrong option. */
function optionError(text: string): string {
  const unknown = /^(?:invalid option -- '(.)'|unrecognized option '(.*)')$/.exec(text);
  if (unknown) return `option ${unknown[1] === undefined ? unknown[2] : `-${unknown[1]}`}: is unknown`;
  const missing = /^option (?:requires an argument -- '(.)'|'(.*)' requires an argument)$/.exec(text);
  return missing ? `option ${missing[1] === undefined ? missing[2] : `-${missing[1]}`}: requires parameter` : text;
}

/** Reads curl's arguments. The error is the message behind `curl: `. */
export function planCurl(tool: Tool): Result<CurlPlan, string> {
  const parsed = parseArguments(tool.args, OPTIONS);
  if (!parsed.ok) return fail(optionError(parsed.error));
  const { flags, values, operands } = parsed.value;
  const has = (flag: string): boolean => flags.has(flag);
  const value = (name: string): string | undefined => values.get(name)?.at(-1);
  const data = collectData(tool, parsed.value);
  if (!data.ok) return data;
  const { body, urlQuery, contentType } = data.value;
  const urls = [...(values.get('url') ?? []), ...operands].map((url) =>
    has('G') && urlQuery !== '' ? `${url}${url.includes('?') ? '&' : '?'}${urlQuery}` : url,
  );
  const outputs: CurlPlan['outputs'][number][] = [];
  for (const option of parsed.value.order) {
    if (option.name === 'o') outputs.push({ file: option.value ?? '' });
    if (option.name === 'O') outputs.push('remote-name');
  }
  const method = value('X') ?? (has('I') ? 'HEAD' : has('T') ? 'PUT' : body !== undefined ? 'POST' : 'GET');
  const headers = requestHeaders(parsed.value, body, contentType);
  const resolved = new Map<string, string>();
  for (const entry of values.get('resolve') ?? []) {
    const [host, port, ...address] = entry.replace(/^\+/, '').split(':');
    resolved.set(`${host}:${port}`, address.join(':'));
  }
  return ok({ urls, method, headers, body: body ?? '', has, value, outputs, resolved });
}

interface RequestData {
  readonly body: string | undefined;
  readonly urlQuery: string;
  readonly contentType: string;
}

/** The percent-encoding of `--data-urlencode`. */
function percentEncode(text: string): string {
  return [...encodeUtf8(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function collectData(tool: Tool, { order }: ParsedArguments): Result<RequestData, string> {
  const pieces: string[] = [];
  let contentType = 'application/x-www-form-urlencoded';
  let body: string | undefined;
  for (const { name, value = '' } of order) {
    if (name === 'F') {
      contentType = 'multipart/form-data; boundary=------------------------d74496d66958873e';
      const [field, ...rest] = value.split('=');
      body = `${body ?? ''}--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${rest.join('=')}\r\n`;
    }
    if (name === 'json') contentType = 'application/json';
    if (!['d', 'data-raw', 'data-binary', 'data-urlencode', 'json'].includes(name)) continue;
    let text = value;
    if (value.startsWith('@') && name !== 'data-raw' && name !== 'data-urlencode') {
      const file = value.slice(1);
      const content = file === '-' ? ok(tool.process.stdin.take()) : tool.readFile(file);
      if (!content.ok) return fail(`(26) Failed to open ${file}`);
      text = name === 'd' ? content.value.replace(/[\r\n]/g, '') : content.value;
    }
    if (name === 'data-urlencode') {
      const equals = text.indexOf('=');
      text =
        equals < 0
          ? percentEncode(text)
          : text.slice(0, equals + (equals > 0 ? 1 : 0)) + percentEncode(text.slice(equals + 1));
    }
    pieces.push(text);
  }
  const joined = pieces.join(contentType === 'application/json' ? '' : '&');
  const get = order.some((option) => option.name === 'G');
  if (pieces.length > 0 && !get) body = joined;
  if (contentType.startsWith('multipart')) body = `${body ?? ''}--------------------------d74496d66958873e--\r\n`;
  return ok({ body, urlQuery: get ? joined : '', contentType });
}

function requestHeaders(
  { values, flags }: ParsedArguments,
  body: string | undefined,
  contentType: string,
): [string, string][] {
  const own = (values.get('H') ?? []).map((header): [string, string] => {
    const colon = header.indexOf(':');
    return colon < 0
      ? [header.replace(/;$/, ''), header.endsWith(';') ? ' ' : '']
      : [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
  });
  const given = new Set(own.map(([name]) => name.toLowerCase()));
  const headers: [string, string][] = [];
  const add = (name: string, value: string): void => {
    if (!given.has(name.toLowerCase())) headers.push([name, value]);
  };
  const user = values.get('u')?.at(-1);
  if (user !== undefined) add('Authorization', `Basic ${encodeBase64(user.includes(':') ? user : `${user}:`)}`);
  const bearer = values.get('oauth2-bearer')?.at(-1);
  if (bearer !== undefined) add('Authorization', `Bearer ${bearer}`);
  add('User-Agent', values.get('A')?.at(-1) ?? 'curl/7.88.1');
  add('Accept', contentType === 'application/json' ? 'application/json' : '*/*');
  if (flags.has('compressed')) add('Accept-Encoding', 'deflate, gzip, br, zstd');
  const referer = values.get('e')?.at(-1);
  if (referer !== undefined) add('Referer', referer);
  const cookie = values.get('b')?.at(-1);
  if (cookie?.includes('=')) add('Cookie', cookie);
  headers.push(
    ...own.filter(([, value]) => value !== '').map(([name, value]): [string, string] => [name, value.trim()]),
  );
  if (body !== undefined) {
    headers.push(['Content-Length', String(encodeUtf8(body).length)]);
    if (!given.has('content-type')) headers.push(['Content-Type', contentType]);
  }
  return headers;
}

function secondsToMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Math.round(Number(text) * 1000);
}

/** How long all of a transfer may take (`--max-time`). */
export const totalLimit = (plan: CurlPlan): number | undefined => secondsToMs(plan.value('m'));

/** How long it may take to connect (`--connect-timeout`). */
export const connectLimit = (plan: CurlPlan): number | undefined =>
  secondsToMs(plan.value('connect-timeout')) ?? totalLimit(plan);
