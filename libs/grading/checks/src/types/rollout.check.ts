import type { HistoryEntry, KubeObject } from '@seatrial/apiserver';
import type { Evidence } from '@seatrial/contracts';
import { defineCheck, failed, passed, type CheckOutcome } from '../define-check.js';
import type { GradedWorld } from '../graded-world.js';
import {
  find,
  numberAt,
  objectEvidence,
  objectsAt,
  noSuchObject,
  queryText,
  readQuery,
  stepAt,
  type ObjectQuery,
} from '../object-query.js';
import { valueText } from '../partial-match.js';

interface RolloutParameters {
  readonly query: ObjectQuery;
  readonly complete: boolean;
  /** Once so many replicas were available, there were never fewer. */
  readonly minimumAvailable: number | undefined;
  /** Images the workload had, in this order, at some time. */
  readonly images: readonly string[];
}

/** How a workload got where it is: from the whole history of its writes. */
export const rolloutCheck = defineCheck<RolloutParameters>({
  type: 'rollout',
  description: 'a rollout is complete; it went through given images; availability never fell below a number',
  read: (node) => {
    node.mapping(['kind', 'name', 'namespace', 'complete', 'minimumAvailable', 'images']);
    return {
      query: readQuery(node, 'Deployment'),
      complete: node.member('complete').boolean(true),
      minimumAvailable: node.member('minimumAvailable').optionalInteger(0),
      images: node
        .member('images')
        .list()
        .map((image) => image.string()),
    };
  },
  evaluate: (parameters, world) => {
    const { query } = parameters;
    const workload = find(world, query)?.[0];
    if (!workload) return noSuchObject(world, query);
    const writes = world
      .history()
      .filter(
        ({ resource, object }) => resource.kind === workload.kind && object.metadata.uid === workload.metadata.uid,
      );
    return (
      missingImage(parameters, world, workload, writes) ??
      tooFewAvailable(parameters, world, workload, writes) ??
      incomplete(parameters, world, workload) ??
      passed(objectEvidence(world, workload, rolloutText(workload)))
    );
  },
});

const imagesOf = (workload: KubeObject): string[] =>
  objectsAt(workload, 'spec.template.spec.containers').map(({ image }) => valueText(image));

const rolloutText = (workload: KubeObject): string =>
  `${String(numberAt(workload, 'status.updatedReplicas'))} updated, ${String(numberAt(workload, 'status.availableReplicas'))} available of ${String(numberAt(workload, 'spec.replicas', 1))}`;

function missingImage(
  { images, query }: RolloutParameters,
  world: GradedWorld,
  workload: KubeObject,
  writes: readonly HistoryEntry[],
): CheckOutcome | undefined {
  let next = 0;
  const seen: string[] = [];
  for (const { object } of writes) {
    const had = imagesOf(object);
    if (seen.at(-1) !== had.join(',')) seen.push(had.join(','));
    while (next < images.length && had.includes(images[next] ?? '')) next++;
  }
  const missing = images[next];
  if (missing === undefined) return undefined;
  const previous = images[next - 1];
  const before =
    previous === undefined ? { en: '', es: '' } : { en: ` after ${previous}`, es: ` después de ${previous}` };
  return failed(
    `${queryText(query)} never had the image ${missing}${before.en} (it had: ${seen.join(' → ')})`,
    `${queryText(query)} nunca tuvo la imagen ${missing}${before.es} (tuvo: ${seen.join(' → ')})`,
    objectEvidence(world, workload, seen.join(' → ')),
  );
}

function tooFewAvailable(
  { minimumAvailable, query }: RolloutParameters,
  world: GradedWorld,
  workload: KubeObject,
  writes: readonly HistoryEntry[],
): CheckOutcome | undefined {
  if (minimumAvailable === undefined) return undefined;
  let reached = false;
  for (const { object, time } of writes) {
    const available = numberAt(object, 'status.availableReplicas');
    if (available >= minimumAvailable) reached = true;
    else if (reached) {
      const step = stepAt(world, time);
      const evidence: Evidence = {
        kind: 'object',
        subject: `${workload.kind}/${workload.metadata.name}`,
        found: `${String(available)} available`,
        atMs: time - world.startTime,
        ...(step && { step: step.step }),
      };
      const since = step ? ` (${step.command.slice(0, 80)})` : '';
      return failed(
        `${queryText(query)} fell to ${String(available)} available replicas, never below ${String(minimumAvailable)} was asked${since}`,
        `${queryText(query)} bajó a ${String(available)} réplicas disponibles; se pedía nunca menos de ${String(minimumAvailable)}${since}`,
        evidence,
      );
    }
  }
  if (reached) return undefined;
  return failed(
    `${queryText(query)} never had ${String(minimumAvailable)} available replicas`,
    `${queryText(query)} nunca tuvo ${String(minimumAvailable)} réplicas disponibles`,
    objectEvidence(world, workload, rolloutText(workload)),
  );
}

/** As `kubectl rollout status` decides it (kubectl/pkg/polymorphichelpers/rollout_status.go). */
function incomplete(
  { complete, query }: RolloutParameters,
  world: GradedWorld,
  workload: KubeObject,
): CheckOutcome | undefined {
  if (!complete) return undefined;
  const wanted = numberAt(workload, 'spec.replicas', 1);
  const updated = numberAt(workload, 'status.updatedReplicas');
  const done =
    numberAt(workload, 'status.observedGeneration') >= (workload.metadata.generation ?? 0) &&
    updated >= wanted &&
    numberAt(workload, 'status.replicas') <= updated &&
    numberAt(workload, 'status.availableReplicas') >= updated;
  if (done) return undefined;
  const state = rolloutText(workload);
  return failed(
    `the rollout of ${queryText(query)} is not complete: ${state}`,
    `el despliegue de ${queryText(query)} no está completo: ${state}`,
    objectEvidence(world, workload, state),
  );
}
