import type { Pod } from '@seatrial/apiserver';
import { deepFreeze } from '@seatrial/kernel';

/*
 * Parts of pod statuses that are equal in very many pods are one frozen object: large clusters would else hold
 * millions of copies in their history.
 */

/** So many different values of one kind are kept. */
const KEPT = 10_000;

/** Makes each value once for each key. */
function shared<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      if (known.size >= KEPT) known.clear();
      value = deepFreeze(make(key));
      known.set(key, value);
    }
    return value;
  };
}

type State = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const NOTHING: Readonly<Record<string, never>> = Object.freeze({});
export const CREATING: State = deepFreeze({ waiting: { reason: 'ContainerCreating' } });
export const INITIALIZING: State = deepFreeze({ waiting: { reason: 'PodInitializing' } });

/** A container's state since an instant, as objects hold times. */
export const runningSince = shared((startedAt): State => ({ running: { startedAt } }));

/** `hostIPs` or `podIPs` of one address. */
export const addressList = shared((ip): readonly { readonly ip: string }[] => [{ ip }]);

const mountStatuses = new WeakMap<object, readonly Record<string, unknown>[]>();

/** What a status says of a container's mounts; kept as long as the container's definition. */
export function volumeMountStatus(
  mounts: Pod['spec']['containers'][number]['volumeMounts'],
): readonly Record<string, unknown>[] | undefined {
  if (!mounts?.length) return undefined;
  let statuses = mountStatuses.get(mounts);
  if (!statuses) {
    statuses = deepFreeze(
      mounts.map((mount) => ({
        name: mount.name,
        mountPath: mount.mountPath,
        ...(mount.readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
      })),
    );
    mountStatuses.set(mounts, statuses);
  }
  return statuses;
}
