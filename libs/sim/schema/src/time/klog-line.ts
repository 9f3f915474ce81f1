import { formatMicroTime } from './go-time.js';

/** A line of klog's (v2 formatHeader): severity, date and time, process, the place in the source, the text. */
export function klogLine(now: number, severity: 'E' | 'F' | 'I' | 'W', place: string, text: string, pid = 1): string {
  const [, month, day, time] = /^\d+-(\d+)-(\d+)T([\d:.]+)/.exec(formatMicroTime(now)) ?? [];
  return `${severity}${month}${day} ${time} ${String(pid).padStart(7)} ${place}] ${text}`;
}
