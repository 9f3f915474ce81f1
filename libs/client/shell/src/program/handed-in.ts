import type { FacilityKey, Machine } from '@seatrial/kernel';

/** The files that came with a student's session: on the student's own machine they may have stood elsewhere. */
export interface HandedInFiles {
  /** Puts a file or folder where a program looks for it in vain; false when nothing of the name was handed in. */
  bring(path: string): boolean;
  /** Gives a file the text that it was handed in with, as an editor nobody watched left it; false when it was not handed in. */
  restore(path: string): boolean;
}

/** Under this key a machine has them, when it replays what a student typed. */
export const HANDED_IN: FacilityKey<HandedInFiles> = { name: 'handed-in' };

/** Whether there is something at an absolute path now: it was there, or was handed in. */
export const isThere = (machine: Machine, path: string): boolean =>
  machine.files.exists(path) || machine.facility(HANDED_IN)?.bring(path) === true;
