import type { Coroutine } from '@seatrial/kernel';
import type { FlagDefinition } from './flag.js';
import type { Invocation } from './invocation.js';

/** One kubectl command or group of commands (spf13/cobra). */
export interface VerbDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The arguments after the name, as the usage line shows them. */
  readonly usage?: string;
  readonly short: string;
  readonly long?: string;
  readonly examples?: string;
  readonly flags?: readonly FlagDefinition[];
  /** Flags that its subcommands have too. */
  readonly persistentFlags?: readonly FlagDefinition[];
  readonly subcommands?: readonly VerbDefinition[];
  /** The order in which its subcommands were added, where it differs: suggestions come in it. */
  readonly order?: readonly string[];
  /** Without `run`, the command prints its help, or names an unknown subcommand. */
  readonly run?: (k: Invocation) => Coroutine<number | undefined>;
  readonly hidden?: boolean;
  /** Other words for which it is suggested (cobra SuggestFor). */
  readonly suggestFor?: readonly string[];
  /** Whatever follows that is no subcommand, the help goes to stdout. */
  readonly helpOnly?: boolean;
  /** Without arguments the help goes to stdout instead of stderr. */
  readonly helpOnStdout?: boolean;
  /** Flags are left to the command itself. */
  readonly rawArguments?: boolean;
}

/** Names a verb; for its type only. */
export const defineVerb = (verb: VerbDefinition): VerbDefinition => verb;
