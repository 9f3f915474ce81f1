import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { isJsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { CommandFailure, failWith } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG } from '../../printers/object-printer.js';
import { resolveInfos } from '../../resource/resolve-infos.js';
import { listAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { mappingFor } from '../../resource/resource-selection.js';

interface Taint {
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
    if (spec.endsWith('-')) remove.push(parseTaint(k, spec.slice(0, -1)));
    else {
      const taint = parseTaint(k, spec);
      if (taint.effect === '') k.usageError(`invalid taint spec: ${spec}`);
      if (add.some((other) => other.key === taint.key && other.effect === taint.effect))
        k.usageError(
          `duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`,
        );
      add.push(taint);
    }
  }
  const both = remove.filter((taint) =>
    add.some((one) => one.key === taint.key && (taint.effect === '' || one.effect === taint.effect)),
  );
  if (both.length > 0)
    failWith(
      `can not both modify and remove the following taint(s) in the same command: ${both.map(({ key, effect }) => (effect === '' ? key : `${key}=${effect}`)).join(', ')}`,
    );
  return { add, remove };
}

const matches = (taint: Taint, wanted: Taint): boolean =>
  taint.key === wanted.key && (wanted.effect === '' || taint.effect === wanted.effect);

function taintsOf(object: JsonObject): Taint[] {
  return listAt(object, 'spec', 'taints')
    .filter(isJsonObject)
    .map((taint) => ({
      key: textOf(taint.key),
      ...(typeof taint.value === 'string' ? { value: taint.value } : {}),
      effect: textOf(taint.effect),
    }));
}

function checkConflicts(info: ResourceInfo, { add }: Changes, overwrite: boolean): void {
  if (overwrite) return;
  const keys = add
    .filter((taint) => taintsOf(info.object).some((have) => have.key === taint.key && have.effect === taint.effect))
    .map(({ key }) => key);
  if (keys.length > 0)
    failWith(`node ${info.name} already has ${keys.join(',')} taint(s) with same effect(s) and --overwrite is false`);
}

/** The node's taints after the changes, and the word for what was done (taints.reorganizeTaints). */
function changed(info: ResourceInfo, changes: Changes): { readonly taints: readonly Taint[]; readonly word: string } {
  const old = taintsOf(info.object);
  for (const wanted of changes.remove) {
    if (!old.some((taint) => matches(taint, wanted)))
      failWith(
        `taint ${JSON.stringify(wanted.effect === '' ? wanted.key : `${wanted.key}:${wanted.effect}`)} not found`,
      );
  }
  const kept = old.filter(
    (taint) => !changes.add.some((next) => next.key === taint.key && next.effect === taint.effect),
  );
  const overwritten = kept.length < old.length;
  const left = kept.filter((taint) => !changes.remove.some((wanted) => matches(taint, wanted)));
  const taints = [...changes.add, ...left];
  if (changes.add.length > 0 && changes.remove.length > 0) return { taints, word: 'modified' };
  if (changes.remove.length > 0) return { taints, word: 'untainted' };
  return { taints, word: overwritten ? 'modified' : 'tainted' };
}

function* run(k: Invocation): Coroutine<number> {
  const { args, flags } = k;
  if (args.length === 0) failWith('one or more resources must be specified as <resource> <name>');
  const [type, ...rest] = args;
  const isSpec = (word: string): boolean => word.includes('=') || word.includes(':') || word.endsWith('-');
  const first = rest.findIndex(isSpec);
  const names = first < 0 ? rest : rest.slice(0, first);
  const specs = first < 0 ? [] : rest.slice(first);
  const dryRun = yield* k.dryRun();
  const misplaced = specs.find((word) => !isSpec(word));
  if (misplaced !== undefined) failWith(`all resources must be specified before taint changes: ${misplaced}`);
  if (specs.length === 0) failWith('at least one taint update is required');
  const mapping = yield* mappingFor(k, type);
  if (mapping.kind !== 'Node') failWith(`invalid resource type ${type}, only node types are supported`);
  const changes = parseChanges(k, specs);
  if (names.length === 0 && !flags.bool('all') && flags.string('selector') === '')
    failWith("at least one resource name must be specified since 'all' parameter is not set");
  const resolved = yield* resolveInfos(k, {
    args: [type, ...names],
    labelSelector: flags.string('selector'),
    selectAll: flags.bool('all'),
  });
  if (resolved.errors.length > 0) throw new CommandFailure(resolved.errors);
  const api = yield* k.api();
  for (const info of resolved.infos) {
    checkConflicts(info, changes, flags.bool('overwrite'));
    const { taints, word } = changed(info, changes);
    if (dryRun !== 'client') {
      const { metadata } = info.object;
      yield* api.request({
        ...requestFor(info.mapping, 'update', { name: info.name }),
        body: {
          ...info.object,
          metadata,
          spec: {
            ...(isJsonObject(info.object.spec) ? info.object.spec : {}),
            taints: taints.map((taint) => ({ ...taint })),
          },
        },
        options: { fieldManager: 'kubectl-taint', ...(dryRun === 'server' ? { dryRun: true } : {}) },
      });
    }
    yield* k.out(`node/${info.name} ${word}\n`);
  }
  return 0;
}

/** `kubectl taint` (k8s.io/kubectl/pkg/cmd/taint). */
export const taintCommand = defineVerb({
  name: 'taint',
  usage: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  short: 'Update the taints on one or more nodes',
  flags: [
    DRY_RUN_FLAG,
    boolFlag('all', 'Select all nodes in the cluster'),
    boolFlag('overwrite', 'If true, allow taints to be overwritten.'),
    stringFlag('output', 'Output format.', { shorthand: 'o' }),
    stringFlag('selector', 'Selector (label query) to filter on.', { shorthand: 'l' }),
  ],
  run,
});
