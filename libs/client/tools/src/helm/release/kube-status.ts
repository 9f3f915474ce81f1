import type { KubeObject } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';

/** How far an object is from what its spec asks (kstatus, as Helm 4 waits with). */
export interface KubeStatus {
  readonly status: 'Current' | 'InProgress' | 'Failed';
  readonly message: string;
}

const CURRENT: KubeStatus = { status: 'Current', message: '' };
const inProgress = (message: string): KubeStatus => ({ status: 'InProgress', message });
const failed = (message: string): KubeStatus => ({ status: 'Failed', message });

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const part = (object: KubeObject, name: 'spec' | 'status'): JsonObject => {
  const value = (object as unknown as JsonObject)[name];
  return isJsonObject(value) ? value : {};
};
const count = (object: JsonObject, field: string, fallback = 0): number =>
  typeof object[field] === 'number' ? object[field] : fallback;
const conditionOf = (status: JsonObject, type: string): Condition | undefined =>
  Array.isArray(status.conditions)
    ? (status.conditions as unknown as Condition[]).find((c) => c.type === type)
    : undefined;

/** The status of an object; kinds without rules of their own are current once they exist. */
export function kubeStatus(object: KubeObject): KubeStatus {
  if (object.metadata.deletionTimestamp) return inProgress('Resource scheduled for deletion');
  const observed = part(object, 'status').observedGeneration;
  const generation = object.metadata.generation;
  if (typeof observed === 'number' && generation !== undefined && observed !== generation)
    return inProgress(
      `${object.kind} generation is ${String(generation)}, but latest observed generation is ${String(observed)}`,
    );
  switch (object.kind) {
    case 'Deployment':
      return deployment(object);
    case 'ReplicaSet':
      return replicas(object, 'fullyLabeledReplicas');
    case 'StatefulSet':
      return replicas(object, 'currentReplicas');
    case 'DaemonSet':
      return daemonSet(object);
    case 'Pod':
      return pod(object);
    case 'Job':
      return job(object);
    case 'PersistentVolumeClaim':
      return claim(object);
    case 'CustomResourceDefinition':
      return definition(object);
    default:
      return CURRENT;
  }
}

function deployment(object: KubeObject): KubeStatus {
  const status = part(object, 'status');
  if (conditionOf(status, 'Progressing')?.reason === 'ProgressDeadlineExceeded')
    return failed('Progress deadline exceeded');
  const wanted = count(part(object, 'spec'), 'replicas', 1);
  const total = count(status, 'replicas');
  const updated = count(status, 'updatedReplicas');
  const available = count(status, 'availableReplicas');
  const ready = count(status, 'readyReplicas');
  if (wanted > total) return inProgress(`replicas: ${String(total)}/${String(wanted)}`);
  if (wanted > updated) return inProgress(`Updated: ${String(updated)}/${String(wanted)}`);
  if (total > wanted) return inProgress(`Pending termination: ${String(total - wanted)}`);
  if (updated > available) return inProgress(`Available: ${String(available)}/${String(updated)}`);
  if (wanted > ready) return inProgress(`Ready: ${String(ready)}/${String(wanted)}`);
  if (conditionOf(status, 'Available')?.status !== 'True') return inProgress('Deployment not Available');
  return CURRENT;
}

function replicas(object: KubeObject, created: string): KubeStatus {
  const status = part(object, 'status');
  const wanted = count(part(object, 'spec'), 'replicas', 1);
  const total = count(status, 'replicas');
  const ready = count(status, 'readyReplicas');
  if (wanted > total) return inProgress(`Replicas: ${String(total)}/${String(wanted)}`);
  if (wanted > ready) return inProgress(`Ready: ${String(ready)}/${String(wanted)}`);
  if (total > wanted) return inProgress(`Pending termination: ${String(total - wanted)}`);
  const done = count(status, created, wanted);
  return wanted > done ? inProgress(`current: ${String(done)}/${String(wanted)}`) : CURRENT;
}

function daemonSet(object: KubeObject): KubeStatus {
  const status = part(object, 'status');
  const wanted = count(status, 'desiredNumberScheduled', -1);
  if (wanted < 0) return inProgress('Missing .status.desiredNumberScheduled');
  for (const [field, label] of [
    ['currentNumberScheduled', 'Current'],
    ['updatedNumberScheduled', 'Updated'],
    ['numberAvailable', 'Available'],
    ['numberReady', 'Ready'],
  ] as const)
    if (wanted > count(status, field)) return inProgress(`${label}: ${String(count(status, field))}/${String(wanted)}`);
  return CURRENT;
}

function pod(object: KubeObject): KubeStatus {
  const status = part(object, 'status');
  if (status.phase === 'Succeeded') return CURRENT;
  if (status.phase === 'Failed') return failed('Pod has completed, but not successfully');
  if (status.phase === 'Running')
    return conditionOf(status, 'Ready')?.status === 'True' ? CURRENT : inProgress('Pod is running but is not Ready');
  return inProgress('Pod is in the Pending phase');
}

function job(object: KubeObject): KubeStatus {
  const status = part(object, 'status');
  const failure = conditionOf(status, 'Failed');
  if (failure?.status === 'True')
    return failed(
      `Job Failed. failed: ${String(count(status, 'failed'))}/${String(count(part(object, 'spec'), 'completions', 1))}`,
    );
  return status.startTime === undefined ? inProgress('Job not started') : CURRENT;
}

/** The same, but a job is current when it has completed (`--wait-for-jobs`). */
export const statusWithJobs = (object: KubeObject): KubeStatus =>
  object.kind === 'Job' && !object.metadata.deletionTimestamp ? hookStatus(object) : kubeStatus(object);

/** Whether a hook's object has come to its end: pods and jobs run through, others are done at once. */
export function hookStatus(object: KubeObject): KubeStatus {
  if (object.kind !== 'Job' && object.kind !== 'Pod') return CURRENT;
  const status = part(object, 'status');
  if (object.kind === 'Pod') {
    if (status.phase === 'Failed') return failed(`pod ${object.metadata.name} failed`);
    return status.phase === 'Succeeded' ? CURRENT : inProgress('Pod in progress');
  }
  if (conditionOf(status, 'Failed')?.status === 'True') return job(object);
  return conditionOf(status, 'Complete')?.status === 'True' ? CURRENT : inProgress('Job in progress');
}

function definition(object: KubeObject): KubeStatus {
  const status = part(object, 'status');
  const names = conditionOf(status, 'NamesAccepted');
  if (names?.status === 'False') return failed(names.message ?? '');
  return conditionOf(status, 'Established')?.status === 'True' ? CURRENT : inProgress('Install in progress');
}

function claim(object: KubeObject): KubeStatus {
  const { phase } = part(object, 'status');
  return phase === 'Bound' ? CURRENT : inProgress(`PVC is not Bound. phase: ${typeof phase === 'string' ? phase : ''}`);
}
