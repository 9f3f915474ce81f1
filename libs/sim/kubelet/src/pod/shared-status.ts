import { deepFreeze } from '@seatrial/kernel';
import type { VolumeMount } from 'kubernetes-types/core/v1.js';
import type { ContainerRecord } from './pod-runtime.js';

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

/** What a status says of a container's mounts. */
export interface MountStatuses {
  /** Of these. */
  readonly mounts: readonly VolumeMount[];
  readonly shown: readonly Readonly<Record<string, unknown>>[];
}

const shownMount = ({ name, mountPath, readOnly }: VolumeMount): Readonly<Record<string, unknown>> =>
  readOnly ? { name, mountPath, readOnly: true, recursiveReadOnly: 'Disabled' } : { name, mountPath };

/** Made once for a container's definition. */
export function volumeMountStatus(record: ContainerRecord): MountStatuses['shown'] | undefined {
  const mounts = record.spec.volumeMounts;
  if (!mounts?.length) return undefined;
  if (record.mountStatuses?.mounts !== mounts)
    record.mountStatuses = { mounts, shown: deepFreeze(mounts.map(shownMount)) };
  return record.mountStatuses.shown;
}
