import { goQuote } from '@seatrial/kernel';
import { parseGoDuration, parseTime } from '@seatrial/schema';
import { defineDockerCommand, notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { DockerFlags } from '../docker-flags.js';
import type { LogLine } from '../engine/engine-log.js';
import { apiTime } from '../engine/human-units.js';
import { followLog } from './follow-log.js';

const DATE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?(Z|[+-]\d\d:\d\d)?$/;

/** `10m`, a Unix time or a date, as an instant; undefined when it is none of them (GetTimestamp of moby's api/types/time). */
function instant(text: string, now: number): number | undefined {
  const duration = parseGoDuration(text);
  if (duration.ok && text !== '0') return Math.floor((now - duration.value / 1e6) / 1000) * 1000;
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const [, day, hour = '00', minute = '00', second = '00', zone = 'Z'] = DATE.exec(text) ?? [];
  return (day as string | undefined) === undefined ? undefined : parseTime(`${day}T${hour}:${minute}:${second}${zone}`);
}

/** The instant that a flag names; the end of time when it is not given. `prefix` stands before the problem. */
export function timeOf(flags: DockerFlags, name: 'since' | 'until', now: number, prefix = ''): number {
  const text = flags.value(name);
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const time = instant(text, now);
  if (time !== undefined) return time;
  throw new DockerFailure(`${prefix}failed to parse value as time or duration: ${goQuote(text)}`);
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
      const start = timeOf(flags, 'since', now, 'invalid value for "since": ');
      while (from < lines.length && lines[from].time < start) from++;
    }
    const end = timeOf(flags, 'until', now, 'invalid value for "until": ');
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
