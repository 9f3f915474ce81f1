import type { Pod } from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import type { Container } from 'kubernetes-types/core/v1.js';

/** Amounts by resource name. */
export type Amounts = Map<string, Quantity>;

type ResourceList = Readonly<Record<string, string>> | undefined;

export function addAmounts(sum: Amounts, list: ResourceList | Amounts): void {
  const entries = list instanceof Map ? list : Object.entries(list ?? {}).map(([k, v]) => [k, Quantity.of(v)] as const);
  for (const [name, quantity] of entries) sum.set(name, sum.get(name)?.add(quantity) ?? quantity);
}

function raiseAmounts(sum: Amounts, list: Amounts): void {
  for (const [name, quantity] of list) {
    const present = sum.get(name);
    if (!present || quantity.compare(present) > 0) sum.set(name, quantity);
  }
}

/** What a pod asks for or is limited to in all (kubectl's util/resource.PodRequestsAndLimits). */
export function podAmounts(pod: Pod, list: 'requests' | 'limits'): Amounts {
  const sum: Amounts = new Map();
  const of = (container: Container): ResourceList => container.resources?.[list];
  for (const container of pod.spec.containers) addAmounts(sum, of(container));
  const sidecars: Amounts = new Map();
  const initial: Amounts = new Map();
  for (const container of pod.spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      addAmounts(sum, of(container));
      addAmounts(sidecars, of(container));
      raiseAmounts(initial, sidecars);
    } else {
      const needed: Amounts = new Map();
      addAmounts(needed, of(container));
      addAmounts(needed, sidecars);
      raiseAmounts(initial, needed);
    }
  }
  raiseAmounts(sum, initial);
  for (const [name, quantity] of Object.entries(pod.spec.overhead ?? {}))
    if (list === 'requests' || sum.get(name)?.isZero() === false) addAmounts(sum, { [name]: quantity });
  return sum;
}
