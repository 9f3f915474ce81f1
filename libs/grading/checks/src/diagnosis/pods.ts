import type { KubeObject } from '@seatrial/apiserver';
import type { LocalizedText } from '@seatrial/contracts';
import { isJsonObject } from '@seatrial/kernel';
import { objectsAt, stringAt, valueAt } from '../object-query.js';
import { valueText } from '../partial-match.js';

export function isReady(pod: KubeObject): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  return objectsAt(pod, 'status.conditions').some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Why a pod is not ready, from its status: the first container that waits or has ended, or the scheduler's verdict. */
export function explainPod(pod: KubeObject): LocalizedText {
  const name = pod.metadata.name;
  for (const container of objectsAt(pod, 'status.containerStatuses')) {
    const waiting = valueAt(container, 'state.waiting');
    if (isJsonObject(waiting)) {
      const what = `${valueText(waiting.reason)}${typeof waiting.message === 'string' ? ` (${waiting.message})` : ''}`;
      return { en: `pod ${name} waits: ${what}`, es: `el pod ${name} espera: ${what}` };
    }
    const ended = valueAt(container, 'state.terminated');
    if (isJsonObject(ended)) {
      const what = `${valueText(ended.reason)}, ${valueText(ended.exitCode)}`;
      return { en: `pod ${name} has ended: ${what}`, es: `el pod ${name} ha terminado: ${what}` };
    }
  }
  const unscheduled = objectsAt(pod, 'status.conditions').find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  if (unscheduled) {
    const message = valueText(unscheduled.message);
    return { en: `pod ${name} is not scheduled: ${message}`, es: `el pod ${name} no está planificado: ${message}` };
  }
  const phase = stringAt(pod, 'status.phase') ?? 'Pending';
  return { en: `pod ${name} is ${phase} and not ready`, es: `el pod ${name} está ${phase} y no está listo` };
}

/** Why of some pods too few are ready. */
export function explainPods(pods: readonly KubeObject[]): LocalizedText {
  const unready = pods.find((pod) => !isReady(pod));
  if (unready) return explainPod(unready);
  return pods.length === 0
    ? { en: 'there is no pod', es: 'no hay ningún pod' }
    : { en: 'every pod is ready', es: 'todos los pods están listos' };
}
