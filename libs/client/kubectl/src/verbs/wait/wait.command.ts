import { isJsonObject, sleep, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { relaxedJsonPath } from '@seatrial/template';
import { defineVerb } from '../../command/command.js';
import { CommandFailure, attempt, failWith, textError, type CommandError } from '../../command/failure.js';
import { boolFlag, durationFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { fieldPath, valuesAt } from '../../printers/json-path.js';
import { filenameOptions } from '../../resource/manifest-source.js';
import { resolveInfos } from '../../resource/resolve-infos.js';
import { listAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { MISSING_RESOURCE } from '../../resource/resource-selection.js';
import { checkLocal } from '../set/pod-template.js';
import { waitUntilGone } from '../delete/delete-object.js';
import { PRINT_FLAGS, printResult, requirePrinter } from '../../printers/object-printer.js';
import { DEEP_FILENAME_FLAGS } from '../get/get-options.js';
import { openWatch } from '../get/get-watch.js';

/** What --for asks. */
type Goal =
  | { readonly kind: 'create' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'condition'; readonly type: string; readonly status: string }
  | { readonly kind: 'jsonpath'; readonly path: string; readonly value: string | undefined };

function jsonPathGoal(text: string): Goal {
  const body = text.slice('jsonpath='.length);
  if (body === '') failWith('jsonpath expression cannot be empty');
  // `==` belongs to a filter, a single `=` parts the value from the path (splitJSONPathInput).
  const parts = body
    .replaceAll('==', '\0')
    .split('=')
    .map((part) => part.replaceAll('\0', '=='));
  const [path, given] = parts as [string, string | undefined];
  if (parts.length > 2)
    failWith(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  const relaxed = relaxedJsonPath(path);
  if (!relaxed.ok) failWith(relaxed.error);
  const value = given?.replace(/^['"]+|['"]+$/g, '');
  if (value === '')
    failWith("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
  return { kind: 'jsonpath', path, value };
}

function parseGoal(text: string): Goal {
  const lower = text.toLowerCase();
  if (lower === 'create' || lower === 'delete') return { kind: lower };
  if (text.startsWith('condition=')) {
    const [type, status = 'true'] = text.slice('condition='.length).split('=');
    return { kind: 'condition', type, status };
  }
  if (text.startsWith('jsonpath=')) return jsonPathGoal(text);
  return failWith(`unrecognized condition: ${JSON.stringify(text)}`);
}

function conditionMet(object: JsonObject, type: string, status: string): boolean {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  const condition = listAt(object, 'status', 'conditions')
    .filter(isJsonObject)
    .find((candidate) => same(textOf(candidate.type), type));
  if (!condition || !same(textOf(condition.status), status)) return false;
  const observed =
    condition.observedGeneration ?? (isJsonObject(object.status) ? object.status.observedGeneration : undefined);
  const generation = isJsonObject(object.metadata) ? object.metadata.generation : undefined;
  return !(typeof observed === 'number' && typeof generation === 'number' && observed < generation);
}

const shown = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

function pathMet(object: JsonObject, path: string, wanted: string | undefined): boolean {
  const values = valuesAt(object, fieldPath(path));
  if (values.length === 0) return false;
  if (wanted === undefined) return true;
  if (values.length > 1) failWith('given jsonpath expression matches more than one value');
  if (typeof values[0] === 'object' && values[0] !== null)
    failWith('jsonpath leads to a nested object or list which is not supported');
  return shown(values[0]).trim() === wanted.trim();
}

function met(goal: Goal, object: JsonObject): boolean {
  if (goal.kind === 'condition') return conditionMet(object, goal.type, goal.status);
  return goal.kind === 'jsonpath' ? pathMet(object, goal.path, goal.value) : false;
}

const timedOut = (info: ResourceInfo): CommandError =>
  textError(`timed out waiting for the condition on ${info.mapping.resource}/${info.name}`);

/** Watches one object until the goal is met; undefined when the time is up. */
function* waitFor(k: Invocation, info: ResourceInfo, goal: Goal, end: number): Coroutine<JsonObject | undefined> {
  if (k.now() >= end) return undefined;
  if (met(goal, info.object)) return info.object;
  const { stream, stop } = yield* openWatch(
    k,
    { mapping: info.mapping, namespace: info.namespace, name: info.name },
    {},
  );
  try {
    for (;;) {
      const event = yield* stream.next(Math.max(0, end - k.now()));
      if (!event) return undefined;
      const object = event.object as unknown as JsonObject;
      if (event.type === 'DELETED') continue;
      if (met(goal, object)) return object;
    }
  } finally {
    stop();
  }
}

function* announce(k: Invocation, info: ResourceInfo): Coroutine<void> {
  yield* printResult(k, info.object, 'condition met');
}

const isMissing = (error: CommandError): boolean => error.type === 'status' && error.status.reason === 'NotFound';

const resolved = (k: Invocation): ReturnType<typeof resolveInfos> =>
  resolveInfos(k, {
    args: k.args,
    labelSelector: k.flags.string('selector'),
    fieldSelector: k.flags.string('field-selector'),
    selectAll: false,
    allNamespaces: k.flags.bool('all-namespaces'),
    // --all only lets a type stand alone: names are as good as without it.
    allowEmptySelector: k.flags.bool('all'),
  });

const CREATION_POLL_MS = 500;

/** --for=create: looks twice a second until something is there (RunWait). */
function* waitForCreation(k: Invocation, end: number): Coroutine<void> {
  for (;;) {
    const { infos, errors } = yield* resolved(k);
    // Several missing ones, or those of files, are an error of their own kind (an Aggregate).
    if (errors.length > 1 || (errors.length > 0 && k.args.length === 0) || !errors.every(isMissing))
      throw new CommandFailure(errors);
    if (errors.length === 0 && infos.length > 0) return;
    const left = end - k.now();
    if (left <= 0) failWith('timed out waiting for the condition');
    yield* sleep(Math.min(CREATION_POLL_MS, left));
  }
}

/** What is waited for, and what could not be found: that ends the command after the rest was waited for. */
function* targets(
  k: Invocation,
  goal: Goal,
): Coroutine<{ readonly infos: readonly ResourceInfo[]; readonly errors: readonly CommandError[] }> {
  const { infos, errors } = yield* resolved(k);
  const left = goal.kind === 'delete' ? errors.filter((error) => !isMissing(error)) : errors;
  if (infos.length + left.length === 0 && goal.kind !== 'delete') failWith('no matching resources found');
  return { infos, errors: left };
}

function* waitForOne(k: Invocation, info: ResourceInfo, goal: Goal, end: number): Coroutine<void> {
  if (k.flags.durationMs('timeout') === 0 && goal.kind !== 'create') {
    // Looked at once only.
    if (goal.kind === 'delete' || !met(goal, info.object))
      failWith(`condition not met for ${info.mapping.resource}/${info.name}`);
  } else if (goal.kind === 'delete') {
    const uid = isJsonObject(info.object.metadata) ? textOf(info.object.metadata.uid) : '';
    if (!(yield* waitUntilGone(k, info, uid, Math.max(0, end - k.now())))) throw new CommandFailure([timedOut(info)]);
  } else if (goal.kind !== 'create' && !(yield* waitFor(k, info, goal, end)))
    throw new CommandFailure([timedOut(info)]);
  yield* announce(k, info);
}

function* run(k: Invocation): Coroutine<number> {
  const { flags } = k;
  requirePrinter(k);
  const goal = parseGoal(flags.string('for'));
  checkLocal(k, k.args);
  if (k.args.length === 0 && filenameOptions(k).filenames.length === 0) failWith(MISSING_RESOURCE);
  const timeout = flags.durationMs('timeout');
  const end = k.now() + (timeout < 0 ? 7 * 24 * 3_600_000 : timeout);
  if (goal.kind === 'create') yield* waitForCreation(k, end);
  const errors: CommandError[] = [];
  const target = yield* targets(k, goal);
  for (const info of target.infos) {
    const done = yield* attempt(waitForOne(k, info, goal, end));
    if ('failure' in done) errors.push(...done.failure.errors);
  }
  errors.push(...target.errors);
  if (errors.length > 0) throw new CommandFailure(errors);
  return 0;
}

/** `kubectl wait` (k8s.io/kubectl/pkg/cmd/wait). */
export const waitCommand = defineVerb({
  name: 'wait',
  suggestFor: ['list', 'ps'],
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  short: 'Wait for a specific condition on one or many resources',
  flags: [
    ...DEEP_FILENAME_FLAGS,
    ...PRINT_FLAGS,
    boolFlag('all', 'Select all resources in the namespace of the specified resource types'),
    boolFlag('all-namespaces', 'List the requested object(s) across all namespaces.', { shorthand: 'A' }),
    stringFlag('field-selector', 'Selector (field query) to filter on.'),
    stringFlag('for', 'The condition to wait on.'),
    boolFlag('local', 'Do not contact the API server.'),
    stringFlag('selector', 'Selector (label query) to filter on.', { shorthand: 'l' }),
    durationFlag('timeout', 'The length of time to wait before giving up.', { default: '30s' }),
  ],
  run,
});
