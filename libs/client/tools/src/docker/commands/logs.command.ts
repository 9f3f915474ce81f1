import { defineDockerCommand, notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { DockerFlags } from '../docker-flags.js';
import type { LogLine } from '../engine/engine-log.js';
import { apiTime } from '../engine/human-units.js';
import { followLog } from './follow-log.js';

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** `10m`, a Unix time or a date, as an instant; undefined when it is none of them. */
function instant(text: string, now: number): number | undefined {
  if (/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) {
    let ms = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) ms += Number(amount) * UNITS[unit];
    return now - ms;
  }
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}

/** The instant that a flag names; the end of time when it is not given. */
export function timeOf(flags: DockerFlags, name: 'since' | 'until', now: number): number {
  const text = flags.value(name);
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const time = instant(text, now);
  if (time !== undefined) return time;
  throw new DockerFailure(`invalid value for "${name}": failed to parse value as time or duration: "${text}"`);
}

export const logsCommand = defineDockerCommand({
  name: 'logs',
  usage: '[OPTIONS] CONTAINER',
  short: 'Fetch the logs of a container',
  flags: '--details, -f --follow, --since=, -n --tail=, -t --timestamps, --until=',
  minimum: 1,
  maximum: 1,
  *run(call) {
    const { flags, process, now } = call;
    const container = call.engine.get(call.args[0]);
    if (flags.on('details')) notSimulated(process, 'docker logs --details');
    const { lines } = container.log;
    const tail = flags.value('tail') ?? 'all';
    let from = /^\d+$/.test(tail) ? Math.max(0, lines.length - Number(tail)) : 0;
    if (flags.has('since')) {
      const start = timeOf(flags, 'since', now);
      while (from < lines.length && lines[from].time < start) from++;
    }
    const end = timeOf(flags, 'until', now);
    const format = flags.on('timestamps')
      ? (line: LogLine): string => `${apiTime(line.time)} ${line.text}`
      : (line: LogLine): string => line.text;
    if (flags.on('follow')) {
      yield* followLog(container, from, process, format);
      return 0;
    }
    for (const line of lines.slice(from).filter(({ time }) => time <= end))
      yield* process[line.stream].write(format(line));
    return 0;
  },
});
