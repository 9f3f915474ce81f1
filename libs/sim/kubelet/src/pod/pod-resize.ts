import type { EventRecorder, Pod } from '@seatrial/apiserver';

/** The resources of a pod's containers, as the resize events print them. */
function resourcesText(pod: Pod): string {
  const containers = pod.spec.containers
    .filter((container) => container.resources?.limits ?? container.resources?.requests)
    .map((container) => ({
      name: container.name,
      resources: {
        ...(container.resources?.limits ? { limits: container.resources.limits } : {}),
        ...(container.resources?.requests ? { requests: container.resources.requests } : {}),
      },
    }));
  return JSON.stringify({ containers, generation: pod.metadata.generation ?? 1 });
}

/** Whether an update changes resources in place (KEP-1287). */
export function isResize(old: Pod, pod: Pod): boolean {
  return pod.spec.containers.some((container, index) => {
    const before = old.spec.containers[index] as (typeof pod.spec.containers)[number] | undefined;
    return (
      before !== undefined &&
      before.resources !== container.resources &&
      JSON.stringify(before.resources) !== JSON.stringify(container.resources)
    );
  });
}

/** Says that a resize has begun or is done. */
export function recordResize(events: EventRecorder, pod: Pod, step: 'Started' | 'Completed'): void {
  events.event({ object: pod }, 'Normal', `Resize${step}`, `Pod resize ${step.toLowerCase()}: ${resourcesText(pod)}`);
}
