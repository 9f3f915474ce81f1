import { compareStrings, fail, isJsonObject, ok, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import type { SchemaNode } from '@seatrial/schema';
import { FieldSet, formatFieldPath } from './field-set.js';
import { mergeTyped } from './merge-typed.js';
import { compareTyped, fieldSetOf, namesFields, removeTyped, type Comparison } from './typed-value.js';

/** One owner of fields: an entry of metadata.managedFields, with its set decoded. `time` is RFC 3339. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fields: FieldSet;
}

export type ManagedFields = readonly FieldManager[];

/** Who writes, how and when. */
export type WriteIdentity = Omit<FieldManager, 'fields'>;

/** One field that somebody else owns. */
export interface ApplyConflict {
  readonly owner: FieldManager;
  readonly path: string;
}

export interface AppliedObject {
  readonly object: JsonObject;
  readonly managers: ManagedFields;
}

/** Fields that are never owned (fieldmanager's stripMeta and the resources' reset fields). */
const STRIPPED = FieldSet.fromFieldsV1({
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    'f:clusterName': {},
    'f:creationTimestamp': {},
    'f:deletionGracePeriodSeconds': {},
    'f:deletionTimestamp': {},
    'f:generation': {},
    'f:managedFields': {},
    'f:name': {},
    'f:namespace': {},
    'f:resourceVersion': {},
    'f:selfLink': {},
    'f:uid': {},
  },
});

const METADATA = FieldSet.fromFieldsV1({ 'f:metadata': {} });

function own(set: FieldSet): FieldSet {
  return set.recursiveDifference(STRIPPED).difference(METADATA);
}

/** What a configuration named, by what its manager owns of it: applied again, it names the same nearly always. */
const namedBefore = new WeakMap<FieldSet, FieldSet>();

function ownedBy(config: JsonObject, schema: SchemaNode | undefined, last: FieldSet): FieldSet {
  const before = namedBefore.get(last);
  if (before && namesFields(config, schema, before)) return last;
  const named = fieldSetOf(config, schema);
  const owned = own(named);
  if (owned !== FieldSet.EMPTY) namedBefore.set(owned, named);
  return owned;
}

const sameIdentity = (a: WriteIdentity, b: WriteIdentity): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.apiVersion === b.apiVersion &&
  (a.subresource ?? '') === (b.subresource ?? '');

function withoutFields(managers: ManagedFields, gone: (manager: FieldManager) => FieldSet): FieldManager[] {
  return managers
    .map((manager) => {
      const rest = manager.fields.difference(gone(manager));
      return rest === manager.fields ? manager : { ...manager, fields: rest };
    })
    .filter((manager) => !manager.fields.isEmpty);
}

/** A Go struct's zero value as JSON: structs (OpenAPI `default: {}`) and required lists are there even when nothing was set. */
function zeroValue(node: SchemaNode | undefined): JsonObject {
  const result: JsonObject = {};
  for (const [name, field] of node?.fields ?? []) {
    if (isJsonObject(field.default) && Object.keys(field.default).length === 0 && field.type === 'object') {
      result[name] = zeroValue(field);
    } else if (field.type === 'array' && node?.required.includes(name)) result[name] = [];
  }
  return result;
}

function ordered(managers: readonly FieldManager[]): FieldManager[] {
  return [...managers].sort(
    (a, b) =>
      compareStrings(a.operation, b.operation) ||
      compareStrings(a.time ?? '', b.time ?? '') ||
      compareStrings(a.manager, b.manager) ||
      compareStrings(a.apiVersion, b.apiVersion),
  );
}

/**
 * Ownership after an ordinary write (merge.Updater.Update): the writer owns what it changed, the others lose it.
 * `before` is undefined on create. `reset`: what cannot be written this way and so is not owned (GetResetFields).
 */
export function updateManagedFields(
  before: JsonObject | undefined,
  after: JsonObject,
  managers: ManagedFields,
  identity: WriteIdentity,
  schema: SchemaNode | undefined,
  reset: FieldSet = FieldSet.EMPTY,
): ManagedFields {
  const comparison = compareTyped(before ?? zeroValue(schema), after, schema);
  const changed = own(comparison.modified.union(comparison.added)).recursiveDifference(reset);
  const removed = comparison.removed;
  if (changed.isEmpty && removed.isEmpty) return managers;
  const others = withoutFields(managers, (manager) =>
    sameIdentity(manager, identity) ? removed : changed.union(removed),
  );
  const mine = others.find((manager) => sameIdentity(manager, identity));
  const fields = (mine?.fields ?? FieldSet.EMPTY).union(changed);
  const rest = others.filter((manager) => manager !== mine);
  return ordered(fields.isEmpty ? rest : [...rest, { ...identity, fields }]);
}

/** A set with each declared field as a member that something below it is in (EnsureNamedFieldsAreMembers). */
function withNamedFields(set: FieldSet, node: SchemaNode | undefined): FieldSet {
  if (set.children.size === 0) return set;
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const declared = element.startsWith('f:') ? node?.field(element.slice(2)) : undefined;
    const full = withNamedFields(child, declared ?? (element.startsWith('f:') ? node?.values : node?.items));
    children.set(element, declared && !full.member ? new FieldSet(true, full.children) : full);
  }
  return new FieldSet(set.member, children);
}

/**
 * What is left of the merged object when fields that the manager gave up, and nobody else owns, are removed. A field
 * goes as a whole, with defaults that nobody owns below it, once nobody owns anything of it (merge.Updater.prune).
 */
function prune(
  merged: JsonObject,
  last: FieldSet,
  mine: FieldSet,
  others: ManagedFields,
  schema: SchemaNode | undefined,
): JsonObject {
  if (last.isSubsetOf(mine)) return merged;
  // A configuration always names its object, though nobody owns that.
  let owned = mine.union(METADATA);
  for (const manager of others) owned = owned.union(manager.fields);
  const gone = withNamedFields(last, schema).difference(withNamedFields(owned, schema));
  return removeTyped(merged, schema, topMost(gone)) as JsonObject;
}

/** Keeps of a set whose members are nested only the outermost ones. */
function topMost(set: FieldSet): FieldSet {
  if (set.member) return FieldSet.LEAF;
  return new FieldSet(false, new Map([...set.children].map(([element, child]) => [element, topMost(child)])));
}

function conflictsWith(managers: ManagedFields, identity: WriteIdentity, changed: FieldSet): ApplyConflict[] {
  return managers
    .filter((manager) => !sameIdentity(manager, identity))
    .flatMap((owner) =>
      [...owner.fields.intersection(changed).paths()].map((path) => ({ owner, path: formatFieldPath(path) })),
    );
}

const changesOf = (comparison: Comparison): FieldSet => comparison.modified.union(comparison.added);

/**
 * Server-side apply (merge.Updater.Apply, structured-merge-diff v6): lays the configuration over the live object,
 * removes what this manager no longer names, and settles ownership. Conflicts unless `force`.
 */
export function applyServerSide(request: {
  readonly live: JsonObject | undefined;
  readonly config: JsonObject;
  readonly managers: ManagedFields;
  readonly identity: WriteIdentity;
  readonly schema: SchemaNode | undefined;
  readonly force: boolean;
}): Result<AppliedObject, readonly ApplyConflict[]> {
  const { live, config, managers, identity, schema, force } = request;
  const before = live ?? {};
  const isMine = (manager: FieldManager): boolean =>
    manager.manager === identity.manager &&
    manager.operation === 'Apply' &&
    (manager.subresource ?? '') === (identity.subresource ?? '');
  const last = managers.find(isMine)?.fields ?? FieldSet.EMPTY;
  const fields = ownedBy(config, schema, last);
  const others = managers.filter((manager) => !isMine(manager));
  const merged = mergeTyped(before, config, schema) as JsonObject;
  const object = prune(merged, last, fields, others, schema);
  const comparison = compareTyped(before, object, schema);
  const changed = own(changesOf(comparison));
  const conflicts = conflictsWith(others, identity, changed);
  if (conflicts.length > 0 && !force) return fail(conflicts);
  const kept = withoutFields(others, () => changed.union(comparison.removed));
  // An apply that changes nothing leaves the time of its manager as it was, or unset (managedFieldsUpdater.Apply).
  const same = live !== undefined && changesOf(comparison).isEmpty && comparison.removed.isEmpty;
  const { time, ...who } = identity;
  const when = same ? managers.find(isMine)?.time : time;
  const mine: FieldManager = { ...who, ...(when !== undefined && { time: when }), fields };
  return ok({ object, managers: ordered(fields.isEmpty ? kept : [...kept, mine]) });
}

function ownerText({ manager, operation, apiVersion, subresource, time }: FieldManager): string {
  const name = subresource
    ? `${JSON.stringify(manager)} with subresource ${JSON.stringify(subresource)}`
    : JSON.stringify(manager);
  if (operation === 'Apply') return name;
  return time === undefined ? `${name} using ${apiVersion}` : `${name} using ${apiVersion} at ${time}`;
}

/** The API server's text of apply conflicts (k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go). */
export function applyConflictMessage(conflicts: readonly ApplyConflict[]): string {
  // The real server leaves the time out of the owners it names.
  const named = conflicts.map(({ owner, path }) => ({ owner: ownerText({ ...owner, time: undefined }), path }));
  if (named.length === 1) return `Apply failed with 1 conflict: conflict with ${named[0].owner}: ${named[0].path}`;
  const owners = [...new Set(named.map(({ owner }) => owner))].sort(compareStrings);
  const lines = owners.flatMap((owner) => [
    `conflicts with ${owner}:`,
    ...named.filter((conflict) => conflict.owner === owner).map(({ path }) => `- ${path}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** metadata.managedFields as the API shows it. */
export function formatManagedFields(managers: ManagedFields): JsonValue[] {
  return managers.map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
    apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: fields.toFieldsV1(),
    manager,
    operation,
    ...(subresource !== undefined && { subresource }),
    ...(time !== undefined && { time }),
  }));
}
