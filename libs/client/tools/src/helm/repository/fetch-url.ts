import { goDialError } from '@seatrial/images';
import { fail, ok, statusText, type Coroutine, type Result } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { Tool } from '../../tool/tool.js';
import { exchange, headerValue, parseUrl } from '../../network/http-client.js';

/** What python's server calls a missing file. */
const OWN_REASONS: Readonly<Record<string, string>> = { 404: 'File not found' };

/** The body behind a URL; the error is helm's text (getter.HTTPGetter). */
export function* fetchUrl(k: Invocation, text: string): Coroutine<Result<string, string>> {
  const url = parseUrl(text);
  if (!url) return fail(`Get ${JSON.stringify(text)}: http: no Host in request URL`);
  const answered = yield* exchange(new Tool(k.process), url, {
    method: 'GET',
    headers: new Map([
      ['host', url.authority],
      ['user-agent', 'Helm/4.1.4'],
    ]),
    body: '',
    insecure: true,
  });
  if (!answered.ok) {
    const { error } = answered;
    const { files } = k.process.machine;
    const reason = error.kind === 'dial' ? goDialError(files, url.host, url.port, error.error) : 'EOF';
    return fail(`Get ${JSON.stringify(text)}: ${reason}`);
  }
  const { response } = answered.value;
  if (response.status === 200) return ok(response.body);
  const named = headerValue(response, 'server')?.startsWith('SimpleHTTP') ? OWN_REASONS[response.status] : undefined;
  return fail(
    `failed to fetch ${text} : ${named === undefined ? statusText(response.status) : `${response.status} ${named}`}`,
  );
}
