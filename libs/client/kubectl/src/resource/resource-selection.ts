import type { ServedResource } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import { failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { groupResourceOf, RestMapper } from '../client/rest-mapper.js';

/** One request that a selection leads to: an object by name, or a list. */
export interface SelectedResource {
  readonly mapping: ServedResource;
  /** '' for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** Undefined: every object that the selectors match. */
  readonly name?: string;
}

/** How arguments select (resource.Builder's settings). */
export interface SelectionOptions {
  readonly args: readonly string[];
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly selectAll?: boolean;
  readonly allNamespaces?: boolean;
  readonly singleResourceType?: boolean;
  /** A type alone means all of its objects (`kubectl get pods`). */
  readonly allowEmptySelector?: boolean;
}

export const MISSING_RESOURCE = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

const splitTypes = (text: string): string[] => [...new Set(text.split(','))];

interface TypedName {
  readonly resource: string;
  readonly name: string;
}

/** Several types with names are each type with each name (normalizeMultipleResourcesArgs). */
function eachNamed(args: readonly string[]): readonly string[] {
  if (args.length < 2) return args;
  const [first, ...names] = args;
  const types = splitTypes(first);
  return types.length > 1 ? types.flatMap((type) => names.map((name) => `${type}/${name}`)) : args;
}

function combinedArguments(args: readonly string[]): TypedName[] | undefined {
  const slashed = args.filter((arg) => arg.includes('/')).length;
  if (slashed === 0) return undefined;
  if (slashed !== args.length)
    failWith(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  return args.map(typedName);
}

/** What `resource/name` says; anything else with a slash ends the command (splitResourceTypeName). */
export function typedName(arg: string): TypedName {
  const [resource, name, ...more] = arg.split('/');
  if (more.length > 0) failWith('arguments in resource/name form may not have more than one slash');
  if (resource === '' || name === '' || splitTypes(resource).length !== 1)
    failWith('arguments in resource/name form must have a single resource and name');
  return { resource, name };
}

/** Says which other resources a short name could mean. */
export function* warnOfAmbiguity(k: Invocation, typed: string): Coroutine<void> {
  const api = yield* k.api();
  for (const other of api.restMapper().ambiguous(typed))
    yield* k.err(`Warning: short name "${typed}" could also match lower priority resource ${groupResourceOf(other)}\n`);
}

/** The mapping of a typed resource word; an unknown one ends the command. */
export function* mappingFor(k: Invocation, typed: string): Coroutine<ServedResource> {
  const api = yield* k.api();
  const mapping = api.restMapper().mappingFor(typed);
  yield* warnOfAmbiguity(k, typed);
  return mapping ?? failWith(`the server doesn't have a resource type "${RestMapper.resourceWord(typed)}"`);
}

function* mappingsOf(k: Invocation, words: readonly string[]): Coroutine<ServedResource[]> {
  const found = new Map<string, ServedResource>();
  for (const word of words) {
    const mapping = yield* mappingFor(k, word);
    const id = `${mapping.version}/${groupResourceOf(mapping)}`;
    if (!found.has(id)) found.set(id, mapping);
  }
  return [...found.values()];
}

/** Comma-separated resource words with categories (`all`) replaced by what they stand for. */
export function* expandCategories(k: Invocation, word: string): Coroutine<string[]> {
  const words: string[] = [];
  for (const part of splitTypes(word)) {
    const api = yield* k.api();
    const members = api.restMapper().inCategory(part);
    words.push(...(members.length > 0 ? members.map(groupResourceOf) : [part]));
  }
  return words;
}

/** What resource arguments and selectors select, with the checks and texts of resource.Builder (cli-runtime v0.35). */
export function* selectResources(k: Invocation, options: SelectionOptions): Coroutine<SelectedResource[]> {
  const args = eachNamed(options.args);
  const tuples = combinedArguments(args);
  const types = tuples || args.length === 0 ? [] : yield* expandCategories(k, args[0]);
  const names = tuples ? [] : args.slice(1);
  const empty = options.allowEmptySelector && !tuples && args.length === 1;
  const selecting = options.selectAll || options.labelSelector || options.fieldSelector || empty;
  if (selecting) return yield* bySelector(k, options, tuples !== undefined, types, names);
  if (tuples) return yield* byTuples(k, options, tuples);
  if (names.length > 0) return yield* byNames(k, options, types, names);
  if (types.length > 0) {
    yield* mappingsOf(k, types);
    failWith('resource(s) were provided, but no name was specified');
  }
  return failWith(MISSING_RESOURCE);
}

function* bySelector(
  k: Invocation,
  options: SelectionOptions,
  combined: boolean,
  types: readonly string[],
  names: readonly string[],
): Coroutine<SelectedResource[]> {
  if (names.length > 0) failWith('name cannot be provided when a selector is specified');
  if (combined) failWith('selectors and the all flag cannot be used when passing resource/name arguments');
  if (types.length === 0) failWith('at least one resource must be specified to use a selector');
  const mappings = yield* mappingsOf(k, types);
  if (options.singleResourceType && mappings.length > 1) failWith('you may only specify a single resource type');
  const { namespace } = k.namespace();
  return mappings.map((mapping) => ({
    mapping,
    namespace: mapping.namespaced && !options.allNamespaces ? namespace : '',
  }));
}

function* byTuples(
  k: Invocation,
  options: SelectionOptions,
  tuples: readonly TypedName[],
): Coroutine<SelectedResource[]> {
  const selected: SelectedResource[] = [];
  const { namespace } = k.namespace();
  const mappings = new Map<string, ServedResource>();
  for (const { resource } of tuples)
    if (!mappings.has(resource)) mappings.set(resource, yield* mappingFor(k, resource));
  const kinds = new Set([...mappings.values()].map(groupResourceOf));
  if (options.singleResourceType && kinds.size > 1) failWith('you may only specify a single resource type');
  for (const { resource, name } of tuples) {
    const mapping = mappings.get(resource) ?? (yield* mappingFor(k, resource));
    if (mapping.namespaced && options.allNamespaces)
      failWith('a resource cannot be retrieved by name across all namespaces');
    selected.push({ mapping, namespace: mapping.namespaced ? namespace : '', name });
  }
  return selected;
}

function* byNames(
  k: Invocation,
  options: SelectionOptions,
  types: readonly string[],
  names: readonly string[],
): Coroutine<SelectedResource[]> {
  const mappings = yield* mappingsOf(k, types);
  if (options.singleResourceType && mappings.length > 1) failWith('you may only specify a single resource type');
  const { namespace } = k.namespace();
  return mappings.flatMap((mapping) => {
    if (mapping.namespaced && options.allNamespaces)
      failWith('a resource cannot be retrieved by name across all namespaces');
    return names.map((name) => ({ mapping, namespace: mapping.namespaced ? namespace : '', name }));
  });
}
