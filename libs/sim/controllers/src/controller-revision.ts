import {
  CONTROLLER_REVISIONS,
  type ControllerContext,
  type ControllerRevision,
  type KubeObject,
} from '@seatrial/apiserver';
import { jsonEqual, type JsonObject } from '@seatrial/kernel';
import type { LabelSelector } from '@seatrial/schema';
import { REVISIONS_BY_CONTROLLER, claimObjects } from './owner-reference.js';
import { must } from './request-failed.js';

/** The data of a revision: the pod template, to be put in place as a whole. */
export const revisionData = (template: unknown): JsonObject => ({
  spec: { template: { ...(template as JsonObject), $patch: 'replace' } },
});

export const revisionDataOf = (revision: ControllerRevision): JsonObject =>
  (revision.data ?? {}) as unknown as JsonObject;

export const sameData = (revision: ControllerRevision, data: JsonObject): boolean =>
  jsonEqual(revisionDataOf(revision), data);

/** The revisions of a workload, oldest first. */
export function revisionsOf(
  context: ControllerContext,
  owner: KubeObject,
  selector: LabelSelector,
): ControllerRevision[] {
  return claimObjects(context, owner, REVISIONS_BY_CONTROLLER, selector).sort((a, b) => a.revision - b.revision);
}

export function renumber(context: ControllerContext, revision: ControllerRevision, number: number): ControllerRevision {
  if (revision.revision === number) return revision;
  return must(context.client.update(CONTROLLER_REVISIONS, { ...revision, revision: number }));
}

/** Creates a revision; one of the same name and content that is there already will do. Undefined: the name collides. */
export function createRevision(
  context: ControllerContext,
  draft: Omit<ControllerRevision, 'metadata' | 'apiVersion' | 'kind'> & {
    readonly metadata: Partial<ControllerRevision['metadata']>;
  },
): ControllerRevision | undefined {
  const created = context.client.create(CONTROLLER_REVISIONS, draft);
  if (created.ok) return created.value;
  if (created.error.reason !== 'AlreadyExists') return must(created);
  const there = context.client.get(CONTROLLER_REVISIONS, draft.metadata.namespace, draft.metadata.name ?? '');
  return there && sameData(there, draft.data as unknown as JsonObject) ? there : undefined;
}

/** Deletes the oldest revisions beyond the limit that nothing lives by. */
export function truncateRevisions(
  context: ControllerContext,
  old: readonly ControllerRevision[],
  limit: number,
  isLive: (revision: ControllerRevision) => boolean,
): void {
  const dead = old.filter((revision) => !isLive(revision));
  deleteRevisions(context, dead.slice(0, Math.max(dead.length - limit, 0)));
}

export function deleteRevisions({ client }: ControllerContext, revisions: readonly ControllerRevision[]): void {
  for (const { metadata } of revisions) {
    const deleted = client.delete(CONTROLLER_REVISIONS, metadata.namespace, metadata.name);
    if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
  }
}
