import { SIGNALS, type Signal } from '@seatrial/kernel';

/** `TERM`, `SIGTERM`, `15`; undefined when there is no such signal. */
export function signalNamed(text: string): Signal | undefined {
  const name = text.toUpperCase().replace(/^SIG/, '');
  return (Object.keys(SIGNALS) as Signal[]).find((signal) => signal === name || String(SIGNALS[signal]) === name);
}
