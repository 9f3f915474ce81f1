import type { ServedResource } from '@seatrial/apiserver';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { isJsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { attempt, CommandFailure, failWith, textError, type CommandError } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, newPrinter, PRINT_FLAGS, printTyped, requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { listAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { twoWayPatch } from '../../resource/strategic-schema.js';
import { checkValidate, VALIDATE_FLAG } from '../create/create-generated.js';
import { SELECTOR_FLAG } from '../get/get-options.js';

interface Taint extends JsonObject {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const EFFECTS = new Set(['NoSchedule', 'PreferNoSchedule', 'NoExecute']);
const NAME = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** `key=value:effect`, `key:effect` or `key` (taints.parseTaint). */
function parseTaint(k: Invocation, spec: string): Taint {
  const parts = spec.split(':');
  if (parts.length > 2) k.usageError(`invalid taint spec: ${spec}`);
  const [keyAndValue, effect] = parts;
  if (effect !== undefined && !EFFECTS.has(effect))
    k.usageError(`invalid taint effect: ${effect}, unsupported taint effect`);
  const pair = effect === undefined ? [keyAndValue] : keyAndValue.split('=');
  if (pair.length > 2) k.usageError(`invalid taint spec: ${spec}`);
  const [key, value] = pair;
  if (key === '') k.usageError(`invalid taint spec: ${spec}, name part must be non-empty; ${NAME_RULE}`);
  if (!NAME.test(key)) k.usageError(`invalid taint spec: ${spec}, ${NAME_RULE}`);
  if (value !== undefined && value.length > 63)
    k.usageError(`invalid taint spec: ${spec}, must be no more than 63 bytes`);
  if (value !== undefined && !VALUE.test(value)) k.usageError(`invalid taint spec: ${spec}, ${VALUE_RULE}`);
  return { key, ...(value === undefined ? {} : { value }), effect: effect ?? '' };
}

interface Changes {
  readonly add: readonly Taint[];
  readonly remove: readonly Taint[];
}

function parseChanges(k: Invocation, specs: readonly string[]): Changes {
  const add: Taint[] = [];
  const remove: Taint[] = [];
  for (const spec of specs) {
    if (spec.endsWith('-')) {
      const { key, effect } = parseTaint(k, spec.slice(0, -1));
      remove.push({ key, effect });
    } else {
      const taint = parseTaint(k, spec);
      if (taint.effect === '') k.usageError(`invalid taint spec: ${spec}`);
      if (add.some((other) => isSame(other, taint)))
        k.usageError(
          `duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`,
        );
      add.push(taint);
    }
  }
  return { add, remove };
}

const isSame = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

/** Whether a removal (with or without an effect) is of a taint. */
const removes = (removal: Taint, taint: Taint): boolean =>
  taint.key === removal.key && (removal.effect === '' || taint.effect === removal.effect);

function refuseConflicts({ add, remove }: Changes): void {
  const both = add.flatMap((taint) => remove.filter((removal) => removes(removal, taint)));
  if (both.length > 0)
    failWith(
      `can not both modify and remove the following taint(s) in the same command: ${both.map(({ key, effect }) => `${key}=${effect}`).join(', ')}`,
    );
}

function taintsOf(object: JsonObject): Taint[] {
  return listAt(object, 'spec', 'taints')
    .filter(isJsonObject)
    .map((taint) => ({ ...taint, key: textOf(taint.key), effect: textOf(taint.effect) }));
}

function refuseOverwriting(info: ResourceInfo, { add }: Changes): void {
  const old = taintsOf(info.object);
  const keys = add.filter((taint) => old.some((have) => isSame(have, taint))).map(({ key }) => key);
  if (keys.length > 0)
    failWith(`node ${info.name} already has ${keys.join(',')} taint(s) with same effect(s) and --overwrite is false`);
}

/** The node's taints after the changes, and the word for what was done (taint/utils.go reorganizeTaints). */
function reorganize(
  info: ResourceInfo,
  changes: Changes,
  overwrite: boolean,
): { readonly taints: readonly Taint[]; readonly word: string } {
  const old = taintsOf(info.object);
  let taints = [...changes.add, ...old.filter((taint) => !changes.add.some((next) => isSame(next, taint)))];
  const added = taints.length !== old.length;
  const missing: string[] = [];
  // Of several removals the last one counts.
  let deleted = false;
  for (const removal of changes.remove) {
    const left = taints.filter((taint) => !removes(removal, taint));
    deleted = left.length !== taints.length;
    const { key, effect } = removal;
    if (!deleted) missing.push(`taint ${JSON.stringify(effect === '' ? key : `${key}:${effect}`)} not found`);
    taints = left;
  }
  if (missing.length > 0) throw new CommandFailure(missing.map(textError));
  const word = (added && deleted) || overwrite ? 'modified' : added ? 'tainted' : 'untainted';
  return { taints, word };
}

function withTaints(object: JsonObject, taints: readonly Taint[]): JsonObject {
  const { taints: _, ...spec } = isJsonObject(object.spec) ? object.spec : {};
  return { ...object, spec: { ...spec, ...(taints.length > 0 && { taints: taints.map((taint) => ({ ...taint })) }) } };
}

function* taintOne(k: Invocation, info: ResourceInfo, changes: Changes, dryRun: DryRun): Coroutine<void> {
  const overwrite = k.flags.bool('overwrite');
  if (!overwrite) refuseOverwriting(info, changes);
  const { taints, word } = reorganize(info, changes, overwrite);
  const after = withTaints(info.object, taints);
  requirePrinter(k);
  if (dryRun === 'client') {
    newPrinter(k);
    yield* printTyped(k, after, word);
    return;
  }
  const patch = twoWayPatch(info.mapping, info.object, after);
  if (!patch.ok) failWith(patch.error);
  const api = yield* k.api();
  const result = yield* api.request({
    ...requestFor(info.mapping, 'patch', { name: info.name }),
    patchType: patch.value.type,
    body: patch.value.patch,
    options: { fieldManager: k.flags.string('field-manager'), ...(dryRun === 'server' ? { dryRun: true } : {}) },
  });
  newPrinter(k);
  yield* printTyped(k, result, word);
}

/** What the words are: resources first, then taints. */
function partArguments(k: Invocation): { readonly resources: readonly string[]; readonly specs: readonly string[] } {
  const { args } = k;
  const isSpec = (word: string): boolean => word.includes('=') || word.includes(':') || word.endsWith('-');
  const first = args.findIndex(isSpec);
  const resources = first < 0 ? args : args.slice(0, first);
  const specs = first < 0 ? [] : args.slice(first);
  const misplaced = specs.find((word) => !isSpec(word));
  if (misplaced !== undefined) failWith(`all resources must be specified before taint changes: ${misplaced}`);
  if (resources.length === 0) failWith('one or more resources must be specified as <resource> <name>');
  if (specs.length === 0) failWith('at least one taint update is required');
  return { resources, specs };
}

/** What the first argument means: here the mapper's own error arrives at the end, which has no `error: `. */
function* nodeMapping(k: Invocation, type: string): Coroutine<ServedResource> {
  const found = yield* attempt(mappingFor(k, type));
  if ('value' in found) return found.value;
  throw new CommandFailure(
    found.failure.errors.map((error) => (error.type === 'text' ? { ...error, bare: true } : error)),
  );
}

function* run(k: Invocation): Coroutine<number> {
  const { flags } = k;
  const dryRun = yield* k.dryRun();
  checkValidate(k);
  const { resources, specs } = partArguments(k);
  const changes = parseChanges(k, specs);
  const [type, ...names] = resources;
  const { kind } = yield* nodeMapping(k, type.toLowerCase());
  if (kind !== 'Node') failWith(`invalid resource type ${type.toLowerCase()}, only node types are supported`);
  refuseConflicts(changes);
  const [all, selector] = [flags.bool('all'), flags.string('selector')];
  if (all && selector !== '') failWith("setting 'all' parameter with a non empty selector is prohibited");
  if (!all && selector === '' && names.length === 0)
    failWith("at least one resource name must be specified since 'all' parameter is not set");
  const { infos, errors } = yield* resolveInfos(k, {
    args: all || selector !== '' ? ['node'] : ['node', ...names],
    labelSelector: selector,
    selectAll: all,
  });
  const failed: CommandError[] = [...errors];
  for (const info of infos) {
    const done = yield* attempt(taintOne(k, info, changes, dryRun));
    if ('failure' in done) failed.push(...done.failure.errors);
  }
  failOnErrors(failed);
  return 0;
}

/** `kubectl taint` (k8s.io/kubectl/pkg/cmd/taint). */
export const taintCommand = defineVerb({
  name: 'taint',
  usage: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  short: 'Update the taints on one or more nodes',
  flags: [
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    SELECTOR_FLAG,
    boolFlag('all', 'Select all nodes in the cluster'),
    boolFlag('overwrite', 'If true, allow taints to be overwritten.'),
    stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-taint' }),
  ],
  run,
});
