import { isJsonObject, jsonEqual, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { isFailure, requestFor } from '../../client/api-connection.js';
import { groupKindOf } from '../../client/rest-mapper.js';
import { defineVerb } from '../../command/command.js';
import { CommandFailure, failWith } from '../../command/failure.js';
import { boolFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, PRINT_FLAGS, dryRunSuffix, objectPrinter, outputFormat } from '../../printers/object-printer.js';
import { filenameOptions, requireFilename } from '../../resource/manifest-source.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { listAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { FILENAME_FLAGS } from '../get/get-options.js';

const RBAC = 'rbac.authorization.k8s.io';
const isBinding = (info: ResourceInfo): boolean => info.mapping.kind.endsWith('Binding');

const goList = (value: JsonValue | undefined): string =>
  `[${(Array.isArray(value) ? value : []).map(textOf).join(' ')}]`;

/** `{Verbs:[get] APIGroups:[] …}`: a rule or subject as Go's `%+v` prints it. */
function goItem(item: JsonValue, binding: boolean): string {
  const value = isJsonObject(item) ? item : {};
  if (binding)
    return `{Kind:${textOf(value.kind)} APIGroup:${textOf(value.apiGroup)} Name:${textOf(value.name)} Namespace:${textOf(value.namespace)}}`;
  return `{Verbs:${goList(value.verbs)} APIGroups:${goList(value.apiGroups)} Resources:${goList(value.resources)} ResourceNames:${goList(value.resourceNames)} NonResourceURLs:${goList(value.nonResourceURLs)}}`;
}

const without = (items: readonly JsonValue[], others: readonly JsonValue[]): JsonValue[] =>
  items.filter((item) => !others.some((other) => jsonEqual(item, other)));

interface Plan {
  readonly operation: 'create' | 'update' | 'recreate' | 'no-op';
  readonly object: JsonObject;
  readonly missing: readonly JsonValue[];
  readonly extra: readonly JsonValue[];
}

function plan(k: Invocation, info: ResourceInfo, existing: JsonObject | undefined): Plan {
  const field = isBinding(info) ? 'subjects' : 'rules';
  const wanted = listAt(info.object, field);
  if (!existing) return { operation: 'create', object: info.object, missing: wanted, extra: [] };
  const have = listAt(existing, field);
  const missing = without(wanted, have);
  const extra = without(have, wanted);
  const remove = k.flags.bool(field === 'rules' ? 'remove-extra-permissions' : 'remove-extra-subjects');
  const items = remove ? [...without(have, extra), ...missing] : [...have, ...missing];
  const object = { ...existing, [field]: items };
  if (isBinding(info) && !jsonEqual(existing.roleRef, info.object.roleRef))
    return { operation: 'recreate', object: info.object, missing, extra };
  const changed = missing.length > 0 || (remove && extra.length > 0);
  return { operation: changed ? 'update' : 'no-op', object, missing, extra: remove ? extra : [] };
}

function* write(k: Invocation, info: ResourceInfo, { operation, object }: Plan, dryRun: DryRun): Coroutine<void> {
  if (dryRun === 'client' || operation === 'no-op') return;
  const api = yield* k.api();
  const where = { namespace: info.namespace, name: info.name };
  const options = { fieldManager: 'kubectl-auth', ...(dryRun === 'server' ? { dryRun: true } : {}) };
  if (operation === 'recreate') yield* api.request({ ...requestFor(info.mapping, 'delete', where), options: {} });
  if (operation === 'update')
    yield* api.request({ ...requestFor(info.mapping, 'update', where), body: object, options });
  else
    yield* api.request({ ...requestFor(info.mapping, 'create', { namespace: info.namespace }), body: object, options });
}

function* reconcileOne(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<void> {
  const api = yield* k.api();
  const found = yield* api.send(requestFor(info.mapping, 'get', { namespace: info.namespace, name: info.name }));
  const step = plan(k, info, isFailure(found) ? undefined : (found.body as unknown as JsonObject));
  yield* write(k, info, step, dryRun);
  if (outputFormat(k) === '')
    yield* k.out(`${groupKindOf(info.mapping)}/${info.name} reconciled${dryRunSuffix(dryRun)}\n`);
  else yield* k.out(objectPrinter(k, 'reconciled')(step.object));
  if (step.operation === 'no-op') return;
  const noun = isBinding(info) ? 'subjects' : 'rules';
  const lines = (title: string, items: readonly JsonValue[]): string =>
    items.length === 0 ? '' : `\t${title}:\n${items.map((item) => `\t\t${goItem(item, isBinding(info))}\n`).join('')}`;
  yield* k.err(
    `\treconciliation required ${step.operation}\n${lines(`missing ${noun} added`, step.missing)}${lines(`extra ${noun} removed`, step.extra)}`,
  );
}

function* run(k: Invocation): Coroutine<number> {
  requireFilename(k);
  if (k.args.length > 0) failWith('no arguments are allowed');
  const dryRun = yield* k.dryRun();
  const { infos, errors } = yield* manifestObjects(k, filenameOptions(k));
  for (const info of infos) if (info.mapping.group === RBAC) yield* reconcileOne(k, info, dryRun);
  if (errors.length > 0) throw new CommandFailure(errors);
  return 0;
}

/** `kubectl auth reconcile`. */
export const reconcileCommand = defineVerb({
  name: 'reconcile',
  usage: '-f FILENAME',
  short: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    boolFlag('remove-extra-permissions', 'If true, removes extra permissions added to roles'),
    boolFlag('remove-extra-subjects', 'If true, removes extra subjects added to rolebindings'),
  ],
  run,
});
