import {
  DAEMON_SETS,
  type ControllerContext,
  type ControllerRevision,
  type DaemonSet,
  type Pod,
} from '@seatrial/apiserver';
import { podTemplateHash, type LabelSelector } from '@seatrial/schema';
import {
  createRevision,
  deleteRevisions,
  renumber,
  revisionData,
  revisionsOf,
  sameData,
} from '../controller-revision.js';
import { controllerReference } from '../owner-reference.js';
import { asJson } from '../pod-control.js';
import { must } from '../request-failed.js';
import { REVISION_HASH } from './daemon-pods.js';

function snapshot(context: ControllerContext, set: DaemonSet, revision: number): ControllerRevision {
  const { template } = set.spec;
  const hash = podTemplateHash(asJson(template), set.status?.collisionCount);
  const created = createRevision(context, {
    metadata: {
      name: `${set.metadata.name}-${hash}`,
      namespace: set.metadata.namespace,
      labels: { ...template.metadata?.labels, [REVISION_HASH]: hash },
      annotations: set.metadata.annotations,
      ownerReferences: [controllerReference(set)],
    },
    data: revisionData(template),
    revision,
  });
  if (created) return created;
  const collisionCount = (set.status?.collisionCount ?? 0) + 1;
  const updated = must(
    context.client.updateStatus(DAEMON_SETS, {
      ...set,
      status: { ...set.status, collisionCount } as DaemonSet['status'],
    }),
  );
  return snapshot(context, updated, revision);
}

/** The revision of the set's present template, made if need be, and the older ones (constructHistory). */
export function syncRevisions(
  context: ControllerContext,
  set: DaemonSet,
  selector: LabelSelector,
): { readonly current: ControllerRevision; readonly old: readonly ControllerRevision[] } {
  const data = revisionData(set.spec.template);
  const all = revisionsOf(context, set, selector);
  const matching = all.filter((revision) => sameData(revision, data));
  const old = all.filter((revision) => !matching.includes(revision));
  const number = Math.max(0, ...old.map(({ revision }) => revision)) + 1;
  const known = matching.at(-1);
  if (!known) return { current: snapshot(context, set, number), old };
  return { current: known.revision < number ? renumber(context, known, number) : known, old };
}

export function cleanUpRevisions(
  context: ControllerContext,
  set: DaemonSet,
  old: readonly ControllerRevision[],
  pods: Iterable<readonly Pod[]>,
): void {
  const live = new Set<string>();
  for (const list of pods) for (const { metadata } of list) live.add(metadata.labels?.[REVISION_HASH] ?? '');
  const excess = old.length - (set.spec.revisionHistoryLimit ?? 10);
  const dead = old.filter(({ metadata }) => !live.has(metadata.labels?.[REVISION_HASH] ?? ''));
  deleteRevisions(context, dead.slice(0, Math.max(excess, 0)));
}
