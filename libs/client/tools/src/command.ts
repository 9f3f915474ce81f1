import type { Program } from '@seatrial/kernel';

/** Which implementation of the usual commands a machine has: GNU's (workstation, nodes) or busybox's (containers). */
export type Userland = 'gnu' | 'busybox';

/** A command of a machine: an executable file and the program behind it. */
export interface CommandDefinition {
  /** The program's mark, and the executable's name. */
  readonly name: string;
  readonly program: Program;
  /** What runs instead under busybox, where its texts or options differ visibly. */
  readonly busybox?: Program;
  /** Where the executable stands; by default `/usr/bin/<name>`. */
  readonly paths?: readonly string[];
  /** The userlands that have the command; by default both. */
  readonly userlands?: readonly Userland[];
}

/** Checks a definition's type where it is written. */
export function defineCommand(definition: CommandDefinition): CommandDefinition {
  return definition;
}
