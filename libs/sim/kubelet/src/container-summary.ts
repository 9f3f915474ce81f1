import type { ContainerSummary } from './kubelet-options.js';
import type { PodWorker } from './pod/pod-worker.js';

/** The containers of a pod as the runtime lists them. */
export function summarize({ runtime, sandboxAttempt }: PodWorker): ContainerSummary[] {
  const { metadata } = runtime.pod;
  return [...runtime.records.values()].flatMap(({ current }) => {
    if (!current) return [];
    const ended = current.state === 'exited';
    return [
      {
        id: current.id,
        name: current.name,
        image: current.settings.image.reference,
        namespace: metadata.namespace ?? '',
        pod: metadata.name,
        podUid: metadata.uid,
        running: current.running,
        paused: current.running && current.frozen,
        createdAt: current.createdAt,
        attempt: current.settings.attempt,
        sandboxAttempt,
        startedAt: current.state === 'created' ? undefined : current.startedAt,
        finishedAt: ended ? current.finishedAt : undefined,
        exitCode: ended ? current.exitCode : undefined,
        reason: ended ? current.reason : undefined,
        get processes() {
          return current.running ? current.machine.processes.own() : [];
        },
      },
    ];
  });
}
