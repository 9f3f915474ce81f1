import type { KubeObject } from '@seatrial/apiserver';
import type { LocalizedText } from '@seatrial/contracts';
import { isJsonObject } from '@seatrial/kernel';
import type { GradedWorld } from '../graded-world.js';
import { hasLabels, valueAt } from '../object-query.js';
import { explainPods, isReady } from './pods.js';

const labelText = (labels: Readonly<Record<string, unknown>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');

/** Why a service has nobody to send to; undefined when it has endpoints. */
export function explainService(world: GradedWorld, service: KubeObject): LocalizedText | undefined {
  const name = service.metadata.name;
  const selector = valueAt(service, 'spec.selector');
  if (!isJsonObject(selector)) {
    return { en: `service ${name} has no selector`, es: `el servicio ${name} no tiene selector` };
  }
  const pods = world.list('Pod', service.metadata.namespace) ?? [];
  const chosen = pods.filter((pod) => hasLabels(pod, selector as Record<string, string>));
  if (chosen.length === 0) {
    const there = [...new Set(pods.map((pod) => labelText(pod.metadata.labels ?? {})))].slice(0, 3).join('; ');
    return {
      en: `service ${name} selects ${labelText(selector)}, which no pod has (there are: ${there || 'no pods'})`,
      es: `el servicio ${name} selecciona ${labelText(selector)}, que ningún pod tiene (hay: ${there || 'ningún pod'})`,
    };
  }
  return chosen.some(isReady) ? undefined : explainPods(chosen);
}
