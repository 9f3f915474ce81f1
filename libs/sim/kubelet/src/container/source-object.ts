import { PODS, type KubeObject, type ObjectReader, type Pod, type ResourceType } from '@seatrial/apiserver';
import { Attached } from '@seatrial/kernel';

interface ImmutableObject extends KubeObject {
  readonly immutable?: boolean;
}

interface Kept {
  readonly object: ImmutableObject;
  /** Pods of the node that have read it: name by uid. */
  readonly readers: Map<string, string>;
}

const KEPT = new Attached<ObjectReader, Map<string, Kept>>();

/**
 * A ConfigMap or Secret as the pod's kubelet sees it (pkg/kubelet/util/manager watch_based_manager): once an immutable
 * one was read it is not watched any more, so the node keeps it until no pod there refers to it, even if it was deleted
 * and created again.
 */
export function sourceObject<T extends ImmutableObject>(
  store: ObjectReader,
  resource: ResourceType<T>,
  pod: Pod,
  name: string,
): T | undefined {
  const { namespace, uid } = pod.metadata;
  const current = store.get(resource, namespace, name);
  let table = KEPT.get(store);
  if (!table && !current?.immutable) return current;
  if (!table) {
    table = new Map();
    KEPT.set(store, table);
  }
  const key = `${pod.spec.nodeName ?? ''}/${resource.resource}/${namespace ?? ''}/${name}`;
  const kept = table.get(key);
  if (kept && isReferenced(store, namespace, kept)) {
    kept.readers.set(uid, pod.metadata.name);
    return kept.object as T;
  }
  if (current?.immutable) table.set(key, { object: current, readers: new Map([[uid, pod.metadata.name]]) });
  else table.delete(key);
  return current;
}

const isReferenced = (store: ObjectReader, namespace: string | undefined, { readers }: Kept): boolean =>
  [...readers].some(([uid, name]) => {
    const pod = store.get(PODS, namespace, name);
    return pod?.metadata.uid === uid && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
  });
