import { Quantity } from '@seatrial/schema';

/** Quantities by resource name. */
export type ResourceAmounts = ReadonlyMap<string, Quantity>;

type ResourceList = Readonly<Record<string, unknown>> | undefined;

interface Resources {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

interface ContainerLike {
  readonly name?: string;
  readonly restartPolicy?: string;
  readonly resources?: Resources;
}

interface ContainerStatusLike {
  readonly name: string;
  readonly resources?: Resources;
  readonly allocatedResources?: ResourceList;
}

/** The part of a pod that resource accounting reads. */
export interface PodResources {
  readonly spec: {
    readonly containers?: readonly ContainerLike[];
    readonly initContainers?: readonly ContainerLike[];
    readonly overhead?: ResourceList;
    readonly resources?: Resources;
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
    readonly containerStatuses?: readonly ContainerStatusLike[];
    readonly initContainerStatuses?: readonly ContainerStatusLike[];
  };
}

export interface PodAmountsOptions {
  /** Counts what containers have while they are resized, too (UseStatusResources). */
  readonly fromStatus?: boolean;
  /** What a container counts as that does not state it (NonMissingContainerRequests). */
  readonly missing?: ResourceAmounts;
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

export function amountsOf(list: ResourceList): Map<string, Quantity> {
  return new Map(Object.entries(list ?? {}).map(([name, amount]) => [name, Quantity.of(quantityText(amount))]));
}

type Which = keyof Resources;

/** What a container has or is to have: the most of what is asked, granted and in force (determineEffectiveRequests). */
function effective(
  { status }: PodResources,
  stated: ResourceList,
  which: Which,
  { resources, allocatedResources }: ContainerStatusLike,
): Map<string, Quantity> {
  const infeasible = status?.conditions?.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible';
  const actuated = amountsOf(resources?.[which]);
  const known = which === 'requests' ? largest(actuated, amountsOf(allocatedResources)) : actuated;
  return infeasible ? known : largest(amountsOf(stated), known);
}

function amountsReader(
  pod: PodResources,
  which: Which,
  { fromStatus, missing }: PodAmountsOptions,
): (container: ContainerLike, statuses: readonly ContainerStatusLike[] | undefined) => Map<string, Quantity> {
  return ({ name, resources }, statuses) => {
    const status = fromStatus ? statuses?.find((one) => one.name === name) : undefined;
    const stated = resources?.[which];
    const amounts = status?.resources ? effective(pod, stated, which, status) : amountsOf(stated);
    for (const [resource, amount] of missing ?? []) if (!amounts.has(resource)) amounts.set(resource, amount);
    return amounts;
  };
}

/** Resources that a pod may state as a whole (IsSupportedPodLevelResource). */
export const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

/** True when nothing in the pod states a request, as in most: then there is nothing to add up. */
export function requestsNothing({ spec }: PodResources): boolean {
  if (spec.overhead || spec.initContainers?.length || spec.resources) return false;
  for (const { resources } of spec.containers ?? []) if (resources?.requests) return false;
  return true;
}

/** Whether a pod states resources as a whole (IsPodLevelResourcesSet). */
export const hasPodLevelResources = ({ spec: { resources } }: PodResources): boolean =>
  [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})].some(isPodLevelResource);

/**
 * What the containers of a pod ask for: the running ones and sidecars together, or the largest moment of the init
 * containers where that is more (k8s.io/component-helpers/resource AggregateContainerRequests, AggregateContainerLimits).
 */
export function containerAmounts(
  pod: PodResources,
  which: Which,
  options: PodAmountsOptions = {},
): Map<string, Quantity> {
  const { spec, status } = pod;
  const amountsIn = amountsReader(pod, which, options);
  let running = new Map<string, Quantity>();
  for (const container of spec.containers ?? [])
    running = addAmounts(running, amountsIn(container, status?.containerStatuses));
  let sidecars = new Map<string, Quantity>();
  let starting = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    const isSidecar = container.restartPolicy === 'Always';
    const own = amountsIn(container, isSidecar ? status?.initContainerStatuses : undefined);
    if (isSidecar) {
      sidecars = addAmounts(sidecars, own);
      running = addAmounts(running, own);
    }
    starting = largest(starting, isSidecar ? sidecars : addAmounts(sidecars, own));
  }
  return largest(running, starting);
}

/** What a pod asks for as a whole: its containers, or what it states for them all; and its overhead (PodRequests, PodLimits). */
export function podAmounts(pod: PodResources, which: Which, options: PodAmountsOptions = {}): Map<string, Quantity> {
  const { overhead, resources } = pod.spec;
  const total = containerAmounts(pod, which, options);
  for (const [name, amount] of amountsOf(resources?.[which])) if (isPodLevelResource(name)) total.set(name, amount);
  if (!overhead) return total;
  const counted = [...amountsOf(overhead)].filter(
    ([name]) => which === 'requests' || total.get(name)?.isZero() === false,
  );
  return addAmounts(total, new Map(counted));
}
