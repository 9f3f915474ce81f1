import type { CelMeter } from '../evaluate/meter.js';
import type { CelValue } from '../evaluate/values.js';

export type CelFunction = (args: readonly CelValue[], meter: CelMeter) => CelValue;

/** Implementations by the overload's identifier; a receiver is the first argument. */
export type CelLibrary = Readonly<Record<string, CelFunction>>;

/**
 * Takes an implementation whose arguments are of the declared types (reference/kubernetes-1.35/cel-functions.json): calls
 * reach it with nothing else. After the arguments it is given the meter.
 */
export const implement = (run: (...args: never[]) => CelValue): CelFunction => {
  const call = run as (...args: unknown[]) => CelValue;
  return (args, meter) => call(...args, meter);
};
