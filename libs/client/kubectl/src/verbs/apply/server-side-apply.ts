import type { Status } from '@seatrial/apiserver';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { requestFor, isFailure } from '../../client/api-connection.js';
import { CommandFailure, failWith, statusError } from '../../command/failure.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { metadataOf, stringMapAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
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
  const api = yield* k.api();
  const response = yield* api.send({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: 'apply',
    body: info.object,
    options: {
      ...writeOptions(k, dryRun, 'kubectl'),
      fieldManager: k.flags.changed('field-manager') ? k.flags.string('field-manager') : 'kubectl',
      force: k.flags.bool('force-conflicts'),
    },
  });
  if (isFailure(response)) {
    const status = response.body as Status;
    if (status.reason === 'Conflict') failWith(`${status.message}\n${ADVICE}`);
    throw new CommandFailure([statusError(status)]);
  }
  const object = response.body as unknown as JsonObject;
  yield* migrateOwnership(k, info, object, dryRun);
  yield* warnIfDeleting(k, info, object);
  return { object, operation: 'serverside-applied' };
}

/**
 * The server keeps the annotation of client-side apply up to date; moving its ownership needs the object stored, so a
 * dry run can only report the conflict (migrateToSSAIfNecessary).
 */
function* migrateOwnership(k: Invocation, info: ResourceInfo, object: JsonObject, dryRun: DryRun): Coroutine<void> {
  const value = stringMapAt(object, 'metadata', 'annotations')[LAST_APPLIED];
  if (dryRun !== 'server' || k.flags.changed('field-manager') || value === undefined) return;
  const api = yield* k.api();
  const { name, namespace } = metadataOf(info.object);
  const response = yield* api.send({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: 'apply',
    body: {
      apiVersion: textOf(object.apiVersion),
      kind: textOf(object.kind),
      metadata: { name, ...(namespace === undefined ? {} : { namespace }), annotations: { [LAST_APPLIED]: value } },
    },
    options: { ...writeOptions(k, dryRun, 'kubectl'), fieldManager: 'kubectl-last-applied', force: false },
  });
  if (isFailure(response))
    yield* k.err(
      `Warning: failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${(response.body as Status).message}\n`,
    );
}
