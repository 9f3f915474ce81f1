import { PODS, defineController, watch, type Pod } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';
import { keyOf, splitKey } from './object-key.js';
import { isPodTerminal, podCondition, timeOf } from './pod-state.js';
import { must, retrying } from './request-failed.js';

/** How long a pod that somebody meant to disrupt may live on (stalePodDisruptionTimeout). */
const TIMEOUT_MS = 120_000;

/** The condition of a pod that somebody meant to disrupt; the kubelet's own marks are never stale. */
function mark(pod: Pod): { readonly lastTransitionTime?: string } | undefined {
  if (pod.metadata.deletionTimestamp !== undefined || isPodTerminal(pod)) return undefined;
  const condition = podCondition(pod, 'DisruptionTarget');
  return condition?.status === 'True' && condition.reason !== 'TerminationByKubelet' ? condition : undefined;
}

/** Takes the mark of a disruption off pods that were not disrupted after all (pkg/controller/disruption of Kubernetes 1.35). */
export const stalePodDisruptionController = defineController({
  name: 'stale-pod-disruption',
  component: 'controllermanager',
  sources: [watch(PODS, ({ type, object }) => (type !== 'DELETED' && mark(object) ? [keyOf(object)] : []))],
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const pod = context.client.get(PODS, namespace, name);
    const since = pod && mark(pod)?.lastTransitionTime;
    if (!pod || since === undefined) return;
    const left = (timeOf(since) ?? 0) + TIMEOUT_MS - context.now();
    if (left > 0) {
      context.requeueAfter(key, left);
      return;
    }
    const condition = {
      type: 'DisruptionTarget',
      observedGeneration: pod.metadata.generation,
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: formatTime(context.now()),
    };
    const conditions = (pod.status?.conditions ?? []).map((one) => (one.type === condition.type ? condition : one));
    must(
      context.client.updateStatus(PODS, { ...pod, status: { ...pod.status, conditions } as unknown as Pod['status'] }),
    );
  }),
});
