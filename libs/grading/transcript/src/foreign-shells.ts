import { fromFish, isOpenInFish } from './fish-command.js';
import { isOpenBlock } from './powershell.js';
import { fromWindows } from './windows-command.js';

/** A language that is not a POSIX shell's. */
export interface ForeignShell {
  readonly isOpen: (text: string) => boolean;
  readonly translate: (text: string) => string;
}

/** fish waits for `end`, and shows no prompt for the lines before. */
export const FISH: ForeignShell = { isOpen: isOpenInFish, translate: fromFish };
/** PowerShell's text that begins with `@"` ends with a line that begins with `"@`. */
export const HERE_STRING: ForeignShell = { isOpen: (text) => !/\n["']@[^\n]*$/.test(text), translate: fromWindows };
/** PowerShell's and cmd's own statements. */
export const POWERSHELL: ForeignShell = { isOpen: isOpenBlock, translate: fromWindows };
