import type { Process } from '@seatrial/kernel';

/** A line of nginx's error log (ngx_log_error_core). */
export function logLine(process: Process, level: 'emerg' | 'error' | 'notice', text: string): string {
  const now = process.machine.simulation.now();
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  return `${stamp} [${level}] ${process.pid}#${process.pid}: ${text}\n`;
}
