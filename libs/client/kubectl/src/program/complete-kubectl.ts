import { compareStrings } from '@seatrial/kernel';
import { GLOBAL_FLAGS } from '../command/global-flags.js';
import { findCommand, type FoundCommand } from '../command/find-command.js';
import type { FlagDefinition } from '../command/flag.js';
import { rootCommand } from '../verbs/registry.js';

/** What a completion may look up in the cluster. */
export interface CompletionSource {
  /** Types by every name that kubectl takes: plural, singular, short. */
  readonly types: () => readonly { readonly plural: string; readonly names: readonly string[] }[];
  /** Names of a type's objects; in the given namespace, or the current one. */
  readonly names: (type: string, namespace: string | undefined) => readonly string[];
}

/** Verbs that take a type and then names of its objects. */
const BY_TYPE = new Set(['get', 'describe', 'delete', 'edit', 'label', 'annotate', 'patch', 'wait', 'scale', 'expose', 'autoscale']); // prettier-ignore
/** Verbs whose argument is a name of one type. */
const BY_NAME: Readonly<Record<string, string>> = { logs: 'pods', exec: 'pods', attach: 'pods', 'port-forward': 'pods', cp: 'pods', debug: 'pods', cordon: 'nodes', uncordon: 'nodes', drain: 'nodes' }; // prettier-ignore
/** Flags whose values can be looked up, or are these. */
const VALUES: Readonly<Record<string, string | readonly string[]>> = {
  namespace: 'namespaces',
  output: ['custom-columns=', 'go-template=', 'json', 'jsonpath=', 'name', 'wide', 'yaml'],
  'dry-run': ['client', 'none', 'server'],
  restart: ['Always', 'Never', 'OnFailure'],
};

function flagNamed(word: string, flags: readonly FlagDefinition[]): FlagDefinition | undefined {
  if (word.startsWith('--')) return flags.find(({ name }) => name === word.slice(2));
  return word.length === 2 && word.startsWith('-') ? flags.find(({ shorthand }) => shorthand === word[1]) : undefined;
}

/** The words of a line that are neither flags nor their values. */
function operands(words: readonly string[], flags: readonly FlagDefinition[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word.startsWith('-')) found.push(word);
    else if (!word.includes('=') && takesValue(flagNamed(word, flags))) at++;
  }
  return found;
}

const takesValue = (flag: FlagDefinition | undefined): boolean =>
  flag !== undefined && flag.type !== 'bool' && flag.withoutValue === undefined;

function valueOf(words: readonly string[], name: string, shorthand: string): string | undefined {
  for (const [at, word] of words.entries()) {
    if (word === `--${name}` || word === `-${shorthand}`) return words.at(at + 1);
    if (word.startsWith(`--${name}=`)) return word.slice(name.length + 3);
  }
  return undefined;
}

function flagCandidates(flags: readonly FlagDefinition[]): string[] {
  return flags.filter(({ hidden }) => !hidden).map((flag) => `--${flag.name}${takesValue(flag) ? '=' : ''}`);
}

function argumentCandidates(
  found: FoundCommand,
  given: readonly string[],
  namespace: string | undefined,
  source: CompletionSource,
  prefix: string,
): string[] {
  const { verb, path } = found;
  if (verb.subcommands) return verb.subcommands.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const single = BY_NAME[verb.name];
  if (single !== undefined) return [...source.names(single, namespace)];
  const slash = prefix.indexOf('/');
  const listed = BY_TYPE.has(verb.name) || path.startsWith('kubectl rollout ') || path.startsWith('kubectl set ');
  if (!listed && verb.name !== 'explain') return [];
  const types = source.types();
  const pluralOf = (name: string): string | undefined => types.find(({ names }) => names.includes(name))?.plural;
  if (slash > 0) {
    const type = pluralOf(prefix.slice(0, slash));
    return type === undefined ? [] : source.names(type, namespace).map((name) => `${prefix.slice(0, slash)}/${name}`);
  }
  if (given.length === 0) return types.map(({ plural }) => plural);
  const type = pluralOf(given[0]);
  if (type === undefined || verb.name === 'explain') return [];
  return source.names(type, namespace).filter((name) => !given.includes(name));
}

/**
 * What may stand at the end of a kubectl line, as `kubectl completion` offers it: verbs, types, names of objects, flags
 * and their values. `words` are those behind `kubectl`, `prefix` the word that is being typed.
 */
export function completeKubectl(words: readonly string[], prefix: string, source: CompletionSource): string[] {
  const found = findCommand(rootCommand, words, GLOBAL_FLAGS);
  const flags = [
    ...(found.verb.flags ?? []),
    ...found.parents.flatMap((parent) => parent.persistentFlags ?? []),
    ...GLOBAL_FLAGS,
  ];
  const namespace = valueOf(words, 'namespace', 'n');
  const valueCandidates = (flag: FlagDefinition | undefined): readonly string[] => {
    const known = flag && Object.hasOwn(VALUES, flag.name) ? VALUES[flag.name] : [];
    return typeof known === 'string' ? source.names(known, namespace) : known;
  };
  const last = words.at(-1);
  const before = last?.startsWith('-') && !last.includes('=') ? flagNamed(last, flags) : undefined;
  let candidates: readonly string[];
  const equals = /^(--[\w-]+)=/.exec(prefix);
  if (equals) candidates = valueCandidates(flagNamed(equals[1], flags)).map((value) => `${equals[1]}=${value}`);
  else if (takesValue(before)) candidates = valueCandidates(before);
  else if (prefix.startsWith('-')) candidates = flagCandidates(flags);
  else candidates = argumentCandidates(found, operands(found.rest, flags), namespace, source, prefix);
  return [...new Set(candidates)].filter((candidate) => candidate.startsWith(prefix)).sort(compareStrings);
}
