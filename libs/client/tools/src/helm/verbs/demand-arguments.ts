import type { Invocation } from '@seatrial/kubectl';
import { failHelm } from '../helm-failure.js';

/** cobra's complaint about the number of arguments. */
export function demandArguments(k: Invocation, least: number, most = least): void {
  const { length } = k.args;
  if (length >= least && length <= most) return;
  const count = (number: number): string => `${String(number)} argument${number === 1 ? '' : 's'}`;
  const usage = `\n\nUsage:  ${k.path} ${k.verb.usage ? `${k.verb.usage} ` : ''}[flags]`;
  const want =
    most === 0
      ? 'accepts no arguments'
      : least === most
        ? `requires ${count(least)}`
        : length < least
          ? `requires at least ${count(least)}`
          : `accepts at most ${count(most)}`;
  failHelm(`"${k.path}" ${want}${usage}`);
}
