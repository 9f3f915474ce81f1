import { Attached, type RandomSource, type Simulation } from '@seatrial/kernel';
import { NODES, type EventRecorder, type ObjectReader } from '@seatrial/apiserver';

/** A kubelet looks at its node so often (nodeStatusUpdateFrequency). */
const PERIOD_MS = 10_000;

interface Watcher {
  readonly simulation: Simulation;
  readonly random: RandomSource;
  readonly events: EventRecorder;
  unschedulable: boolean;
  waiting: boolean;
}

const WATCHERS = new Attached<ObjectReader, Map<string, Watcher>>();

function tell(store: ObjectReader, name: string, watcher: Watcher): void {
  watcher.waiting = false;
  const node = store.get(NODES, undefined, name);
  const unschedulable = node?.spec.unschedulable === true;
  if (!node || unschedulable === watcher.unschedulable) return;
  watcher.unschedulable = unschedulable;
  const reason = unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable';
  watcher.events.event({ object: node }, 'Normal', reason, `Node ${name} status is now: ${reason}`);
}

/** Says, when the kubelet next looks, that its node was cordoned or uncordoned (recordNodeSchedulableEvent). One store listener serves all nodes. */
export function tellSchedulable(
  store: ObjectReader,
  name: string,
  own: Pick<Watcher, 'simulation' | 'random' | 'events'>,
): () => void {
  let table = WATCHERS.get(store);
  if (!table) {
    const watchers = new Map<string, Watcher>();
    table = watchers;
    WATCHERS.set(store, watchers);
    store.onChange(NODES, ({ object, previous }) => {
      if (object.spec.unschedulable === previous?.spec.unschedulable) return;
      const watcher = watchers.get(object.metadata.name);
      if (!watcher || watcher.waiting) return;
      watcher.waiting = true;
      watcher.simulation.after(watcher.random.below(PERIOD_MS), () => {
        if (watchers.get(object.metadata.name) === watcher) tell(store, object.metadata.name, watcher);
      });
    });
  }
  const watchers = table;
  const unschedulable = store.get(NODES, undefined, name)?.spec.unschedulable === true;
  watchers.set(name, { ...own, unschedulable, waiting: false });
  return () => watchers.delete(name);
}
