import { Quantity } from '@seatrial/schema';

/** Quantities by resource name. */
export type ResourceAmounts = ReadonlyMap<string, Quantity>;

interface ContainerLike {
  readonly name?: string;
  readonly restartPolicy?: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, unknown>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
}

/** The part of a pod's spec that resource accounting reads. */
export interface PodResourceSpec {
  readonly containers?: readonly ContainerLike[];
  readonly initContainers?: readonly ContainerLike[];
  readonly overhead?: Readonly<Record<string, unknown>>;
}

export function addAmounts(a: ResourceAmounts, b: ResourceAmounts): Map<string, Quantity> {
  const sum = new Map(a);
  for (const [name, amount] of b) sum.set(name, (sum.get(name) ?? Quantity.zero).add(amount));
  return sum;
}

function largest(a: ResourceAmounts, b: ResourceAmounts): Map<string, Quantity> {
  const result = new Map(a);
  for (const [name, amount] of b) {
    const have = result.get(name);
    if (!have || amount.compare(have) > 0) result.set(name, amount);
  }
  return result;
}

/** A quantity of an object as text; 0 for what is no quantity. */
export function quantityText(value: unknown): string {
  if (value instanceof Quantity) return value.toString();
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '0';
}

export function amountsOf(list: Readonly<Record<string, unknown>> | undefined): Map<string, Quantity> {
  return new Map(Object.entries(list ?? {}).map(([name, amount]) => [name, Quantity.of(quantityText(amount))]));
}

/**
 * What a pod asks for as a whole: its containers and sidecars together, or the largest moment of its init containers
 * where that is more, and its overhead (k8s.io/component-helpers/resource PodRequests, PodLimits).
 */
export function podAmounts(spec: PodResourceSpec, which: 'requests' | 'limits'): Map<string, Quantity> {
  let running = new Map<string, Quantity>();
  for (const container of spec.containers ?? []) running = addAmounts(running, amountsOf(container.resources?.[which]));
  let sidecars = new Map<string, Quantity>();
  let starting = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container.resources?.[which]);
    if (container.restartPolicy === 'Always') {
      sidecars = addAmounts(sidecars, own);
      running = addAmounts(running, own);
      starting = largest(starting, sidecars);
    } else starting = largest(starting, addAmounts(sidecars, own));
  }
  const total = largest(running, starting);
  const overhead = [...amountsOf(spec.overhead)].filter(([name]) => which === 'requests' || total.has(name));
  return addAmounts(total, new Map(overhead));
}
