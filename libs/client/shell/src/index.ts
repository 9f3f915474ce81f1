export { borrowInput, borrowOutput } from './program/borrowed-stream.js';
export { matchPattern } from './expansion/match-pattern.js';
export { compilePattern, type Pattern } from './expansion/pattern.js';
export { changedLines, type DiffBlock } from './diff/changed-lines.js';
export {
  changedBlocks,
  diffSide,
  markedLine,
  nearBlocks,
  unifiedHunks,
  type DiffSide,
  type LineKey,
} from './diff/unified-hunks.js';
export { formatDate } from './evaluation/strftime.js';
export { formatPrintf, formatFloat, type PrintfResult } from './evaluation/printf-format.js';
export { expandEchoEscapes } from './builtins/output.builtins.js';
export {
  DEFAULT_PATH,
  findOnPath,
  lookUpProgram,
  programArguments,
  programAt,
  type FoundProgram,
  type LookUpError,
  type LookUpFailure,
} from './program/look-up-program.js';
export { HANDED_IN, isThere, type HandedInFiles } from './program/handed-in.js';
export { KNOWN_PROGRAMS, reportMissing } from './program/known-programs.js';
export { runCommand, startCommand, startFailureStatus, type CommandOptions } from './program/run-command.js';
export { builtinNames } from './builtins/registry.js';
export { type PromptListener } from './program/interactive-loop.js';
export { createShellProgram, type ShellProgramOptions } from './program/shell-program.js';
export { openShellSession } from './session/shell-session.js';
export {
  DEFAULT_STEP_BUDGET,
  type ShellFlavour,
  type ShellSession,
  type ShellSessionOptions,
  type ShellStep,
  type StepBudget,
  type StepOptions,
  type StepStopReason,
} from './session/shell-session-contract.js';
export { parseScript, type ScriptCommand, type ScriptParseError } from './syntax/parse-script.js';
