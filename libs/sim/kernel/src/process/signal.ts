/** Signals by name, with Linux's numbers on x86-64 (signal(7)). */
export const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ABRT: 6,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  WINCH: 28,
} as const;

export type Signal = keyof typeof SIGNALS;

/** What a signal does to a process that has no handler for it. */
export function defaultAction(signal: Signal): 'terminate' | 'ignore' | 'stop' | 'continue' {
  if (signal === 'CHLD' || signal === 'WINCH') return 'ignore';
  if (signal === 'STOP' || signal === 'TSTP' || signal === 'TTIN' || signal === 'TTOU') return 'stop';
  return signal === 'CONT' ? 'continue' : 'terminate';
}
