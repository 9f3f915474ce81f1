import type { FacilityKey, Machine } from './machine.js';

/** Hears of everything a program was asked for that is not simulated. */
export type UnsupportedSink = (what: string) => void;

/** Under this key a machine keeps its sink; whoever runs the steps provides it. */
export const UNSUPPORTED: FacilityKey<UnsupportedSink> = { name: 'unsupported' };

/**
 * Says that something is not simulated (`helm plugin install`, `tc qdisc`): the step is marked and the run becomes
 * `needs_review`. The program then prints why and fails; it never guesses an answer.
 */
export function reportUnsupported(machine: Machine, what: string): void {
  machine.facility(UNSUPPORTED)?.(what);
}
