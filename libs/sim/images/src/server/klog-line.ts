import { formatMicroTime } from '@seatrial/schema';

/** A line of klog's: severity, date and time, process 1, the place in the source, the text. */
export function klogLine(now: number, severity: 'E' | 'F' | 'I' | 'W', place: string, text: string): string {
  const [, month, day, time] = /^\d+-(\d+)-(\d+)T([\d:.]+)/.exec(formatMicroTime(now)) ?? [];
  return `${severity}${month}${day} ${time}       1 ${place}] ${text}\n`;
}
