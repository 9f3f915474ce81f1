import { isJsonObject, type Coroutine } from '@seatrial/kernel';
import { debugLine, type ReleaseSession } from '../helm-action.js';
import { resourceKey, type Resource } from './helm-cluster.js';

const NAMELESS = 'could not get information about the resource: resource name may not be empty';

/** `helm.sh/resource-policy: keep`. */
export function isKept({ object }: Resource): boolean {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const annotations = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  return annotations['helm.sh/resource-policy'] === 'keep';
}

/** What an update made, and why it failed. */
export interface ObjectUpdate {
  readonly created: readonly Resource[];
  readonly problem?: string;
}

interface UpdateOptions {
  readonly forceConflicts: boolean;
  /** Objects are replaced instead of patched. */
  readonly forceReplace?: boolean;
  /** What was applied on the client, by older revisions or versions of Helm, becomes the server's. */
  readonly upgradeManager?: boolean;
}

/** Brings objects to a new manifest: creates, patches, then deletes what is gone (Client.Update of pkg/kube). */
export function* updateObjects(
  { cluster, k }: ReleaseSession,
  current: readonly Resource[],
  target: readonly Resource[],
  { forceConflicts, forceReplace = false, upgradeManager = false }: UpdateOptions,
): Coroutine<ObjectUpdate> {
  const created: Resource[] = [];
  const errors: string[] = [];
  const before = new Map(current.map((resource) => [resourceKey(resource), resource.object]));
  const done = (problem: string | undefined): ObjectUpdate => ({ created, ...(problem !== undefined && { problem }) });
  yield* cluster.debugApply('creation', forceConflicts);
  yield* cluster.debugApply('update', forceConflicts, { upgradeClientSideFieldManager: upgradeManager });
  yield* debugLine(k, 'checking resources for changes', { resources: target.length });
  for (const resource of target) {
    if (resource.name === '') return done(NAMELESS);
    const exists = (yield* cluster.get(resource)) !== undefined;
    if (!exists) {
      created.push(resource);
      const problem = yield* cluster.createOne(resource, forceConflicts);
      if (problem !== undefined) return done(`failed to create resource: ${problem}`);
      yield* cluster.debugObject('created a new resource', resource);
      continue;
    }
    const original = before.get(resourceKey(resource));
    const problem = yield* cluster.update(resource, {
      force: forceConflicts,
      original,
      replace: forceReplace,
      takeOver: upgradeManager,
    });
    if (problem !== undefined) errors.push(problem);
    const error = problem === undefined ? {} : { fields: { error: problem } };
    yield* cluster.debugObject(problem === undefined ? 'Patched resource' : 'Error patching resource', resource, {
      gvk: true,
      ...error,
    });
  }
  if (errors.length > 0) return done(errors.join(' && '));
  const wanted = new Set(target.map(resourceKey));
  for (const resource of current) {
    if (wanted.has(resourceKey(resource))) continue;
    yield* cluster.debugObject('deleting resource', resource);
    if (isKept(resource)) continue;
    const problem = yield* cluster.remove(resource);
    if (problem !== undefined) errors.push(`failed to delete resource ${resource.name}: ${problem}`);
  }
  return done(errors.length > 0 ? errors.join(' && ') : undefined);
}
