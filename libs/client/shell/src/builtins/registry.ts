import type { ShellFlavour } from '../session/shell-session-contract.js';
import type { Builtin } from './builtin.js';
import { ALIAS_BUILTINS } from './alias.builtins.js';
import { DECLARATION_BUILTINS } from './declaration.builtins.js';
import { DIRECTORY_BUILTINS } from './directory.builtins.js';
import { EVALUATION_BUILTINS } from './evaluation.builtins.js';
import { FLOW_BUILTINS } from './flow.builtins.js';
import { INPUT_BUILTINS } from './input.builtins.js';
import { JOB_BUILTINS } from './job.builtins.js';
import { LOOKUP_BUILTINS } from './lookup.builtins.js';
import { OPTION_BUILTINS } from './option.builtins.js';
import { OUTPUT_BUILTINS } from './output.builtins.js';
import { SIGNAL_BUILTINS } from './signal.builtins.js';
import { TEST_BUILTINS } from './test.builtins.js';

let known: ReadonlyMap<string, Builtin> | undefined;

/** Built at first use: builtins run commands, and commands find builtins. */
function builtins(): ReadonlyMap<string, Builtin> {
  known ??= new Map(
    [
      ...ALIAS_BUILTINS,
      ...DECLARATION_BUILTINS,
      ...DIRECTORY_BUILTINS,
      ...EVALUATION_BUILTINS,
      ...FLOW_BUILTINS,
      ...INPUT_BUILTINS,
      ...JOB_BUILTINS,
      ...LOOKUP_BUILTINS,
      ...OPTION_BUILTINS,
      ...OUTPUT_BUILTINS,
      ...SIGNAL_BUILTINS,
      ...TEST_BUILTINS,
    ].map((builtin) => [builtin.name, builtin]),
  );
  return known;
}

/** The builtin of that name, if the flavour has it. */
export function findBuiltin(name: string, flavour: ShellFlavour): Builtin | undefined {
  const builtin = builtins().get(name);
  return builtin && (flavour === 'bash' || builtin.ash) ? builtin : undefined;
}

export function builtinNames(flavour: ShellFlavour): string[] {
  return [...builtins().values()]
    .filter((builtin) => flavour === 'bash' || builtin.ash)
    .map((builtin) => builtin.name)
    .sort((a, b) => (a < b ? -1 : 1));
}
