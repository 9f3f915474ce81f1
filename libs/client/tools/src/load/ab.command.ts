import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { parseUrl } from '../network/http-client.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { percentile, runLoad, type Load, type LoadResult } from './run-load.js';

const OPTIONS = '-n=, -c=, -t=, -s=, -k, -q, -d, -r, -l, -m=, -H=, -T=, -p=, -A=, -i, -v=';
const BANNER =
  'This is ApacheBench, Version 2.3 <$Revision: 1903618 $>\nCopyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/\nLicensed to The Apache Software Foundation, http://www.apache.org/\n\n';
/** What a response's status line and headers take, about. */
const HEAD_BYTES = 233;

const field = (name: string, value: string): string => `${`${name}:`.padEnd(24)}${value}\n`;

function timesTable(times: readonly number[]): string {
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  const spread = Math.sqrt(times.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / Math.max(1, times.length - 1));
  const row = (name: string, [least, average, deviation, median, most]: readonly number[]): string =>
    `${`${name}:`.padEnd(11)}${String(least).padStart(6)} ${String(Math.round(average)).padStart(4)} ${deviation.toFixed(1).padStart(5)} ${String(median).padStart(6)} ${String(most).padStart(7)}\n`;
  const taken = [times[0], mean, spread, percentile(times, 0.5), times[times.length - 1]];
  const none = [0, 0, 0, 0, 0];
  return `\nConnection Times (ms)\n              min  mean[+/-sd] median   max\n${row('Connect', none)}${row('Processing', taken)}${row('Waiting', taken)}${row('Total', taken)}`;
}

function report({ url, concurrency }: Load, { samples, totalMs }: LoadResult): string {
  const answered = samples.filter(({ status }) => status !== undefined);
  const times = answered.map(({ ms }) => ms).sort((a, b) => a - b);
  const [first] = answered;
  const odd = answered.filter(({ status = 0 }) => status < 200 || status > 299).length;
  const failed = samples.length - answered.length + answered.filter(({ bytes }) => bytes !== first.bytes).length;
  const html = answered.reduce((sum, { bytes }) => sum + bytes, 0);
  const all = html + answered.length * HEAD_BYTES;
  const total = Math.max(1, totalMs);
  let text = field('Server Software', first.server ?? '') + field('Server Hostname', url.host);
  text += `${field('Server Port', String(url.port))}\n${field('Document Path', url.path)}`;
  text += `${field('Document Length', `${first.bytes} bytes`)}\n${field('Concurrency Level', String(concurrency))}`;
  text += field('Time taken for tests', `${(total / 1000).toFixed(3)} seconds`);
  text += field('Complete requests', String(answered.length)) + field('Failed requests', String(failed));
  if (odd > 0) text += field('Non-2xx responses', String(odd));
  text += field('Total transferred', `${all} bytes`) + field('HTML transferred', `${html} bytes`);
  text += field('Requests per second', `${((answered.length * 1000) / total).toFixed(2)} [#/sec] (mean)`);
  text += field('Time per request', `${((concurrency * total) / answered.length).toFixed(3)} [ms] (mean)`);
  text += field(
    'Time per request',
    `${(total / answered.length).toFixed(3)} [ms] (mean, across all concurrent requests)`,
  );
  text += field('Transfer rate', `${((all * 1000) / 1024 / total).toFixed(2)} [Kbytes/sec] received`);
  text += `${timesTable(times)}\nPercentage of the requests served within a certain time (ms)\n`;
  for (const share of [50, 66, 75, 80, 90, 95, 98, 99])
    text += ` ${String(share).padStart(3)}% ${String(percentile(times, share / 100)).padStart(6)}\n`;
  return `${text} 100% ${String(times[times.length - 1]).padStart(6)} (longest request)\n`;
}

function* wrongUse(tool: Tool, text: string): Coroutine<never> {
  yield* tool.err(`${text}\nUsage: ab [options] [http[s]://]hostname[:port]/path\n`);
  return tool.exit(22);
}

function* run(tool: Tool): Coroutine<number> {
  const { values, operands, flags } = yield* tool.options(OPTIONS, { status: 22 });
  if (operands.length !== 1) return yield* wrongUse(tool, 'ab: wrong number of arguments');
  const url = parseUrl(operands[0]);
  if (!url || !/^(?:[a-z]+:\/\/)?[^/]+\//.test(operands[0])) return yield* wrongUse(tool, 'ab: invalid URL');
  const number = (name: string): number | undefined =>
    values.has(name) ? Number(values.get(name)?.at(-1)) : undefined;
  const limit = number('t');
  const requests = number('n') ?? (limit === undefined ? 1 : 50_000);
  const concurrency = number('c') ?? 1;
  if (concurrency > requests)
    return yield* wrongUse(tool, 'ab: Cannot use concurrency level greater than total number of requests');
  const headers = new Map<string, string>();
  for (const header of values.get('H') ?? []) {
    const colon = header.indexOf(':');
    if (colon > 0) headers.set(header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim());
  }
  const posted = values.get('p')?.at(-1);
  const body = posted === undefined ? undefined : tool.readFile(posted);
  if (body && !body.ok) return yield* tool.die(`Could not open POST data file (${posted}): No such file or directory`);
  const method = values.get('m')?.at(-1) ?? (body ? 'POST' : 'GET');
  yield* tool.out(`${BANNER}Benchmarking ${url.host} (be patient)${requests >= 150 && !flags.has('q') ? '\n' : '...'}`);
  const load: Load = {
    url,
    method,
    headers,
    body: body?.value ?? '',
    requests,
    concurrency,
    ...(limit === undefined ? {} : { forMs: limit * 1000 }),
  };
  const result = yield* runLoad(tool, load);
  const refused = result.samples.find(({ error }) => error !== undefined);
  if (result.samples.every(({ status }) => status === undefined)) {
    yield* tool.err(
      refused?.error === 'connection refused'
        ? `\napr_socket_recv: Connection refused (111)\n`
        : `\napr_pollset_poll: The timeout specified has expired (70007)\n`,
    );
    return refused?.error === 'connection refused' ? 111 : 7;
  }
  if (requests >= 150 && !flags.has('q')) {
    const step = Math.max(100, Math.floor(requests / 10));
    for (let done = step; done <= result.samples.length; done += step) yield* tool.err(`Completed ${done} requests\n`);
    yield* tool.err(`Finished ${result.samples.length} requests\n`);
  } else yield* tool.out('..done\n');
  yield* tool.out(`\n\n${report(load, result)}`);
  return 0;
}

/** `ab` (ApacheBench): load on a web server. */
export const ab = defineCommand({ name: 'ab', userlands: ['gnu'], program: toolProgram(run) });
