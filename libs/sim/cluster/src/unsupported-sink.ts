import { UNSUPPORTED, type Machine, type UnsupportedSink } from '@seatrial/kernel';

/** Tells every machine of the cluster at which somebody sits, and who else is to know. */
export const sinkOf =
  (machines: ReadonlyMap<string, Machine>, sink?: UnsupportedSink): UnsupportedSink =>
  (what) => {
    for (const each of machines.values()) each.facility(UNSUPPORTED)?.(what);
    sink?.(what);
  };
