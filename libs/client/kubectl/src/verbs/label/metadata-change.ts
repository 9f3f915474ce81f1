import { RECORD_FLAG, recorded } from '../../command/record.js';
import { jsonEqual, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { createMergePatch } from '@seatrial/merge';
import { requestFor } from '../../client/api-connection.js';
import { attempt, failWith, visitErrors, type CommandError } from '../../command/failure.js';
import { boolFlag, stringFlag, type FlagDefinition } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import {
  DRY_RUN_FLAG,
  dryRunSuffix,
  newPrinter,
  objectPrinter,
  outputFormat,
  PRINT_FLAGS,
  printResult,
  requirePrinter,
} from '../../printers/object-printer.js';
import { failOnErrors, fetchObject, resolveInfos } from '../../resource/resolve-infos.js';
import { metadataOf, nameOf, stringMapAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';

/** What `label` and `annotate` differ in. */
export interface MetadataVerb {
  readonly member: 'labels' | 'annotations';
  readonly one: 'label' | 'annotation';
  readonly done: 'labeled' | 'annotated';
  readonly undone: 'unlabeled' | 'annotated';
  readonly manager: string;
  /** Why a `key=value` is none; undefined when it is one. */
  readonly problem: (key: string, value: string, spec: string) => string | undefined;
}

const METADATA_FLAGS: readonly FlagDefinition[] = [
  ...FILENAME_FLAGS,
  ...PRINT_FLAGS,
  SELECTOR_FLAG,
  DRY_RUN_FLAG,
  RECORD_FLAG,
  boolFlag('all', 'Select all resources, in the namespace of the specified resource types'),
  boolFlag('all-namespaces', 'If true, check the specified action in all namespaces.', { shorthand: 'A' }),
  stringFlag('field-selector', 'Selector (field query) to filter on.'),
  boolFlag('list', 'If true, display the labels or annotations for a given resource.'),
  boolFlag('local', 'If true, this will NOT contact api-server but run locally.'),
  boolFlag('overwrite', 'If true, allow labels or annotations to be overwritten.'),
  stringFlag('resource-version', 'Only succeed if the current resource-version matches this.'),
];

/** The flags of one of the verbs. */
export const metadataFlags = (manager: string): readonly FlagDefinition[] => [
  ...METADATA_FLAGS,
  stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: manager }),
];

/** Can always be overwritten. */
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

interface Changes {
  readonly resources: string[];
  readonly set: Map<string, string>;
  readonly remove: string[];
}

/** Parts the arguments into resources and `key=value`/`key-` pairs (cmdutil.GetResourcesAndPairs). */
function parseArguments(k: Invocation, verb: MetadataVerb): Changes {
  const resources: string[] = [];
  const set = new Map<string, string>();
  const remove: string[] = [];
  let pairs = false;
  for (const arg of k.args) {
    const isPair = arg.indexOf('=') > 0 || (arg.endsWith('-') && arg !== '-');
    if (!isPair && !pairs) {
      resources.push(arg);
      continue;
    }
    if (!isPair) failWith(`all resources must be specified before ${verb.one} changes: ${arg}`);
    pairs = true;
    const equals = arg.indexOf('=');
    if (equals < 0) remove.push(arg.slice(0, -1));
    else {
      const key = arg.slice(0, equals);
      const value = arg.slice(equals + 1);
      const problem = verb.problem(key, value, arg);
      if (problem !== undefined) failWith(problem);
      set.set(key, value);
    }
  }
  const both = remove.filter((key) => set.has(key));
  if (both.length > 0)
    failWith(
      verb.one === 'label'
        ? 'can not both modify and remove a label in the same command'
        : `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
    );
  return { resources, set, remove };
}

function changed(info: ResourceInfo, verb: MetadataVerb, changes: Changes, overwrite: boolean): JsonObject | string {
  const old = stringMapAt(info.object, 'metadata', verb.member);
  const values: Record<string, string> = { ...old };
  const taken: string[] = [];
  for (const [key, value] of changes.set) {
    if (!overwrite && Object.hasOwn(old, key) && old[key] !== value && key !== CHANGE_CAUSE)
      taken.push(`'${key}' already has a value (${old[key]})`);
    values[key] = value;
  }
  if (taken.length > 0)
    return verb.member === 'labels'
      ? taken.map((text) => `${text}, and --overwrite is false`).join('; ')
      : `--overwrite is false but found the following declared annotation(s): ${taken.join('; ')}`;
  for (const key of changes.remove) Reflect.deleteProperty(values, key);
  return { ...info.object, metadata: { ...metadataOf(info.object), [verb.member]: values } };
}

/** Labels count as taken away when the object got shorter (kubectl/pkg/cmd/label updateDataChangeMsg). */
function operationOf(verb: MetadataVerb, before: JsonObject, after: JsonObject, overwrite: boolean): string {
  if (verb.member === 'annotations') return verb.done;
  if (jsonEqual(before, after)) return 'not labeled';
  return !overwrite && JSON.stringify(after).length < JSON.stringify(before).length ? verb.undone : verb.done;
}

function* applyTo(
  k: Invocation,
  info: ResourceInfo,
  verb: MetadataVerb,
  changes: Changes,
  dryRun: DryRun,
  single: boolean,
): Coroutine<void> {
  const old = stringMapAt(info.object, 'metadata', verb.member);
  if (verb.member === 'labels' && dryRun !== 'client' && !k.flags.bool('local'))
    for (const key of changes.remove) if (!Object.hasOwn(old, key)) yield* k.out(`label "${key}" not found.\n`);
  const change = changed(info, verb, changes, k.flags.bool('overwrite'));
  if (typeof change === 'string') failWith(change);
  const after = recorded(k, change);
  const wanted = k.flags.string('resource-version');
  const patch = createMergePatch(
    info.object,
    wanted === '' ? after : { ...after, metadata: { ...metadataOf(after), resourceVersion: wanted } },
  );
  const differs = Object.keys(patch).length > 0;
  const operation = operationOf(verb, info.object, after, k.flags.bool('overwrite'));
  if (dryRun === 'client' || k.flags.bool('local') || k.flags.bool('list') || (!differs && verb.member === 'labels')) {
    yield* show(k, info, after, verb, operation, dryRun, single);
    return;
  }
  const api = yield* k.api();
  const result = yield* api.request({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: 'merge',
    body: patch,
    options: {
      fieldManager: k.flags.string('field-manager') || verb.manager,
      ...(dryRun === 'server' ? { dryRun: true } : {}),
    },
  });
  yield* show(k, info, result, verb, operation, dryRun, single);
}

function* show(
  k: Invocation,
  info: ResourceInfo,
  object: JsonObject,
  verb: MetadataVerb,
  operation: string,
  dryRun: DryRun,
  single: boolean,
): Coroutine<void> {
  if (k.flags.bool('list')) {
    if (!single)
      yield* k.out(`Listing ${verb.member} for ${textOf(info.object.kind)}.${info.mapping.group}/${nameOf(object)}:\n`);
    for (const [key, value] of Object.entries(stringMapAt(object, 'metadata', verb.member)).sort())
      yield* k.out(`${single ? '' : ' '}${key}=${value}\n`);
    return;
  }
  if (outputFormat(k) === '') {
    yield* k.out(objectPrinter(k, `${operation}${dryRunSuffix(dryRun)}`)(object));
    return;
  }
  if (verb.member === 'labels') newPrinter(k);
  yield* printResult(k, object, operation, dryRun);
}

/** Which sources of objects go together (LabelOptions.Validate, AnnotateFlags.ToOptions). */
function checkSources(k: Invocation, { member }: MetadataVerb, resources: readonly string[], dryRun: DryRun): void {
  const { flags } = k;
  if (flags.bool('all') && flags.string('selector') !== '')
    failWith('cannot set --all and --selector at the same time');
  if (flags.bool('all') && flags.string('field-selector') !== '')
    failWith('cannot set --all and --field-selector at the same time');
  const files = flags.list('filename').length > 0 || flags.string('kustomize') !== '';
  if (!flags.bool('local')) {
    if (resources.length === 0 && !files)
      failWith('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    return;
  }
  const file = member === 'labels' ? 'pod' : 'rsrc';
  if (dryRun === 'server') failWith('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  if (resources.length > 0)
    failWith(`can only use local files by -f ${file}.yaml or --filename=${file}.json when --local=true is set`);
  if (!files) failWith(`one or more files must be specified as -f ${file}.yaml or --filename=${file}.json`);
}

/** `kubectl label` and `kubectl annotate`. */
export function* changeMetadata(k: Invocation, verb: MetadataVerb): Coroutine<number> {
  const { flags } = k;
  const changes = parseArguments(k, verb);
  // `annotate` looks at a member that nothing fills (AnnotateFlags.OutputFormat).
  if (verb.member === 'labels' && flags.bool('list') && outputFormat(k) !== '')
    failWith('--list and --output may not be specified together');
  const dryRun = yield* k.dryRun();
  if (verb.member === 'annotations') requirePrinter(k);
  checkSources(k, verb, changes.resources, dryRun);
  if (changes.set.size + changes.remove.length === 0 && !flags.bool('list'))
    failWith(`at least one ${verb.one} update is required`);
  const { infos, errors, single } = yield* resolveInfos(k, {
    args: changes.resources,
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    allowEmptySelector: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
    local: flags.bool('local'),
  });
  if (!single && errors.length === 0 && flags.string('resource-version') !== '')
    failWith('--resource-version may only be used with a single resource');
  const all: CommandError[] = [];
  const seen = new Set<string>();
  for (const named of infos) {
    const { mapping, namespace, name } = named;
    const key = `${mapping.group}/${mapping.resource}/${namespace}/${name}`;
    // Each is looked at when its turn comes: one that is named twice has changed by then.
    const info =
      seen.has(key) && !flags.bool('local')
        ? { ...named, object: yield* fetchObject(k, mapping, namespace, name) }
        : named;
    seen.add(key);
    const done = yield* attempt(applyTo(k, info, verb, changes, dryRun, single));
    if ('failure' in done) all.push(...done.failure.errors);
  }
  failOnErrors(changes.resources.length === 0 ? visitErrors(all, errors) : [...all, ...errors]);
  return 0;
}
