import { isJsonObject, jsonEqual, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { uncoveredRules, type PolicyRule } from '@seatrial/apiserver';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { attempt, CommandFailure, failWith, isNotFound } from '../../command/failure.js';
import { boolFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, PRINT_FLAGS, printTyped, requirePrinter } from '../../printers/object-printer.js';
import { filenameOptions, requireFilename } from '../../resource/manifest-source.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { listAt, metadataOf, objectAt, stringMapAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
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

type Operation = 'create' | 'update' | 'recreate' | 'no-op';

interface Plan {
  readonly operation: Operation;
  readonly object: JsonObject;
  readonly missing: readonly JsonValue[];
  readonly extra: readonly JsonValue[];
  /** The object that is there asks to be left alone. */
  readonly spared: boolean;
}

const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

/** Items of the first list that are not in the second, each once (diffSubjectLists). */
const without = (items: readonly JsonValue[], others: readonly JsonValue[]): JsonValue[] =>
  items.filter(
    (item, index) =>
      !others.some((other) => jsonEqual(item, other)) && items.findIndex((one) => jsonEqual(one, item)) === index,
  );

/** What rules allow that others do not (validation.Covers). */
const uncovered = (owned: readonly JsonValue[], wanted: readonly JsonValue[]): JsonValue[] =>
  uncoveredRules(owned as unknown as PolicyRule[], wanted as unknown as PolicyRule[]) as unknown as JsonValue[];

/** The object that is there with the labels and annotations that it lacks. */
function withMetadataOf(existing: JsonObject, expected: JsonObject): JsonObject {
  const metadata: JsonObject = { ...metadataOf(existing) };
  for (const field of ['annotations', 'labels']) {
    const merged = { ...objectAt(expected, 'metadata', field), ...objectAt(existing, 'metadata', field) };
    if (Object.keys(merged).length > 0) metadata[field] = merged;
  }
  return { ...existing, metadata };
}

/** ClusterRoles that are put together of others (computeReconciledRole). */
function withAggregation(object: JsonObject, expected: JsonObject, remove: boolean): JsonObject {
  const { aggregationRule: _, ...plain } = object;
  if (expected.aggregationRule === undefined) return plain;
  const wanted = listAt(expected, 'aggregationRule', 'clusterRoleSelectors');
  const have = listAt(object, 'aggregationRule', 'clusterRoleSelectors');
  const missing = without(wanted, have);
  if (remove && (missing.length > 0 || without(have, wanted).length > 0))
    return { ...object, aggregationRule: expected.aggregationRule };
  if (missing.length === 0) return object;
  return {
    ...object,
    aggregationRule: { ...objectAt(object, 'aggregationRule'), clusterRoleSelectors: [...have, ...missing] },
  };
}

/** What has to be done to what is there (component-helpers auth/rbac/reconciliation). */
function plan(k: Invocation, info: ResourceInfo, existing: JsonObject | undefined): Plan {
  const binding = isBinding(info);
  const field = binding ? 'subjects' : 'rules';
  const expected = info.object;
  const wanted = listAt(expected, field);
  if (!existing) return { operation: 'create', object: expected, missing: wanted, extra: [], spared: false };
  const spared = stringMapAt(existing, 'metadata', 'annotations')[AUTO_UPDATE] === 'false';
  if (binding && !jsonEqual(existing.roleRef, expected.roleRef))
    return { operation: 'recreate', object: expected, missing: [], extra: [], spared };
  const have = listAt(existing, field);
  const aggregated = expected.aggregationRule !== undefined && existing.aggregationRule !== undefined;
  const missing = binding ? without(wanted, have) : uncovered(have, wanted);
  const extra = binding ? without(have, wanted) : aggregated ? [] : uncovered(wanted, have);
  const remove = k.flags.bool(binding ? 'remove-extra-subjects' : 'remove-extra-permissions');
  let object = withMetadataOf(existing, expected);
  if (remove && (missing.length > 0 || extra.length > 0)) object = { ...object, [field]: [...wanted] };
  else if (missing.length > 0) object = { ...object, [field]: [...have, ...missing] };
  if (!binding) object = withAggregation(object, expected, remove);
  const operation = jsonEqual(object, existing) ? 'no-op' : 'update';
  return { operation, object, missing, extra: remove ? extra : [], spared };
}

const lacksNamespace = ({ mapping, namespace }: ResourceInfo): boolean =>
  namespace === '' && !mapping.kind.startsWith('Cluster');

/** Makes the namespace of a Role or RoleBinding where there is none and it may be made (tryEnsureNamespace). */
function* ensureNamespace(k: Invocation, namespace: string): Coroutine<void> {
  const api = yield* k.api();
  const mapping = api.restMapper().forKind('v1', 'Namespace');
  if (mapping === undefined) return;
  const found = yield* api.send(requestFor(mapping, 'get', { name: namespace }));
  if (found.code !== 404 && found.code !== 403) return;
  const body: JsonObject = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: namespace } };
  const made = yield* attempt(api.request({ ...requestFor(mapping, 'create'), body, options: {} }));
  if (!('failure' in made)) return;
  const [error] = made.failure.errors;
  if (error.type !== 'status' || !['AlreadyExists', 'Forbidden'].includes(error.status.reason ?? ''))
    throw made.failure;
}

function* write(k: Invocation, info: ResourceInfo, { operation, object }: Plan): Coroutine<JsonObject> {
  if (operation === 'no-op') return object;
  const api = yield* k.api();
  const where = { namespace: info.namespace, name: info.name };
  if (operation === 'update')
    return yield* api.request({ ...requestFor(info.mapping, 'update', where), body: object, options: {} });
  if (operation === 'recreate') yield* api.request({ ...requestFor(info.mapping, 'delete', where), options: {} });
  if (!info.mapping.kind.startsWith('Cluster')) yield* ensureNamespace(k, info.namespace);
  return yield* api.request({
    ...requestFor(info.mapping, 'create', { namespace: info.namespace }),
    body: object,
    options: {},
  });
}

/** What is there; nothing where the manifest leaves out the namespace of what has one: that path is not served. */
function* existingObject(k: Invocation, info: ResourceInfo): Coroutine<JsonObject | undefined> {
  if (lacksNamespace(info)) return undefined;
  const api = yield* k.api();
  const request = requestFor(info.mapping, 'get', { namespace: info.namespace, name: info.name });
  const found = yield* attempt(api.request(request));
  if ('value' in found) return found.value;
  if (isNotFound(found.failure.errors[0])) return undefined;
  throw found.failure;
}

function* reconcileOne(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<void> {
  const step = plan(k, info, yield* existingObject(k, info));
  const result = dryRun === 'client' || step.spared ? step.object : yield* write(k, info, step);
  yield* printTyped(k, result, 'reconciled', dryRun);
  if (step.operation !== 'no-op') {
    const caveat = step.spared ? `, but object opted out (${AUTO_UPDATE}: false)` : '';
    yield* k.err(`\treconciliation required ${step.operation}${caveat}\n`);
    const binding = isBinding(info);
    const noun = binding ? 'subjects' : 'rules';
    const lines = (title: string, items: readonly JsonValue[]): string =>
      items.length === 0 ? '' : `\t${title}:\n${items.map((item) => `\t\t${goItem(item, binding)}\n`).join('')}`;
    yield* k.err(lines(`missing ${noun} added`, step.missing) + lines(`extra ${noun} removed`, step.extra));
  }
}

function* run(k: Invocation): Coroutine<number> {
  requireFilename(k);
  if (k.args.length > 0) failWith('no arguments are allowed');
  const dryRun = yield* k.dryRun();
  if (dryRun === 'server') failWith('--dry-run=server for command reconcile is not supported yet');
  requirePrinter(k);
  // Nothing is looked up, so nothing gets the namespace of the context (Builder.Local).
  const { infos, errors } = yield* manifestObjects(k, { ...filenameOptions(k), local: true, typed: true });
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
