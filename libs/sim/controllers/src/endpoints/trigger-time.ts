import type { Pod, Service } from '@seatrial/apiserver';
import { keyOf } from '../object-key.js';
import { timeOf } from '../pod-state.js';
import { podTriggerTime } from './service-pods.js';

export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

interface ServiceState {
  readonly service: number;
  readonly pods: ReadonlyMap<string, number>;
}

/** Remembers what a service's endpoints were last computed from (endpointslice TriggerTimeTracker). */
export class TriggerTimes {
  private readonly states = new Map<string, ServiceState>();

  forget(key: string): void {
    this.states.delete(key);
  }

  /** The instant (ms) of the earliest change since the last call; undefined when nothing that counts has changed. */
  next(service: Service, pods: readonly Pod[]): number | undefined {
    const before = this.states.get(keyOf(service));
    const created = timeOf(service.metadata.creationTimestamp) ?? 0;
    const times = new Map<string, number>();
    let earliest: number | undefined;
    const consider = (time: number): void => {
      if (earliest === undefined || time < earliest) earliest = time;
    };
    for (const pod of pods) {
      const time = podTriggerTime(pod);
      if (time === undefined) continue;
      times.set(pod.metadata.name, time);
      if (time > (before?.pods.get(pod.metadata.name) ?? -Infinity)) consider(time);
    }
    if (created > (before?.service ?? -Infinity)) consider(created);
    this.states.set(keyOf(service), { service: created, pods: times });
    return before ? earliest : created;
  }
}
