import { Attached } from '@seatrial/kernel';
import { PODS, type ObjectReader, type Pod, type WatchEvent } from '@seatrial/apiserver';

type Listener = (event: WatchEvent<Pod>) => void;

const DISPATCHERS = new Attached<ObjectReader, Map<string, Listener>>();

/** Tells a node's kubelet of changes to the pods bound to it; one store listener serves all nodes. */
export function onNodePods(store: ObjectReader, nodeName: string, listener: Listener): () => void {
  let byNode = DISPATCHERS.get(store);
  if (!byNode) {
    const table = new Map<string, Listener>();
    byNode = table;
    DISPATCHERS.set(store, table);
    store.onChange(PODS, (event) => {
      const { nodeName: node } = event.object.spec;
      if (node !== undefined) table.get(node)?.(event);
    });
  }
  const table = byNode;
  table.set(nodeName, listener);
  return () => table.delete(nodeName);
}
