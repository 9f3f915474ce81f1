import type { NamedList } from './named-list.js';
import type { Pod } from '@seatrial/apiserver';
import type { Container } from 'kubernetes-types/core/v1.js';
import { newRecord, type ContainerRecord } from './pod-runtime.js';

/** Takes over the containers of a changed pod; what is allocated to them stays. */
export function updateSpecs(records: NamedList<ContainerRecord>, { spec: pod }: Pod): void {
  const replace = (spec: Container, kind: ContainerRecord['kind']): void => {
    const record = records.get(spec.name);
    records.set(spec.name, record ? Object.assign(record, { spec }) : newRecord(spec, kind));
  };
  for (const spec of pod.initContainers ?? []) replace(spec, 'init');
  for (const spec of pod.containers) replace(spec, 'main');
  for (const spec of pod.ephemeralContainers ?? []) replace(spec, 'ephemeral');
}

/** Whether a condition that a readiness gate waits for has changed. */
export function gatesDiffer(old: Pod, pod: Pod): boolean {
  return (pod.spec.readinessGates ?? []).some((gate) => {
    const of = (each: Pod): string | undefined =>
      each.status?.conditions?.find((condition) => condition.type === gate.conditionType)?.status;
    return of(old) !== of(pod);
  });
}
