import type { FunctionNode } from '../syntax/script-node.js';
import type { JobTable } from './job-table.js';
import type { VariableTable } from './variables.js';

/** `set -o` options that change behaviour here. */
export type SetOption =
  | 'allexport'
  | 'braceexpand'
  | 'errexit'
  | 'errtrace'
  | 'functrace'
  | 'hashall'
  | 'histexpand'
  | 'history'
  | 'ignoreeof'
  | 'monitor'
  | 'noclobber'
  | 'noexec'
  | 'noglob'
  | 'nolog'
  | 'notify'
  | 'nounset'
  | 'onecmd'
  | 'physical'
  | 'pipefail'
  | 'posix'
  | 'privileged'
  | 'verbose'
  | 'vi'
  | 'emacs'
  | 'interactive-comments'
  | 'keyword'
  | 'xtrace';

/** What a subshell gets a copy of. */
export interface ShellState {
  readonly variables: VariableTable;
  readonly functions: Map<string, FunctionNode>;
  readonly aliases: Map<string, string>;
  readonly options: Set<SetOption>;
  readonly shopt: Set<string>;
  positional: string[];
  /** `$0`. */
  name: string;
  /** Commands by condition: signal names, `EXIT`, `ERR`, `DEBUG`, `RETURN`. */
  readonly traps: Map<string, string>;
  lastStatus: number;
  lastBackgroundPid: number | undefined;
  pipeStatus: number[];
  directoryStack: string[];
  umask: number;
  /** Place inside a bundle of option letters, for `getopts`. */
  getoptsOffset: number;
  jobs: JobTable;
  /** Where commands were found, for `hash`. */
  readonly hash: Map<string, { path: string; hits: number }>;
  cwd: string;
  lastArgument: string;
}

export function cloneState(state: ShellState, jobs: JobTable): ShellState {
  return {
    ...state,
    variables: state.variables.clone(),
    functions: new Map(state.functions),
    aliases: new Map(state.aliases),
    options: new Set(state.options),
    shopt: new Set(state.shopt),
    positional: [...state.positional],
    traps: new Map(),
    pipeStatus: [...state.pipeStatus],
    directoryStack: [...state.directoryStack],
    jobs,
    hash: new Map(state.hash),
  };
}
