import { encodeBase64, type Coroutine } from '@seatrial/kernel';
import { parseGoDuration } from '@seatrial/schema';
import { defineCommand } from '../command.js';
import { parseUrl } from '../network/http-client.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { percentile, runLoad, type Load, type LoadResult } from './run-load.js';

const BARS = 40;
const BUCKETS = 10;
const seconds = (ms: number): string => (ms / 1000).toFixed(4);

function histogram(sorted: readonly number[]): string {
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  const marks = Array.from({ length: BUCKETS + 1 }, (_, index) => low + ((high - low) / BUCKETS) * index);
  const counts = marks.map(() => 0);
  let bucket = 0;
  for (const value of sorted) {
    while (bucket < BUCKETS && value > marks[bucket]) bucket++;
    counts[bucket]++;
  }
  const most = Math.max(...counts);
  const line = (mark: number, count: number): string =>
    `  ${(mark / 1000).toFixed(3)} [${count}]\t|${'■'.repeat(Math.floor((count * BARS + Math.floor(most / 2)) / most))}\n`;
  return marks.map((mark, index) => line(mark, counts[index])).join('');
}

/** hey's summary (rakyll/hey 0.1); what the simulated network does not part (DNS, writes) counts as waiting. */
function summary({ samples, totalMs }: LoadResult): string {
  const answered = samples.filter(({ status }) => status !== undefined);
  const times = answered.map(({ ms }) => ms).sort((a, b) => a - b);
  const total = Math.max(totalMs, 1);
  let text = '\n';
  if (times.length > 0) {
    const average = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    const [fastest, slowest] = [times[0], times[times.length - 1]];
    const bytes = answered.reduce((sum, sample) => sum + sample.bytes, 0);
    const detail = (name: string, values: readonly number[]): string =>
      `  ${name}:\t${values.map((ms) => `${seconds(ms)} secs`).join(', ')}\n`;
    const none = [0, 0, 0];
    text += `Summary:\n  Total:\t${seconds(total)} secs\n  Slowest:\t${seconds(slowest)} secs\n  Fastest:\t${seconds(fastest)} secs\n`;
    text += `  Average:\t${seconds(average)} secs\n  Requests/sec:\t${((samples.length * 1000) / total).toFixed(4)}\n  \n`;
    text += `  Total data:\t${bytes} bytes\n  Size/request:\t${Math.floor(bytes / answered.length)} bytes\n\n`;
    text += `Response time histogram:\n${histogram(times)}\n\nLatency distribution:\n`;
    for (const share of [10, 25, 50, 75, 90, 95, 99])
      text += `  ${share}% in ${seconds(percentile(times, share / 100))} secs\n`;
    text += '\nDetails (average, fastest, slowest):\n';
    text += detail('DNS+dialup', none) + detail('DNS-lookup', none) + detail('req write', none);
    text += `${detail('resp wait', [average, fastest, slowest])}${detail('resp read', none)}\nStatus code distribution:\n`;
    const codes = [...new Set(answered.map(({ status = 0 }) => status))].sort((a, b) => a - b);
    for (const code of codes)
      text += `  [${code}]\t${answered.filter(({ status }) => status === code).length} responses\n`;
  }
  const errors = [...new Set(samples.flatMap(({ error }) => (error === undefined ? [] : [error])))];
  if (errors.length > 0) text += '\nError distribution:\n';
  for (const error of errors) text += `  [${samples.filter((sample) => sample.error === error).length}]\t${error}\n`;
  return `${text}\n\n\n`;
}

function* usage(tool: Tool, text: string): Coroutine<never> {
  yield* tool.err(`${text}\n\nUsage: hey [options...] <url>\n`);
  return tool.exit(1);
}

function* loadOf(tool: Tool): Coroutine<Load> {
  const values = new Map<string, string>();
  const headers = new Map<string, string>();
  const operands: string[] = [];
  const words = [...tool.args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, name, , value] = /^--?([\w-]+)(=(.*))?$/.exec(word) ?? [];
    if (name === undefined) operands.push(word);
    else if (name === 'H') {
      const [, key, text] = /^([^:]+):\s*(.*)$/.exec(value ?? words.shift() ?? '') ?? [];
      if (key !== undefined) headers.set(key.toLowerCase(), text);
    } else if (!['disable-keepalive', 'disable-compression', 'disable-redirects', 'h2'].includes(name))
      values.set(name, value ?? words.shift() ?? '');
  }
  if (operands.length === 0) yield* usage(tool, '');
  const url = parseUrl(operands[0]) ?? (yield* usage(tool, `invalid URL "${operands[0]}"`));
  const forText = values.get('z');
  const duration = forText === undefined ? undefined : parseGoDuration(forText);
  const concurrency = Number(values.get('c') ?? 50);
  const requests = Number(values.get('n') ?? 200);
  if (!(concurrency > 0) || !(requests > 0)) yield* usage(tool, '-n and -c cannot be smaller than 1.');
  if (!duration && requests < concurrency) yield* usage(tool, '-n cannot be less than -c.');
  const rate = Number(values.get('q') ?? 0);
  const login = values.get('a');
  if (login !== undefined) headers.set('authorization', `Basic ${encodeBase64(login)}`);
  if (values.has('host')) headers.set('host', values.get('host') ?? '');
  return {
    url,
    method: values.get('m') ?? 'GET',
    headers,
    body: values.get('d') ?? '',
    // Every worker sends the same number, as hey's do.
    requests: duration ? Number.MAX_SAFE_INTEGER : Math.floor(requests / concurrency) * concurrency,
    concurrency: Math.min(concurrency, 1000),
    ...(duration?.ok ? { forMs: duration.value / 1_000_000 } : {}),
    ...(rate > 0 ? { everyMs: 1000 / rate } : {}),
  };
}

/** `hey`: load on a web server. */
export const hey = defineCommand({
  name: 'hey',
  paths: ['/usr/local/bin/hey'],
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    yield* tool.out(summary(yield* runLoad(tool, yield* loadOf(tool))));
    return 0;
  }),
});
