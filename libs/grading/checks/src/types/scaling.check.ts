import { defineCheck, failed, passed } from '../define-check.js';
import { explainPods } from '../diagnosis/pods.js';
import {
  QUERY_KEYS,
  find,
  hasLabels,
  numberAt,
  objectEvidence,
  noSuchObject,
  queryText,
  readQuery,
  valueAt,
  type ObjectQuery,
} from '../object-query.js';
import { isJsonObject } from '@seatrial/kernel';

interface ScalingParameters {
  readonly query: ObjectQuery;
  readonly atLeast: number;
  readonly atMost: number;
}

/** A workload asks for a number of replicas, and as many are ready; a DaemonSet has one on each node it should. */
export const scalingCheck = defineCheck<ScalingParameters>({
  type: 'scaling',
  description: 'a workload has so many ready replicas',
  read: (node) => {
    node.mapping([...QUERY_KEYS, 'replicas', 'atLeast', 'atMost']);
    const exact = node.member('replicas').optionalInteger(0);
    return {
      query: readQuery(node, 'Deployment'),
      atLeast: exact ?? node.member('atLeast').integer(0, 1),
      atMost: exact ?? node.member('atMost').integer(0, Number.MAX_SAFE_INTEGER),
    };
  },
  evaluate: ({ query, atLeast, atMost }, world) => {
    const what = queryText(query);
    const workload = find(world, query)?.[0];
    if (!workload) return noSuchObject(world, query);
    const daemon = workload.kind === 'DaemonSet';
    const wanted = daemon
      ? numberAt(workload, 'status.desiredNumberScheduled')
      : numberAt(workload, 'spec.replicas', 1);
    const ready = numberAt(workload, daemon ? 'status.numberReady' : 'status.readyReplicas');
    const range =
      atLeast === atMost
        ? String(atLeast)
        : `${String(atLeast)}${atMost === Number.MAX_SAFE_INTEGER ? '+' : `–${String(atMost)}`}`;
    const evidence = objectEvidence(world, workload, `${String(ready)} of ${String(wanted)} ready`);
    if (wanted < atLeast || wanted > atMost) {
      return failed(
        `${what} asks for ${String(wanted)} replicas, expected ${range}`,
        `${what} pide ${String(wanted)} réplicas, se esperaban ${range}`,
        evidence,
      );
    }
    if (ready >= wanted) return passed(evidence);
    const selector = valueAt(workload, 'spec.selector.matchLabels');
    const pods = (world.list('Pod', query.namespace) ?? []).filter(
      (pod) => isJsonObject(selector) && hasLabels(pod, selector as Record<string, string>),
    );
    const why = explainPods(pods);
    return failed(
      `of ${String(wanted)} replicas of ${what} only ${String(ready)} are ready: ${why.en}`,
      `de ${String(wanted)} réplicas de ${what} solo ${String(ready)} están listas: ${why.es}`,
      evidence,
    );
  },
});
