import type { ApiResponse, Status } from '@seatrial/apiserver';
import { isJsonObject, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { FieldSet } from '@seatrial/merge';
import { requestFor, isFailure } from '../../client/api-connection.js';
import { CommandFailure, failWith, statusError } from '../../command/failure.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { fetchObject } from '../../resource/resolve-infos.js';
import { listAt, metadataOf, objectAt, stringMapAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { LAST_APPLIED, writeOptions } from '../../resource/write-object.js';
import { warnIfDeleting, type Applied } from './client-side-apply.js';

const ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

/** Applies one object on the server (kubectl apply --server-side). */
export function* applyServerSide(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<Applied> {
  const first = yield* sendApply(k, info, dryRun);
  if (isFailure(first)) {
    const status = first.body as Status;
    if (status.reason === 'Conflict') failWith(`${status.message}\n${ADVICE}`);
    throw new CommandFailure([statusError(status)]);
  }
  let object = first.body as unknown as JsonObject;
  const manager = managerOf(k);
  const kept = manager !== KUBECTL || (yield* keepAnnotation(k, info, object, dryRun));
  if (kept && dryRun === 'none') {
    const migrated = yield* migrateOwners(k, info, manager);
    if (migrated) {
      // What the owners of client-side apply kept goes now.
      const again = yield* sendApply(k, info, dryRun);
      if (isFailure(again))
        yield* k.err(
          failedMigration('failed to re-apply configuration after performing Server-Side Apply migration', again),
        );
      else object = again.body as unknown as JsonObject;
    }
  }
  yield* warnIfDeleting(k, info, object);
  return { object, operation: 'serverside-applied' };
}

/** The manager that server-side apply has when none is named; only it keeps client-side apply's annotation. */
const KUBECTL = 'kubectl';

const managerOf = (k: Invocation): string =>
  k.flags.changed('field-manager') ? k.flags.string('field-manager') : KUBECTL;

function* sendApply(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<ApiResponse> {
  const api = yield* k.api();
  return yield* api.send({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: 'apply',
    body: info.object,
    options: {
      ...writeOptions(k, dryRun, 'kubectl'),
      fieldManager: managerOf(k),
      force: k.flags.bool('force-conflicts'),
    },
  });
}

const failedMigration = (what: string, response: ApiResponse): string =>
  `Warning: ${what}. This is non-fatal and will be retried next time you apply. Error: ${(response.body as Status).message}\n`;

const ANNOTATION = ['f:metadata', 'f:annotations', `f:${LAST_APPLIED}`];

/** Whether an entry of metadata.managedFields owns the annotation of client-side apply. */
function ownsAnnotation(entry: JsonValue, operation: 'Apply' | 'Update'): entry is JsonObject {
  if (!isJsonObject(entry) || entry.operation !== operation) return false;
  let at: JsonValue | undefined = entry.fieldsV1;
  for (const part of ANNOTATION) at = isJsonObject(at) ? at[part] : undefined;
  return at !== undefined;
}

const managedFieldsOf = (object: JsonObject): readonly JsonValue[] => listAt(object, 'metadata', 'managedFields');

/** Gives the annotation of client-side apply an owner of its own, so that it stays (saveLastApplyAnnotationIfNecessary). */
function* keepAnnotation(k: Invocation, info: ResourceInfo, object: JsonObject, dryRun: DryRun): Coroutine<boolean> {
  const value = stringMapAt(object, 'metadata', 'annotations')[LAST_APPLIED];
  if (value === undefined) return false;
  const { mapping, namespace } = info;
  const name = textOf(metadataOf(object).name);
  if (dryRun === 'none') {
    const live = yield* fetchObject(k, mapping, namespace, name, undefined, true);
    if (managedFieldsOf(live).some((entry) => ownsAnnotation(entry, 'Apply'))) return true;
  }
  const api = yield* k.api();
  const response = yield* api.send({
    ...requestFor(mapping, 'patch', { namespace, name }),
    patchType: 'apply',
    body: {
      apiVersion: textOf(object.apiVersion),
      kind: textOf(object.kind),
      metadata: { name, ...(mapping.namespaced && { namespace }), annotations: { [LAST_APPLIED]: value } },
    },
    options: { ...writeOptions(k, dryRun, 'kubectl'), fieldManager: 'kubectl-last-applied', force: false },
  });
  if (!isFailure(response)) return true;
  yield* k.err(failedMigration(`failed to migrate ${LAST_APPLIED} for Server-Side Apply`, response));
  return false;
}

/** Makes what client-side apply owned the manager's own (migrateToSSAIfNecessary). False when there was nothing to do. */
function* migrateOwners(k: Invocation, info: ResourceInfo, manager: string): Coroutine<boolean> {
  const { mapping, namespace, name } = info;
  const live = yield* fetchObject(k, mapping, namespace, name, undefined, true);
  const entries = managedFieldsOf(live);
  const names = new Set(
    entries.filter((entry) => ownsAnnotation(entry, 'Update')).map(({ manager }) => textOf(manager)),
  );
  if (names.size === 0) return false;
  const api = yield* k.api();
  const response = yield* api.send({
    ...requestFor(mapping, 'patch', { namespace, name }),
    patchType: 'json',
    body: [
      { op: 'replace', path: '/metadata/managedFields', value: upgradedEntries(entries, names, manager) },
      { op: 'replace', path: '/metadata/resourceVersion', value: metadataOf(live).resourceVersion ?? '' },
    ],
    options: { ...writeOptions(k, 'none', KUBECTL), fieldManager: manager },
  });
  if (!isFailure(response)) return true;
  yield* k.err(failedMigration('server rejected managed fields migration to Server-Side Apply', response));
  return false;
}

/** Entries in which a manager's apply has what client-side managers owned (client-go/util/csaupgrade). */
function upgradedEntries(entries: readonly JsonValue[], names: ReadonlySet<string>, manager: string): JsonObject[] {
  const isClientSide = (entry: JsonObject): boolean =>
    entry.operation === 'Update' && entry.subresource === undefined && names.has(textOf(entry.manager));
  const objects = entries.filter(isJsonObject);
  const own = objects.find(
    (entry) => entry.operation === 'Apply' && entry.manager === manager && entry.subresource === undefined,
  );
  const target = own ?? objects.find(isClientSide);
  if (!target) return objects;
  let fields = FieldSet.fromFieldsV1(objectAt(target, 'fieldsV1') ?? {});
  for (const entry of objects)
    if (isClientSide(entry) && entry.apiVersion === target.apiVersion)
      fields = fields.union(FieldSet.fromFieldsV1(objectAt(entry, 'fieldsV1') ?? {}));
  const merged: JsonObject = { ...target, operation: 'Apply', manager, fieldsV1: fields.toFieldsV1() };
  return objects.flatMap((entry) => (entry === target ? [merged] : isClientSide(entry) ? [] : [entry]));
}
