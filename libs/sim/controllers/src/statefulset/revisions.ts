import type { ControllerContext, ControllerRevision, StatefulSet } from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';
import { controllerRevisionHash, type LabelSelector } from '@seatrial/schema';
import { createRevision, renumber, revisionData, revisionsOf, sameData } from '../controller-revision.js';
import { controllerReference } from '../owner-reference.js';

export interface SetRevisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisionCount: number;
  readonly all: readonly ControllerRevision[];
}

const MAX_COLLISIONS = 100;

function create(
  context: ControllerContext,
  set: StatefulSet,
  number: number,
): { made: ControllerRevision; collisions: number } {
  const data = revisionData(set.spec.template);
  let collisions = set.status?.collisionCount ?? 0;
  for (let i = 0; i < MAX_COLLISIONS; i++, collisions++) {
    const hash = controllerRevisionHash(data, collisions);
    const made = createRevision(context, {
      metadata: {
        name: `${set.metadata.name.slice(0, 223)}-${hash}`,
        namespace: set.metadata.namespace,
        labels: { ...set.spec.template.metadata?.labels, 'controller.kubernetes.io/hash': hash },
        annotations: set.metadata.annotations ?? {},
        ownerReferences: [controllerReference(set)],
      },
      data: data,
      revision: number,
    });
    if (made) return { made, collisions };
  }
  invariant(false, 'a controller revision collides again and again');
}

/** The revisions that pods are of, and are to become (getStatefulSetRevisions). */
export function syncRevisions(context: ControllerContext, set: StatefulSet, selector: LabelSelector): SetRevisions {
  const all = revisionsOf(context, set, selector);
  const data = revisionData(set.spec.template);
  const next = (all.at(-1)?.revision ?? 0) + 1;
  const equal = all.filter((revision) => sameData(revision, data)).at(-1);
  let update: ControllerRevision;
  let collisionCount = set.status?.collisionCount ?? 0;
  if (!equal) {
    const { made, collisions } = create(context, set, next);
    [update, collisionCount] = [made, collisions];
  } else update = equal === all.at(-1) ? equal : renumber(context, equal, next);
  const current = all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  return { current, update, collisionCount, all };
}
