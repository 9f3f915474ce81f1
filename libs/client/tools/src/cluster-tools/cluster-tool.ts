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
  /** Other words for it: `cluster ls`. */
  readonly aliases?: readonly string[];
}

export type HelpPages = Readonly<Record<string, string>>;

/** A call of a group of subcommands. */
export interface GroupCall {
  /** Its words: `init phase`. */
  readonly name: string;
  /** What follows them. */
  readonly rest: readonly string[];
  readonly help: string;
  /** `--help` was given. */
  readonly asksHelp: boolean;
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
  readonly help?: HelpPages | (() => HelpPages);
  /** How a group of subcommands ends that is called without one of them; by default with its help, status 0. */
  readonly onGroup?: (tool: Tool, call: GroupCall) => Coroutine<number>;
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

/** Prints a page; `{{HOME}}` in it is the user's. */
const printPage = (tool: Tool, page: string): Coroutine<void> =>
  tool.out(page.replaceAll('{{HOME}}', tool.process.env.get('HOME') ?? ''));

const pagesOf = ({ help }: ClusterTool): HelpPages | undefined => (typeof help === 'function' ? help() : help);

/** The longest group of subcommands that the words begin with; '' where they name none. */
function groupOf({ subcommands }: ClusterTool, words: readonly string[]): string {
  for (let count = words.length; count > 0; count--) {
    const group = words.slice(0, count).join(' ');
    if (subcommands.some(({ name }) => name.startsWith(`${group} `))) return group;
  }
  return '';
}

/** The help of the tool itself or of the group that the words begin with. */
function helpOf(tool: ClusterTool, words: readonly string[]): string | undefined {
  const group = groupOf(tool, words);
  if (words.length > 0 && group === '') return undefined;
  const pages = pagesOf(tool);
  return pages?.[group] ?? (group === '' ? undefined : pages?.[group.split(' ')[0]]);
}

/** A wrong flag: the message, and the usage on one of the streams (cobra). */
function* flagError(definition: ClusterTool, tool: Tool, error: string, help: string): Coroutine<number> {
  if (definition.usageOnOutput === true) {
    yield* tool.out(help);
    yield* tool.err(`Error: ${error}\n\n`);
  } else yield* tool.err(`Error: ${error}\n${help}\n`);
  return 1;
}

/** A wrong flag of a subcommand, or of a group of them, whose help is this. */
function* wrongFlag(definition: ClusterTool, tool: Tool, error: string, help: string | undefined): Coroutine<number> {
  if (definition.onFlagError) return yield* definition.onFlagError(tool, error);
  if (help !== undefined) return yield* flagError(definition, tool, error, help);
  yield* tool.err(`Error: ${error}\n`);
  return 1;
}

/** A group that is called by itself. */
function* runGroup(
  definition: ClusterTool,
  tool: Tool,
  words: readonly string[],
  help: string,
  error: string,
): Coroutine<number> {
  if (error !== '' && error !== 'help') return yield* wrongFlag(definition, tool, error, help);
  const name = groupOf(definition, words);
  if (definition.onGroup && name !== '') {
    const rest = words.slice(name.split(' ').length);
    return yield* definition.onGroup(tool, { name, rest, help, asksHelp: error === 'help' });
  }
  yield* printPage(tool, help);
  return 0;
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

/** `help COMMAND`, which cobra adds. */
function* runHelp(definition: ClusterTool, tool: Tool, words: readonly string[]): Coroutine<number> {
  const page = pagesOf(definition)?.[words.join(' ')];
  if (page === undefined) return yield* notSimulated(tool, ['help', ...words].join(' '));
  yield* printPage(tool, page);
  return 0;
}

/** A call of no subcommand: of the tool itself, of a group, or of a word that is neither. */
function* runWithout(definition: ClusterTool, tool: Tool, words: readonly string[], error: string): Coroutine<number> {
  const page = helpOf(definition, words);
  if (page !== undefined) return yield* runGroup(definition, tool, words, page, error);
  if (words.length === 0 || groupOf(definition, words) !== '')
    return yield* notSimulated(tool, `${words.join(' ')} (its help)`.trim());
  if (words[0] === 'help') return yield* runHelp(definition, tool, words.slice(1));
  if (definition.onUnknown) return yield* definition.onUnknown(tool, words[0]);
  yield* tool.err(`Error: unknown command "${words[0]}" for "${tool.name}"\nRun '${tool.name} --help' for usage.\n`);
  return 1;
}

/** A subcommand whose flags are wrong, or whose help is asked for. */
function* runWrongly(definition: ClusterTool, tool: Tool, name: string, error: string): Coroutine<number> {
  const page = pagesOf(definition)?.[name];
  if (error === 'help') {
    if (page === undefined) return yield* notSimulated(tool, `${name} --help`);
    yield* printPage(tool, page);
    return 0;
  }
  const unfollowed = unfollowedFlag(definition.name, name, error);
  if (unfollowed !== undefined) return yield* notSimulated(tool, `${name} ${unfollowed}`);
  return yield* wrongFlag(definition, tool, error, page);
}

function* runTool(definition: ClusterTool, tool: Tool): Coroutine<number> {
  const passed = yield* definition.passThrough?.(tool) ?? none();
  if (passed !== undefined) return passed;
  const words = leadingWords(definition, tool.args);
  const found = findSubcommand(definition, words);
  const subcommand = groupOf(definition, words).length > (found?.name.length ?? 0) ? undefined : found;
  const { flags, parsed } = parse(definition, subcommand, [...flagsByVariable(definition, tool), ...tool.args]);
  const error = parsed.ok ? '' : parsed.error;
  if (!subcommand) return yield* runWithout(definition, tool, words, error);
  const { name, run } = subcommand;
  if (!run && (error !== 'help' || !pagesOf(definition)?.[name])) return yield* notSimulated(tool, name);
  if (!parsed.ok || !run) return yield* runWrongly(definition, tool, name, error);
  return yield* run({ tool, flags, args: flags.args.slice(name.split(' ').length) });
}

/** A subcommand under each of its names. */
const everyName = ({ aliases = [], ...subcommand }: Subcommand): Subcommand[] => [
  subcommand,
  ...aliases.map((name) => ({ ...subcommand, name })),
];

/** The command of a tool. */
export function clusterTool(definition: ClusterTool): CommandDefinition {
  const named = { ...definition, subcommands: definition.subcommands.flatMap(everyName) };
  return defineCommand({
    name: definition.name,
    userlands: ['gnu'],
    ...(definition.paths && { paths: definition.paths }),
    program: toolProgram((tool) => runTool(named, tool)),
  });
}
