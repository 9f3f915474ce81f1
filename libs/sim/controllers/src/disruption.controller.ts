import {
  DEPLOYMENTS,
  PODS,
  POD_DISRUPTION_BUDGETS,
  REPLICA_SETS,
  defineController,
  watch,
  type ControllerContext,
  type OwnerReference,
  type Pod,
  type PodDisruptionBudget,
} from '@seatrial/apiserver';
import { compareStrings, jsonEqual } from '@seatrial/kernel';
import { formatTime, groupResourceName, labelSelectorMatches, parseApiVersion } from '@seatrial/schema';
import type { Scale } from './autoscaling/scale-target.js';
import { scaledValue } from './int-or-percent.js';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { controllerOf } from './owner-reference.js';
import { isPodReady, timeOf } from './pod-state.js';
import { must, retrying } from './request-failed.js';
import { hasScale, resourceOfKind } from './served-resources.js';

/** How long an eviction that was allowed counts while the pod is still there (DeletionTimeout). */
const DELETION_TIMEOUT_MS = 120_000;

type BudgetStatus = NonNullable<PodDisruptionBudget['status']>;

interface Size {
  readonly uid: string;
  readonly replicas: number;
}

/** The owner's own size, through its scale subresource; a text where its kind has none (getScaleController). */
function ownScale(
  { client }: ControllerContext,
  namespace: string | undefined,
  owner: OwnerReference,
): Size | string | undefined {
  const { group } = parseApiVersion(owner.apiVersion);
  const resource = resourceOfKind(client, group, owner.kind);
  if (!resource) return `no matches for kind "${owner.kind}" in version "${owner.apiVersion}"`;
  const found = client.getSubresource(resource, namespace, owner.name, 'scale');
  if (found.ok) {
    const { metadata, spec } = found.value as Scale;
    return metadata?.uid === owner.uid ? { uid: owner.uid, replicas: spec?.replicas ?? 0 } : undefined;
  }
  if (hasScale(client, resource)) return undefined;
  return `${groupResourceName(resource)} does not implement the scale subresource`;
}

/** The workload that decides how many pods there should be, and its size. */
function scaleOf(context: ControllerContext, pod: Pod, owner: OwnerReference): Size | string | undefined {
  const { client } = context;
  const { namespace } = pod.metadata;
  if (owner.kind === 'ReplicaSet' && parseApiVersion(owner.apiVersion).group === REPLICA_SETS.group) {
    const set = client.get(REPLICA_SETS, namespace, owner.name);
    const parent = set?.metadata.uid === owner.uid ? controllerOf(set) : undefined;
    const deployment = parent?.kind === 'Deployment' ? client.get(DEPLOYMENTS, namespace, parent.name) : undefined;
    if (deployment && deployment.metadata.uid === parent?.uid)
      return { uid: deployment.metadata.uid, replicas: deployment.spec.replicas ?? 1 };
  }
  return ownScale(context, namespace, owner);
}

interface Expected {
  readonly pods: number;
  readonly healthy: number;
  readonly unmanaged: boolean;
}

/** The number of pods there should be; a text where that cannot be known (getExpectedPodCount). */
function expectedOf(
  context: ControllerContext,
  { spec }: PodDisruptionBudget,
  pods: readonly Pod[],
): Expected | string {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable === undefined && typeof minAvailable !== 'string')
    return { pods: minAvailable === undefined ? 0 : pods.length, healthy: minAvailable ?? 0, unmanaged: false };
  const scales = new Map<string, number>();
  let unmanaged = false;
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner) {
      unmanaged = true;
      continue;
    }
    const scale = scales.has(owner.uid) ? undefined : scaleOf(context, pod, owner);
    if (typeof scale === 'string') return scale;
    if (scale) scales.set(scale.uid, scale.replicas);
    else if (!scales.has(owner.uid)) return `found no controllers for pod "${pod.metadata.name}"`;
  }
  const count = [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
  const healthy =
    maxUnavailable === undefined
      ? scaledValue(minAvailable, count, true)
      : Math.max(count - scaledValue(maxUnavailable, count, true), 0);
  return { pods: count, healthy, unmanaged };
}

/** metav1.LabelSelector as Go prints it. */
function selectorText({ spec }: PodDisruptionBudget): string {
  const labels = Object.entries(spec.selector?.matchLabels ?? {})
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([key, value]) => `${key}: ${value},`)
    .join('');
  const expressions = (spec.selector?.matchExpressions ?? [])
    .map(
      ({ key, operator, values = [] }) =>
        `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
    )
    .join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}

/** Evicted pods that are still there, and have not been for too long. */
function disrupted(
  context: ControllerContext,
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, since] of Object.entries(budget.status?.disruptedPods ?? {})) {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) continue;
    const left = (timeOf(since) ?? 0) + DELETION_TIMEOUT_MS - context.now();
    if (left < 0) {
      const { namespace } = budget.metadata;
      const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
      context.events.event({ object: pod }, 'Warning', 'NotDeleted', message);
      continue;
    }
    kept[name] = since;
    context.requeueAfter(keyOf(budget), left);
  }
  return kept;
}

function writeStatus(
  context: ControllerContext,
  budget: PodDisruptionBudget,
  expected: Expected,
  healthy: number,
  disruptedPods: Record<string, string>,
): void {
  const allowed = expected.pods <= 0 ? 0 : Math.max(healthy - expected.healthy, 0);
  const generation = budget.metadata.generation ?? 0;
  const status = allowed > 0 ? 'True' : 'False';
  const before = budget.status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
  const condition = {
    type: 'DisruptionAllowed',
    status,
    observedGeneration: generation,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : formatTime(context.now()),
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
  const next = {
    observedGeneration: generation,
    ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: expected.healthy,
    expectedPods: expected.pods,
    conditions: [condition],
  } as unknown as BudgetStatus;
  if (!jsonEqual(budget.status, next))
    must(context.client.updateStatus(POD_DISRUPTION_BUDGETS, { ...budget, status: next }));
}

/** No eviction is allowed while the numbers are not known; the other fields stay as they were (failSafe). */
function failSafe(context: ControllerContext, budget: PodDisruptionBudget, message: string): void {
  const { status } = budget;
  const before = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    ...(status?.observedGeneration ? { observedGeneration: status.observedGeneration } : {}),
    lastTransitionTime: before?.status === 'False' ? before.lastTransitionTime : formatTime(context.now()),
    reason: 'SyncFailed',
    message,
  };
  const next = {
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...status,
    disruptionsAllowed: 0,
    conditions: [condition],
  } as unknown as BudgetStatus;
  if (!jsonEqual(status, next)) must(context.client.updateStatus(POD_DISRUPTION_BUDGETS, { ...budget, status: next }));
}

function sync(context: ControllerContext, key: string): void {
  const [namespace, name] = splitKey(key);
  const budget = context.client.get(POD_DISRUPTION_BUDGETS, namespace, name);
  if (!budget) return;
  const pods = context.client
    .list(PODS, namespace)
    .filter(({ metadata }) => labelSelectorMatches(budget.spec.selector, metadata.labels));
  const warn = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    context.events.event({ object: budget }, type, reason, message);
  if (pods.length === 0) warn('Normal', 'NoPods', 'No matching pods found');
  const expected = expectedOf(context, budget, pods);
  if (typeof expected === 'string') {
    const message = `Failed to calculate the number of expected pods: ${expected}`;
    warn('Warning', 'CalculateExpectedPodCountFailed', message);
    failSafe(context, budget, expected);
    return;
  }
  if (expected.unmanaged)
    warn(
      'Warning',
      'UnmanagedPods',
      `Pods selected by this PodDisruptionBudget (selector: ${selectorText(budget)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
    );
  const disruptedPods = disrupted(context, budget, pods);
  const healthy = pods.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && !(pod.metadata.name in disruptedPods) && isPodReady(pod),
  ).length;
  writeStatus(context, budget, expected, healthy, disruptedPods);
}

/** Keeps the status of PodDisruptionBudgets (pkg/controller/disruption of Kubernetes 1.35). */
export const disruptionController = defineController({
  name: 'disruption-controller',
  component: 'controllermanager',
  sources: [
    ownKeys(POD_DISRUPTION_BUDGETS),
    watch(
      PODS,
      ({ object }, { client, events }) => {
        const { namespace, name, labels } = object.metadata;
        const budgets = client.list(POD_DISRUPTION_BUDGETS, namespace);
        const own = budgets.filter(({ spec }) => labelSelectorMatches(spec.selector, labels));
        if (own.length > 1) {
          const message = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${own[0].metadata.name}" arbitrarily.`;
          events.event({ object }, 'Warning', 'MultiplePodDisruptionBudgets', message);
        }
        return own.map(keyOf);
      },
      { when: ({ client }) => client.list(POD_DISRUPTION_BUDGETS).length > 0 },
    ),
  ],
  reconcile: retrying(sync),
});
