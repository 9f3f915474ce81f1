import { editDistance } from '@seatrial/kernel';
import { FlagSet, FlagTable } from './flag-set.js';
import type { FlagDefinition } from './flag.js';
import type { VerbDefinition } from './command.js';

export interface FoundCommand {
  readonly verb: VerbDefinition;
  /** `kubectl create deployment`. */
  readonly path: string;
  /** The line without the commands' names. */
  readonly rest: readonly string[];
  readonly parents: readonly VerbDefinition[];
}

function takesValue(definitions: readonly FlagDefinition[], word: string): boolean {
  if (word.includes('=')) return false;
  const definition = word.startsWith('--')
    ? definitions.find((flag) => flag.name === word.slice(2))
    : definitions.find((flag) => word.length === 2 && flag.shorthand === word.charAt(1));
  // Cobra takes the word after a flag that the command does not know for the flag's value.
  if (definition === undefined) return word.startsWith('--') || word.length === 2;
  return definition.type !== 'bool' && definition.type !== 'tristate' && definition.withoutValue === undefined;
}

/** Whether a line names a command that is none, after flags. */
export const isNamedAfterFlags = (line: readonly string[], flags: readonly FlagDefinition[]): boolean =>
  line.length > 0 && line[0].startsWith('-') && firstArgument(line, flags) >= 0;

/** The index of the first word that is neither a flag nor a flag's value (cobra's stripFlags); -1 without one. */
function firstArgument(line: readonly string[], definitions: readonly FlagDefinition[]): number {
  for (let i = 0; i < line.length; i++) {
    const word = line[i];
    if (word === '--') return -1;
    if (word.startsWith('-') && word !== '-') {
      if (takesValue(definitions, word)) i++;
    } else if (word !== '') return i;
  }
  return -1;
}

/** Walks from a command to the subcommand that a line names (cobra's Find). */
export function findCommand(
  root: VerbDefinition,
  line: readonly string[],
  flags: readonly FlagDefinition[],
): FoundCommand {
  let verb = root;
  let path = root.name;
  let rest = [...line];
  let known = [...flags];
  const parents: VerbDefinition[] = [];
  for (;;) {
    known = [...known, ...(verb.persistentFlags ?? []), ...(verb.flags ?? [])];
    const index = firstArgument(rest, known);
    const name = index < 0 ? undefined : rest[index];
    const next = verb.subcommands?.find((sub) => sub.name === name || sub.aliases?.includes(name ?? ''));
    if (!next) return { verb, path, rest, parents };
    parents.push(verb);
    verb = next;
    path += ` ${next.name}`;
    rest = [...rest.slice(0, index), ...rest.slice(index + 1)];
  }
}

/** All flags of a found command: its own, its parents' persistent ones, the global ones. */
export function flagsOf(
  found: FoundCommand,
  globals: readonly FlagDefinition[],
  env?: ReadonlyMap<string, string>,
): FlagSet {
  const gated = (found.verb.flags ?? []).filter(({ gate }) => gate !== undefined);
  const open = ({ gate }: FlagDefinition): boolean => gate === undefined || env?.get(gate)?.toLowerCase() === 'true';
  if (gated.some(open)) return new FlagSet(definitionsOf(found, globals).filter(open));
  let byPath = tables.get(found.verb);
  if (!byPath) tables.set(found.verb, (byPath = new Map<string, FlagTable>()));
  let table = byPath.get(found.path);
  if (!table) {
    const always = definitionsOf(found, globals).filter(({ gate }) => gate === undefined);
    byPath.set(found.path, (table = new FlagTable(always)));
  }
  return new FlagSet(table);
}

/** Every run of a command has the same flags. */
const tables = new WeakMap<VerbDefinition, Map<string, FlagTable>>();

function definitionsOf(found: FoundCommand, globals: readonly FlagDefinition[]): FlagDefinition[] {
  const own = [...(found.verb.flags ?? []), ...(found.verb.persistentFlags ?? [])];
  const inherited = found.parents.flatMap((parent) => parent.persistentFlags ?? []);
  const names = new Set(own.map((flag) => flag.name));
  const shorthands = new Set(own.map((flag) => flag.shorthand));
  const others = [...inherited, ...globals]
    .filter((flag) => !names.has(flag.name))
    .map((flag) => (flag.shorthand && shorthands.has(flag.shorthand) ? { ...flag, shorthand: undefined } : flag))
    .map(({ shorthand, ...flag }): FlagDefinition => (shorthand ? { ...flag, shorthand } : flag));
  return [...own, ...others];
}

/** Subcommands whose names are near a mistyped one (cobra SuggestionsFor, distance 2). */
export function suggestionsFor(verb: VerbDefinition, typed: string): string[] {
  const order = verb.order ?? [];
  const word = typed.toLowerCase();
  return (verb.subcommands ?? [])
    .filter((sub) => !sub.hidden)
    .flatMap(({ name, suggestFor = [] }) => [
      ...(editDistance(word, name.toLowerCase()) <= 2 || name.toLowerCase().startsWith(word) ? [name] : []),
      ...(suggestFor.includes(word) ? [name] : []),
    ])
    .sort((a, b) => order.indexOf(a) - order.indexOf(b));
}
