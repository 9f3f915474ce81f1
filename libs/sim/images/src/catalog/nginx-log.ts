import type { Process } from '@seatrial/kernel';

export type NginxLevel = 'emerg' | 'crit' | 'error' | 'notice';

/** Why a configuration will not do, as nginx logs it. */
export interface NginxComplaint {
  readonly level: NginxLevel;
  readonly text: string;
}

export const emergency = (text: string): NginxComplaint => ({ level: 'emerg', text });

/** A complaint as a line of the log. */
export const complaintLine = (process: Process, { level, text }: NginxComplaint): string =>
  logLine(process, level, text);

/** A line of nginx's error log (ngx_log_error_core). */
export function logLine(process: Process, level: NginxLevel, text: string): string {
  const now = process.machine.simulation.now();
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  return `${stamp} [${level}] ${process.pid}#${process.pid}: ${text}\n`;
}
