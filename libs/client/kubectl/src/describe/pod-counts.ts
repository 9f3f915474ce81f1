import { PODS, type KubeObject } from '@seatrial/apiserver';
import { required, type DescribeContext } from './describe-context.js';
import { controllerOf } from './metadata-lines.js';

/** The pods that a controller owns, by phase, as describe puts it on one line. */
export function podCounts(controller: KubeObject, selector: string, context: DescribeContext): string {
  const pods = required(context.list(PODS, controller.metadata.namespace, { labelSelector: selector }));
  const counts: Record<string, number> = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0 };
  for (const pod of pods) {
    const phase = pod.status?.phase ?? '';
    if (controllerOf(pod)?.uid === controller.metadata.uid && Object.hasOwn(counts, phase)) counts[phase]++;
  }
  const { Running, Pending, Succeeded, Failed } = counts;
  return `${String(Running)} Running / ${String(Pending)} Waiting / ${String(Succeeded)} Succeeded / ${String(Failed)} Failed`;
}
