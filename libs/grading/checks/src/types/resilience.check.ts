import type { KubeObject } from '@seatrial/apiserver';
import type { Evidence } from '@seatrial/contracts';
import { isJsonObject } from '@seatrial/kernel';
import { defineCheck, failed, passed, type CheckOutcome } from '../define-check.js';
import { explainPods, isReady } from '../diagnosis/pods.js';
import type { Disturbance, GradedWorld } from '../graded-world.js';
import {
  QUERY_KEYS,
  find,
  hasLabels,
  numberAt,
  noSuchObject,
  queryText,
  readQuery,
  stringAt,
  valueAt,
  type ObjectQuery,
} from '../object-query.js';

const FAILURES = ['clock', 'cut-off', 'disk', 'kubelet', 'memory', 'node', 'pod', 'registry'] as const;
type Failure = (typeof FAILURES)[number];

interface ResilienceParameters {
  readonly query: ObjectQuery;
  readonly failure: Failure;
  /** Ready replicas that there must be again; as many as the workload asks for by default. */
  readonly ready: number | undefined;
  /** Ready replicas that there must be all the time. */
  readonly minimumReady: number | undefined;
  readonly withinSeconds: number;
  readonly registry: string;
  readonly clockSeconds: number;
}

/** A lost node's pods are moved after 40 s and 300 s more. */
const NODE_SECONDS = 420;
const POD_SECONDS = 60;
const STEP_MS = 1000;
/** How long the cluster gets to come to itself again, for the checks after this one. */
const RECOVERY_MS = 90_000;

const NAMES: Readonly<Record<Failure, readonly [en: string, es: string]>> = {
  clock: ['the clocks jumped', 'los relojes saltaron'],
  'cut-off': ['its node was cut off', 'su nodo quedó incomunicado'],
  disk: ['the disk of its node filled up', 'se llenó el disco de su nodo'],
  kubelet: ['the kubelet of its node stopped', 'se paró el kubelet de su nodo'],
  memory: ['its node ran out of memory', 'su nodo se quedó sin memoria'],
  node: ['its node was lost', 'se perdió su nodo'],
  pod: ['one of its pods was deleted', 'se borró uno de sus pods'],
  registry: ['the registry was down', 'el registro no respondía'],
};

/** Something is made to go wrong, and a workload has its ready replicas again in time. Evaluated after all other checks. */
export const resilienceCheck = defineCheck<ResilienceParameters>({
  type: 'resilience',
  description: 'a workload is ready again in time after a failure: of a pod, a node, a disk, a registry, a clock',
  disturbs: true,
  read: (node) => {
    node.mapping([...QUERY_KEYS, 'failure', 'ready', 'minimumReady', 'withinSeconds', 'registry', 'clockSeconds']);
    const failure = node.member('failure').choice(FAILURES, 'pod');
    return {
      query: readQuery(node, 'Deployment'),
      failure,
      ready: node.member('ready').optionalInteger(0),
      minimumReady: node.member('minimumReady').optionalInteger(0),
      withinSeconds: node.member('withinSeconds').integer(1, failure === 'pod' ? POD_SECONDS : NODE_SECONDS),
      registry: node.member('registry').optionalString() ?? 'docker.io',
      clockSeconds: node.member('clockSeconds').integer(1, 3600),
    };
  },
  evaluate: (parameters, world) => {
    const { query } = parameters;
    const workload = find(world, query)?.[0];
    if (!workload) return noSuchObject(world, query);
    const wanted = parameters.ready ?? numberAt(workload, 'spec.replicas', 1);
    const pods = podsOf(world, workload).filter(isReady);
    if (pods.length < wanted) {
      const why = explainPods(podsOf(world, workload));
      return failed(
        `${queryText(query)} was not ready before anything happened: ${why.en}`,
        `${queryText(query)} no estaba listo antes de que pasara nada: ${why.es}`,
      );
    }
    const disturbance = choose(parameters, world, pods);
    if (!disturbance || !world.disturb)
      return { kind: 'unsupported', what: `the failure of the only node of a cluster` };
    const undo = world.disturb(disturbance);
    // What runs already needs no registry: a pod has to be made anew.
    if (parameters.failure === 'registry') world.disturb(deletion(query, pods));
    const outcome = watch(parameters, world, workload, wanted, pods);
    undo();
    world.wait(RECOVERY_MS);
    return outcome;
  },
});

function podsOf(world: GradedWorld, workload: KubeObject): readonly KubeObject[] {
  const selector = valueAt(workload, 'spec.selector.matchLabels') ?? valueAt(workload, 'spec.selector');
  const pods = world.list('Pod', workload.metadata.namespace) ?? [];
  return isJsonObject(selector) ? pods.filter((pod) => hasLabels(pod, selector as Record<string, string>)) : [];
}

const deletion = ({ namespace }: ObjectQuery, [pod]: readonly KubeObject[]): Disturbance => ({
  kind: 'delete-pod',
  namespace,
  name: pod?.metadata.name ?? '',
});

const nodeOf = (pod: KubeObject): string => stringAt(pod, 'spec.nodeName') ?? '';

/** What to do: to the first pod, or to the node that runs the most of them (not a control plane). */
function choose(
  { failure, registry, clockSeconds, query }: ResilienceParameters,
  world: GradedWorld,
  pods: readonly KubeObject[],
): Disturbance | undefined {
  if (failure === 'pod') return deletion(query, pods);
  if (failure === 'registry') return { kind: 'registry-down', registry };
  if (failure === 'clock') return { kind: 'clock-jump', ms: clockSeconds * 1000 };
  const counts = new Map<string, number>();
  for (const pod of pods) counts.set(nodeOf(pod), (counts.get(nodeOf(pod)) ?? 0) + 1);
  const workers = (world.list('Node') ?? [])
    .slice(1)
    .map(({ metadata }) => metadata.name)
    .filter((name) => counts.has(name));
  const [node] = workers.sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return node === undefined ? undefined : { kind: failure, node };
}

/** Waits until enough replicas are ready that the failure has not touched; the outcome names the time it took. */
function watch(
  parameters: ResilienceParameters,
  world: GradedWorld,
  workload: KubeObject,
  wanted: number,
  before: readonly KubeObject[],
): CheckOutcome {
  const { query, failure, withinSeconds, minimumReady } = parameters;
  const [en, es] = NAMES[failure];
  const what = queryText(query);
  const start = world.now();
  let least = Number.MAX_SAFE_INTEGER;
  let shaken = false;
  let ready = 0;
  while (world.now() - start < withinSeconds * 1000) {
    world.wait(STEP_MS);
    const now = podsOf(world, workload);
    ready = now.filter(isReady).length;
    least = Math.min(least, ready);
    shaken ||=
      now.length !== before.length ||
      now.some((pod) => !isReady(pod) || !before.some((old) => old.metadata.uid === pod.metadata.uid));
    if (shaken && ready >= wanted && now.every((pod) => pod.metadata.deletionTimestamp === undefined || !isReady(pod)))
      break;
  }
  const seconds = Math.round((world.now() - start) / 1000);
  const evidence: Evidence = {
    kind: 'object',
    subject: `${workload.kind}/${workload.metadata.name}`,
    found: `${String(ready)} of ${String(wanted)} ready ${String(seconds)} s after ${en}, never fewer than ${String(least)}`,
    atMs: world.now() - world.startTime,
  };
  if (minimumReady !== undefined && least < minimumReady) {
    return failed(
      `when ${en}, ${what} fell to ${String(least)} ready replicas; never below ${String(minimumReady)} was asked`,
      `cuando ${es}, ${what} bajó a ${String(least)} réplicas listas; se pedía nunca menos de ${String(minimumReady)}`,
      evidence,
    );
  }
  if (ready >= wanted) return passed(evidence);
  const why = explainPods(podsOf(world, workload));
  return failed(
    `${String(seconds)} s after ${en}, ${what} has ${String(ready)} of ${String(wanted)} replicas ready: ${why.en}`,
    `${String(seconds)} s después de que ${es}, ${what} tiene ${String(ready)} de ${String(wanted)} réplicas listas: ${why.es}`,
    evidence,
  );
}
