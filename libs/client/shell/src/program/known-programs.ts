import { reportUnsupported, type FacilityKey, type Machine } from '@seatrial/kernel';

/**
 * Under this key a machine keeps the names of programs that people have on theirs and that are not simulated: asking for
 * one says so, while other names that nobody has are mistakes.
 */
export const KNOWN_PROGRAMS: FacilityKey<ReadonlySet<string>> = { name: 'known-programs' };

/** A program was asked for that the machine has not. */
export function reportMissing(machine: Machine, name: string): void {
  if (machine.facility(KNOWN_PROGRAMS)?.has(name) === true) reportUnsupported(machine, `the program ${name}`);
}
