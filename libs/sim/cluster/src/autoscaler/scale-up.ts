import { NODES, PODS, type Node, type Pod } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { boundsOf } from './flags.js';
import type { NodeGroup } from './node-group.js';
import { misfit, place, requestsOf, roomOf, templateRoom, type Amounts, type Room } from './pod-fit.js';
import { daemonsOf, isReady, podsByNode, type AutoscalerWorld } from './world.js';

const isUnschedulable = ({ spec, status, metadata }: Pod): boolean =>
  !spec.nodeName &&
  metadata.deletionTimestamp === undefined &&
  status?.conditions?.some(
    ({ type, status: value, reason }) => type === 'PodScheduled' && value === 'False' && reason === 'Unschedulable',
  ) === true;

/** What a group could do for the pods that wait. */
interface Option {
  readonly group: NodeGroup;
  readonly pods: readonly Pod[];
  readonly nodes: number;
}

const larger = (a: Pod, b: Pod): number => {
  const [one, other] = [requestsOf(a), requestsOf(b)];
  return (
    (other.cpu ?? 0) - (one.cpu ?? 0) ||
    (other.memory ?? 0) - (one.memory ?? 0) ||
    compareStrings(a.metadata.name, b.metadata.name)
  );
};

/** How many machines of a group the pods need that fit on one (binpacking_estimator.go). */
function estimate(group: NodeGroup, daemons: Amounts, waiting: readonly Pod[]): Option {
  const pods = waiting.filter((pod) => misfit(templateRoom(group.template, daemons), pod).length === 0);
  const rooms: Room[] = [];
  for (const pod of [...pods].sort(larger)) {
    if (place(rooms, pod)) continue;
    rooms.push(templateRoom(group.template, daemons));
    place(rooms, pod);
  }
  return { group, pods, nodes: rooms.length };
}

/** Why groups cannot help a pod, counted (eventing_scale_up_processor.go ReasonsMessage). */
function explain(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort(compareStrings)
    .join(', ');
}

/** A node counts as on its way until it has been there for so long without being ready (MaxNodeStartupTime). */
const STARTUP_MS = 15 * 60_000;

const isStarting = (world: AutoscalerWorld, { metadata }: Node): boolean =>
  world.now() - Date.parse(metadata.creationTimestamp) < STARTUP_MS;

/** The pods that wait and that neither a node nor a machine on its way will take. */
function waitingPods(
  world: AutoscalerWorld,
  daemons: ReadonlyMap<NodeGroup, Amounts>,
  pods: ReadonlyMap<string, readonly Pod[]>,
): Pod[] {
  const unschedulable = world.apiServer.store.list(PODS).filter(isUnschedulable);
  if (unschedulable.length === 0) return [];
  const nodes = world.apiServer.store
    .list(NODES)
    .filter((node) => node.spec.unschedulable !== true)
    .flatMap((node) => {
      const group = world.groups.find((one) => one.has(node.metadata.name));
      if (isReady(node)) return roomOf(node, pods.get(node.metadata.name) ?? []);
      return group && isStarting(world, node) ? templateRoom(group.template, daemons.get(group) ?? {}) : [];
    });
  const upcoming = world.groups.flatMap((group) =>
    Array.from({ length: group.upcoming }, () => templateRoom(group.template, daemons.get(group) ?? {})),
  );
  return unschedulable.filter((pod) => !place([...nodes, ...upcoming], pod));
}

function grow(world: AutoscalerWorld, { group, pods, nodes }: Option): void {
  const { maxSize } = boundsOf(group, world.flags);
  const before = group.targetSize;
  const after = Math.min(before + nodes, maxSize);
  group.increase(after - before);
  world.lastScaleUp = world.now();
  const status = world.statusMap();
  const say = (message: string): void => {
    if (status) world.events.event({ object: status }, 'Normal', 'ScaledUpGroup', message);
  };
  say(`Scale-up: setting group ${group.name} size to ${after} instead of ${before} (max: ${maxSize})`);
  say(`Scale-up: group ${group.name} size set to ${after} instead of ${before} (max: ${maxSize})`);
  const message = `pod triggered scale-up: [{${group.name} ${before}->${after} (max: ${maxSize})}]`;
  for (const pod of pods) world.events.event({ object: pod }, 'Normal', 'TriggeredScaleUp', message);
}

/** Makes the group larger that helps most pods, and tells the others why none does (core/scaleup/orchestrator). */
export function scaleUp(world: AutoscalerWorld): boolean {
  const pods = podsByNode(world);
  const daemons = new Map(world.groups.map((group) => [group, daemonsOf(world, group, pods)]));
  const waiting = waitingPods(world, daemons, pods);
  if (waiting.length === 0) return false;
  const isFull = (group: NodeGroup): boolean => group.targetSize >= boundsOf(group, world.flags).maxSize;
  const options = world.groups
    .filter((group) => !isFull(group))
    .map((group) => estimate(group, daemons.get(group) ?? {}, waiting))
    .filter((option) => option.pods.length > 0)
    .sort((a, b) => b.pods.length - a.pods.length);
  const best = options.at(0);
  if (best) grow(world, best);
  for (const pod of waiting.filter((one) => !best?.pods.includes(one))) {
    const reasons = world.groups.flatMap((group) =>
      isFull(group)
        ? ['max node group size reached']
        : misfit(templateRoom(group.template, daemons.get(group) ?? {}), pod),
    );
    world.events.event(
      { object: pod },
      'Normal',
      'NotTriggerScaleUp',
      `pod didn't trigger scale-up: ${explain(reasons)}`,
    );
  }
  return best !== undefined;
}
