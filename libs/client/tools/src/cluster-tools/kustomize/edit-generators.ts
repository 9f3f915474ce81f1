import { fail, isJsonObject, ok, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import type { Tool } from '../../tool/tool.js';
import type { EditCall, EditResult } from './edit-command.js';
import { matching } from './edit-paths.js';

/** What makes ConfigMaps or Secrets. */
export interface GeneratorKind {
  readonly name: 'configmap' | 'secret';
  readonly field: 'configMapGenerator' | 'secretGenerator';
  readonly title: 'ConfigMap' | 'Secret';
}

export const CONFIG_MAP: GeneratorKind = { name: 'configmap', field: 'configMapGenerator', title: 'ConfigMap' };
export const SECRET: GeneratorKind = { name: 'secret', field: 'secretGenerator', title: 'Secret' };

const BEHAVIORS = ['create', 'merge', 'replace'];
const NO_FILE = 'Missing kustomization file';

/** A line of Go's log package. */
export const logLine = (tool: Tool, text: string): string =>
  `${formatDate('%Y/%m/%d %H:%M:%S', tool.machine.simulation.now())} ${text}\n`;

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const listOf = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);
/** The namespace `default` is the same as none. */
const sameNamespace = (a: string, b: string): boolean => (a || 'default') === (b || 'default');

const isOf = (entry: JsonValue, name: string, namespace: string): entry is JsonObject =>
  isJsonObject(entry) && entry['name'] === name && sameNamespace(textOf(entry['namespace']), namespace);

/** `--from-file` words with their patterns expanded; files that are nowhere are only logged (ExpandFileSource). */
function fileSources({ tool, flags }: EditCall, said: string[]): Result<string[], string> {
  const sources: string[] = [];
  for (const word of flags.list('from-file')) {
    const parts = word.split('=');
    const [key, pattern] = parts.length === 2 ? parts : ['', parts[0]];
    const found = matching(tool, pattern);
    if (found.length === 0) said.push(logLine(tool, `${pattern} has no match`));
    if (key === '') sources.push(...found);
    else if (found.length === 1) sources.push(`${key}=${found[0]}`);
    else return fail(`'pattern '${word}' catches files [${found.join(' ')}], should catch only one`);
  }
  return ok(sources);
}

/** The file stays as it is. */
export const unwritten = (said: string): EditResult => ({ ok: true, value: said, unwritten: true });

/** An error after what has been logged already. */
const failAfter = (said: readonly string[], error: string): EditResult => ({ ok: false, error, said: said.join('') });

/** What is wrong with the words of `add`. */
function addProblem(
  { flags, args }: EditCall,
  files: readonly string[],
  literals: readonly string[],
): string | undefined {
  const env = flags.string('from-env-file');
  const behavior = flags.definitions.some(({ name }) => name === 'behavior') ? flags.string('behavior') : '';
  if (args.length !== 1) return 'name must be specified once';
  if (env === '' && files.length === 0 && literals.length === 0)
    return 'at least from-env-file, or from-file or from-literal must be set';
  if (env !== '' && (files.length > 0 || literals.length > 0))
    return 'from-env-file cannot be combined with from-file or from-literal';
  if (behavior !== '' && !BEHAVIORS.includes(behavior))
    return 'invalid behavior: must be one of "create", "merge", or "replace"';
  return undefined;
}

/** Options that the kustomization gives all its generators, below those of one (MergeGlobalOptionsIntoLocal). */
function optionsOf(own: JsonObject, all: JsonObject): JsonObject {
  const merged: JsonObject = {};
  for (const name of ['annotations', 'labels']) {
    const both = { ...(isJsonObject(all[name]) && all[name]), ...(isJsonObject(own[name]) && own[name]) };
    if (Object.keys(both).length > 0) merged[name] = both;
  }
  for (const name of ['disableNameSuffixHash', 'immutable'])
    if (own[name] === true || all[name] === true) merged[name] = true;
  return merged;
}

/** `add configmap` and `add secret`. */
export const addGenerator =
  ({ name: kind, field }: GeneratorKind) =>
  (call: EditCall): EditResult => {
    const { tool, file, flags, args } = call;
    const said: string[] = [];
    const files = fileSources(call, said);
    if (!files.ok) return fail(`failed to expand file source: ${files.error}`);
    const literals = flags.list('from-literal');
    const problem = addProblem(call, files.value, literals);
    if (problem !== undefined) return failAfter(said, `failed to validate flags: ${problem}`);
    const wrong = literals.find((literal) => !/^[^=]+=/.test(literal));
    if (wrong !== undefined)
      return fail(
        `failed to create ${kind}: loading KV pairs: literal sources [${literals.join(' ')}]: invalid literal source ${wrong}, expected key=value`,
      );
    const env = flags.string('from-env-file');
    const absent = env !== '' && !tool.machine.files.exists(tool.path(env));
    if (absent) return fail(`failed to create ${kind}: ${absentFile(tool, env)}`);
    const entries = file.list(field);
    const [name] = args;
    const namespace = flags.string('namespace');
    const before = entries.find((entry) => isOf(entry, name, namespace));
    const known: JsonObject = isJsonObject(before) ? before : { name, namespace };
    const own = isJsonObject(known['options']) ? known['options'] : {};
    const given = (flag: string): string =>
      flags.definitions.some((each) => each.name === flag) ? flags.string(flag) : '';
    const entry: JsonObject = {
      ...known,
      literals: [...listOf(known['literals']), ...literals],
      files: [...listOf(known['files']), ...files.value],
      envs: [...listOf(known['envs']), ...(env === '' ? [] : [env])],
      behavior: given('behavior') || (known['behavior'] ?? ''),
      ...(kind === 'secret' && { type: given('type') || (known['type'] ?? '') }),
      options: optionsOf(
        flags.bool('disableNameSuffixHash') ? { disableNameSuffixHash: true } : own,
        file.map('generatorOptions'),
      ),
    };
    file.fields[field] = before ? entries.map((each) => (each === before ? entry : each)) : [...entries, entry];
    return ok(said.join(''));
  };

const absentFile = (tool: Tool, path: string): string =>
  `loading KV pairs: env source files: [${path}]: evalsymlink failure on '${tool.path(path)}' : lstat ${tool.path(path)}: no such file or directory`;

/** The literals with some values changed, in the order of their keys: kustomize's own is random (UpdateLiteralSources). */
function changedLiterals(literals: readonly string[], given: readonly string[]): Result<string[], string> {
  const values = new Map<string, string>();
  const cut = (word: string): readonly [string, string] | undefined => {
    const parts = word.split('=');
    return parts.length === 2 ? [parts[0], parts[1]] : undefined;
  };
  for (const word of [...literals, ...given]) {
    const pair = cut(word);
    if (!pair)
      return fail(
        'failed to update resource: invalid format: literal values must be specified in the key=value format',
      );
    if (values.size >= literals.length && !values.has(pair[0])) return fail(`key '${pair[0]}' not found in resource`);
    values.set(...pair);
  }
  return ok([...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`));
}

/** `set configmap` and `set secret`: other values of literals, or another namespace. */
export const setGenerator =
  ({ name: kind, field, title }: GeneratorKind) =>
  ({ file, flags, args }: EditCall): EditResult => {
    if (args.length !== 1) return fail('failed to validate flags: name must be specified once');
    const given = flags.list('from-literal');
    const namespace = flags.string('new-namespace');
    if (given.length === 0 && namespace === '')
      return fail('failed to validate flags: at least one of [--from-literal, --new-namespace] must be specified');
    const entries = file.list(field);
    const before = entries.find((entry) => isOf(entry, args[0], flags.string('namespace')));
    if (!isJsonObject(before))
      return fail(
        `failed to create ${kind}: could not set new ${title} value: unable to find ${title} with name "${args[0]}"`,
      );
    const literals = listOf(before['literals']).filter((each) => typeof each === 'string');
    const changed = given.length === 0 ? ok(literals) : changedLiterals(literals, given);
    if (!changed.ok) return fail(`failed to create ${kind}: failed to update literal sources: ${changed.error}`);
    const own = isJsonObject(before['options']) ? before['options'] : {};
    const options = optionsOf(own, file.map('generatorOptions'));
    const entry = { ...before, literals: changed.value, options, ...(namespace !== '' && { namespace }) };
    file.fields[field] = entries.map((each) => (each === before ? entry : each));
    return ok(undefined);
  };

/** `remove configmap` and `remove secret`. */
export const removeGenerator =
  ({ name: kind, field }: GeneratorKind) =>
  ({ tool, file, flags, args }: EditCall): EditResult => {
    if (args.length === 0) return fail(`at least one ${kind} name must be specified`);
    if (args.length > 1)
      return fail(
        `too many arguments: [${args.join(' ')}]; to provide multiple ${kind}s to remove, please separate ${kind} names by commas`,
      );
    const names = args[0].split(',');
    const entries = file.list(field);
    const gone = entries.filter((entry) => names.some((name) => isOf(entry, name, flags.string('namespace'))));
    if (gone.length === 0) return fail(`no specified ${kind}(s) were found in the kustomization.yaml file`);
    file.fields[field] = entries.filter((entry) => !gone.includes(entry));
    const absent = names.filter((name) => !gone.some((entry) => isJsonObject(entry) && entry['name'] === name));
    return ok(absent.map((name) => logLine(tool, `${kind} ${name} doesn't exist in kustomization file`)).join(''));
  };

/** How the errors of a file that cannot be read begin in the commands about generators. */
export function readError(error: string, command: string): string {
  if (!/configmap|secret/.test(command)) return error;
  const isThere = !error.startsWith(NO_FILE);
  const what = isThere ? 'kustomization file contents' : 'kustomization file';
  if (command.includes(' remove ')) return `could not read ${what}: ${error}`;
  return `failed to ${isThere ? 'read' : 'load'} kustomization file: ${error}`;
}
