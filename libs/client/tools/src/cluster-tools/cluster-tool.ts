import { CLUSTER_NODE, type ClusterNode } from '@seatrial/cluster';
import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import { FlagSet, type FlagDefinition } from '@seatrial/kubectl';
import { defineCommand, type CommandDefinition } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { unfollowedFlag } from './unfollowed-flags.js';

/** One call of a subcommand. */
export interface ToolCall {
  readonly tool: Tool;
  readonly flags: FlagSet;
  /** What is left of the arguments after the subcommand's words and flags. */
  readonly args: readonly string[];
}

/** One subcommand of a tool; without `run` it is known but not simulated. */
export interface Subcommand {
  /** Its words: `token create`. */
  readonly name: string;
  readonly flags?: readonly FlagDefinition[];
  readonly run?: (call: ToolCall) => Coroutine<number>;
}

/** A tool with subcommands and pflag's flags. */
export interface ClusterTool {
  readonly name: string;
  /** The release whose texts it prints. */
  readonly version: string;
  readonly flags?: readonly FlagDefinition[];
  readonly subcommands: readonly Subcommand[];
  /** What it prints for a wrong flag; by default cobra's `Error: …`, status 1. */
  readonly onFlagError?: (tool: Tool, error: string) => Coroutine<number>;
  /** What it prints for a word that is no subcommand; by default cobra's. */
  readonly onUnknown?: (tool: Tool, word: string) => Coroutine<number>;
  /** What it prints for `--help`, by the words of a subcommand or a group of them; '' is its own. */
  readonly help?: Readonly<Record<string, string>>;
  /** A wrong flag's usage goes to standard output (a usage function of its own). */
  readonly usageOnOutput?: boolean;
  readonly paths?: readonly string[];
  /** Variables `PREFIX_FLAG` give its flags where the command line does not. */
  readonly environment?: string;
  /** Takes calls that another tool answers whole; undefined leaves them here. */
  readonly passThrough?: (tool: Tool) => Coroutine<number | undefined>;
}

/** Says that something is not simulated, and fails. */
export function* notSimulated(tool: Tool, what: string): Coroutine<number> {
  reportUnsupported(tool.machine, `${tool.name} ${what}`.trim());
  yield* tool.complain('this is not simulated');
  return 1;
}

/** The node that a tool runs on; undefined elsewhere. */
export function nodeOf(tool: Pick<Tool, 'machine'>): ClusterNode | undefined {
  return tool.machine.facility(CLUSTER_NODE);
}

/** The longest subcommand whose words begin the operands. */
function findSubcommand(tool: ClusterTool, operands: readonly string[]): Subcommand | undefined {
  const matches = tool.subcommands.filter(({ name }) =>
    name.split(' ').every((word, index) => operands[index] === word),
  );
  return matches.sort((a, b) => b.name.length - a.name.length).at(0);
}

function parse(tool: ClusterTool, subcommand: Subcommand | undefined, args: readonly string[]) {
  const flags = new FlagSet([...(subcommand?.flags ?? []), ...(tool.flags ?? [])]);
  return { flags, parsed: flags.parse(args) };
}

/** The words before the first flag; flags before the subcommand are read with the tool's own definitions. */
function leadingWords(tool: ClusterTool, args: readonly string[]): readonly string[] {
  const { flags, parsed } = parse(tool, undefined, args);
  if (parsed.ok) return flags.args;
  const first = args.findIndex((word) => word.startsWith('-'));
  return first > 0 ? args.slice(0, first) : flags.args;
}

/** The help of the tool itself or of the group that the words begin with. */
function helpOf({ help, subcommands }: ClusterTool, words: readonly string[]): string | undefined {
  if (words.length === 0) return help?.[''];
  return subcommands.some(({ name }) => name.startsWith(`${words[0]} `)) ? help?.[words[0]] : undefined;
}

/** A wrong flag: the message, and the usage on one of the streams (cobra). */
function* flagError(definition: ClusterTool, tool: Tool, error: string, help: string): Coroutine<number> {
  if (definition.usageOnOutput === true) {
    yield* tool.out(help);
    yield* tool.err(`Error: ${error}\n\n`);
  } else yield* tool.err(`Error: ${error}\n${help}\n`);
  return 1;
}

/** The flags that variables give. */
function flagsByVariable({ environment, flags = [] }: ClusterTool, { process }: Tool): string[] {
  if (environment === undefined) return [];
  return flags.flatMap(({ name }) => {
    const value = process.env.get(`${environment}_${name.toUpperCase().replaceAll('-', '_')}`);
    return value ? [`--${name}=${value}`] : [];
  });
}

function* none(): Coroutine<undefined> {
  return undefined;
}

function* runTool(definition: ClusterTool, tool: Tool): Coroutine<number> {
  const passed = yield* definition.passThrough?.(tool) ?? none();
  if (passed !== undefined) return passed;
  const words = leadingWords(definition, tool.args);
  const subcommand = findSubcommand(definition, words);
  const { flags, parsed } = parse(definition, subcommand, [...flagsByVariable(definition, tool), ...tool.args]);
  if (!subcommand) {
    const grouped = helpOf(definition, words);
    if (grouped !== undefined) {
      if (!parsed.ok && parsed.error !== 'help') return yield* flagError(definition, tool, parsed.error, grouped);
      yield* tool.out(grouped);
      return 0;
    }
    const group = words.length > 0 && definition.subcommands.some(({ name }) => name.startsWith(`${words[0]} `));
    if (words.length > 0 && !group && definition.onUnknown) return yield* definition.onUnknown(tool, words[0]);
    if (words.length > 0 && !group) {
      yield* tool.err(
        `Error: unknown command "${words[0]}" for "${tool.name}"\nRun '${tool.name} --help' for usage.\n`,
      );
      return 1;
    }
    return yield* notSimulated(tool, `${words.join(' ')} (its help)`.trim());
  }
  if (!subcommand.run) return yield* notSimulated(tool, subcommand.name);
  if (!parsed.ok) {
    const unfollowed = unfollowedFlag(definition.name, subcommand.name, parsed.error);
    if (unfollowed !== undefined) return yield* notSimulated(tool, `${subcommand.name} ${unfollowed}`);
    const help = definition.help?.[subcommand.name];
    if (help !== undefined) {
      if (parsed.error !== 'help') return yield* flagError(definition, tool, parsed.error, help);
      yield* tool.out(help);
      return 0;
    }
    if (parsed.error === 'help') return yield* notSimulated(tool, `${subcommand.name} --help`);
    if (definition.onFlagError) return yield* definition.onFlagError(tool, parsed.error);
    yield* tool.err(`Error: ${parsed.error}\n`);
    return 1;
  }
  return yield* subcommand.run({ tool, flags, args: flags.args.slice(subcommand.name.split(' ').length) });
}

/** The command of a tool. */
export function clusterTool(definition: ClusterTool): CommandDefinition {
  return defineCommand({
    name: definition.name,
    userlands: ['gnu'],
    ...(definition.paths && { paths: definition.paths }),
    program: toolProgram((tool) => runTool(definition, tool)),
  });
}
