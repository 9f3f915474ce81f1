import { Attached, jsonEqual, type RandomSource, type Simulation } from '@seatrial/kernel';
import { NODES, type EventRecorder, type Node, type ObjectReader } from '@seatrial/apiserver';

/** A kubelet looks at its node so often (nodeStatusUpdateFrequency): a change waits for half of it, on average. */
const PERIOD_MS = 10_000;

interface Watcher {
  readonly simulation: Simulation;
  readonly random: RandomSource;
  readonly events: EventRecorder;
  /** Reports the node's status. */
  readonly report: () => void;
  unschedulable: boolean;
  waiting: boolean;
}

const WATCHERS = new Attached<ObjectReader, Map<string, Watcher>>();

/** Whether somebody has given the node a resource of their own, or taken one away, that the kubelet has not passed on. */
function isOutdated({ status }: Node): boolean {
  const { capacity = {}, allocatable = {} } = status ?? {};
  const added = (resources: object): string[] =>
    Object.keys(resources)
      .filter((name) => name.includes('/'))
      .sort();
  return (
    added(capacity).some((name) => capacity[name] !== allocatable[name]) ||
    !jsonEqual(added(capacity), added(allocatable))
  );
}

function look(store: ObjectReader, name: string, watcher: Watcher): void {
  watcher.waiting = false;
  const node = store.get(NODES, undefined, name);
  const unschedulable = node?.spec.unschedulable === true;
  if (!node) return;
  if (isOutdated(node)) watcher.report();
  if (unschedulable === watcher.unschedulable) return;
  watcher.unschedulable = unschedulable;
  const reason = unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable';
  watcher.events.event({ object: node }, 'Normal', reason, `Node ${name} status is now: ${reason}`);
}

/**
 * What a kubelet does about its node when it next looks (syncNodeStatus): says that it was cordoned or uncordoned, and
 * makes resources allocatable that were added to its capacity. One store listener serves all nodes.
 */
export function followNode(
  store: ObjectReader,
  name: string,
  own: Pick<Watcher, 'simulation' | 'random' | 'events' | 'report'>,
): () => void {
  let table = WATCHERS.get(store);
  if (!table) {
    const watchers = new Map<string, Watcher>();
    table = watchers;
    WATCHERS.set(store, watchers);
    store.onChange(NODES, ({ object, previous }) => {
      const same = object.status?.capacity === previous?.status?.capacity || !isOutdated(object);
      if (same && object.spec.unschedulable === previous?.spec.unschedulable) return;
      const watcher = watchers.get(object.metadata.name);
      if (!watcher || watcher.waiting) return;
      watcher.waiting = true;
      watcher.simulation.after(PERIOD_MS / 2, () => {
        if (watchers.get(object.metadata.name) === watcher) look(store, object.metadata.name, watcher);
      });
    });
  }
  const watchers = table;
  const unschedulable = store.get(NODES, undefined, name)?.spec.unschedulable === true;
  watchers.set(name, { ...own, unschedulable, waiting: false });
  return () => watchers.delete(name);
}
