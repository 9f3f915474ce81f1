import type { Pod } from '@seatrial/apiserver';
import type { Process } from '@seatrial/kernel';
import type { Container, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { StartFailure } from '../container/image-puller.js';
import type { ContainerInstance } from '../container/container-instance.js';
import type { PodSandboxNetwork } from '../kubelet-options.js';
import { NamedList } from './named-list.js';
import type { ResizeState } from './pod-resize.js';
import type { MountStatuses } from './shared-status.js';
import type { MountedVolume } from '../volumes/volume-mounter.js';

/** A pod's sandbox: its network namespace, held by the pause container. */
export interface Sandbox {
  readonly id: string;
  readonly network: PodSandboxNetwork;
  /** First process of the containers, where they share process ids. */
  readonly pause: Process | undefined;
  ready: boolean;
  /** Its addresses as a status shows them, once one has. */
  ips: readonly { readonly ip: string }[] | undefined;
}

/** What the kubelet knows of one container of a pod. */
export interface ContainerRecord {
  readonly spec: Container;
  readonly kind: 'init' | 'main' | 'ephemeral';
  /** The resources that the node has given it. */
  allocated: ResourceRequirements;
  current: ContainerInstance | undefined;
  /** The instance that the kubelet's last sync found, which is the one that is probed. */
  reported: ContainerInstance | undefined;
  /** The instance before the current one. */
  previous: ContainerInstance | undefined;
  /** `terminated` state of the last instance that ended before the current one. */
  lastTermination: Record<string, unknown> | undefined;
  /** The attempt that its next instance is, where the kubelet knows none before it (the machine was restarted). */
  firstAttempt: number;
  /** Why it does not start (the kubelet's reason cache). */
  failure: StartFailure | undefined;
  /** Results of the probes of the current instance. */
  ready: boolean;
  started: boolean;
  liveness: 'unknown' | 'success' | 'failure';
  startupFailed: boolean;
  /** What statuses say of its mounts, once one has. */
  mountStatuses: MountStatuses | undefined;
}

/** Everything that runs for one pod. */
export interface PodRuntime {
  pod: Pod;
  sandbox: Sandbox | undefined;
  readonly records: NamedList<ContainerRecord>;
  readonly volumes: NamedList<MountedVolume>;
  /** When volumes that could not be mounted are tried again, ms. */
  mountRetry: { delayMs: number; at: number } | undefined;
  startTime: string | undefined;
  /** The status as the kubelet knows it, whatever the API holds meanwhile. */
  reported: Pod['status'];
  /** Is to look when a container's files grow; undefined without limits on that. */
  limitedFiles: { checkStorage(): void } | undefined;
  /** A resize that the node cannot do, or not yet. */
  resizePending: ResizeState | undefined;
  /** A resize under way. */
  resizing: ResizeState | undefined;
  /** Set when the kubelet itself ended the pod (eviction, deadline). */
  ended:
    | { readonly reason: string; readonly message: string; readonly phase: 'Failed'; readonly rejected?: boolean }
    | undefined;
}

/** A sidecar: an init container that is restarted always. */
export function isSidecar(record: ContainerRecord): boolean {
  return record.kind === 'init' && record.spec.restartPolicy === 'Always';
}

export const NO_RESOURCES: ResourceRequirements = Object.freeze({});

export function newRecord(spec: Container, kind: ContainerRecord['kind']): ContainerRecord {
  return {
    spec,
    kind,
    allocated: spec.resources ?? NO_RESOURCES,
    current: undefined,
    reported: undefined,
    previous: undefined,
    lastTermination: undefined,
    firstAttempt: 0,
    failure: undefined,
    ready: false,
    started: false,
    liveness: 'unknown',
    startupFailed: false,
    mountStatuses: undefined,
  };
}

/** What is said of a container that went with its machine. */
export const LOST_EXIT_CODE = 255;

/** Whether the next sync starts the container (again): kubecontainer.ShouldContainerBeRestarted. */
export function shouldBeRestarted(runtime: PodRuntime, record: ContainerRecord): boolean {
  if (runtime.pod.metadata.deletionTimestamp !== undefined) return false;
  const instance = record.current;
  if (!instance)
    return (
      record.firstAttempt === 0 ||
      restartsAfter(runtime, record, Number(record.lastTermination?.['exitCode'] ?? LOST_EXIT_CODE))
    );
  if (instance.state === 'running') return false;
  if (instance.state === 'created') return true;
  if (isSidecar(record)) return true;
  return restartsAfter(runtime, record, instance.exitCode);
}

/** Container rules first (KEP-5307), then the container's policy, then the pod's. */
export function restartsAfter(runtime: PodRuntime, record: ContainerRecord, exitCode: number): boolean {
  const spec = record.spec as Container & {
    readonly restartPolicyRules?: readonly {
      readonly action: string;
      readonly exitCodes?: { readonly operator: string; readonly values?: readonly number[] };
    }[];
  };
  for (const rule of spec.restartPolicy === undefined ? [] : (spec.restartPolicyRules ?? [])) {
    const listed = rule.exitCodes?.values?.includes(exitCode) === true;
    if (!rule.exitCodes || listed !== (rule.exitCodes.operator === 'In')) continue;
    if (rule.action === 'Restart') return true;
    break;
  }
  const policy = spec.restartPolicy ?? runtime.pod.spec.restartPolicy ?? 'Always';
  if (record.kind === 'init') return exitCode !== 0 && policy !== 'Never';
  if (record.kind === 'ephemeral') return false;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** What the kubelet knows at first of the containers of a pod, init containers before the others. */
export function newRecords({ spec }: Pod): NamedList<ContainerRecord> {
  const records = new NamedList<ContainerRecord>();
  for (const each of spec.initContainers ?? []) records.set(each.name, newRecord(each, 'init'));
  for (const each of spec.containers) records.set(each.name, newRecord(each, 'main'));
  return records;
}

/**
 * A listing of the containers no longer shows the dead ones that an earlier one led to the removal of: only the last
 * instance of each is still there to be told of.
 */
export function forgetRemoved({ records, ended }: PodRuntime): void {
  if (ended) return;
  for (const record of records.values()) {
    if (record.previous?.removed !== true) continue;
    record.previous = undefined;
    record.lastTermination = undefined;
  }
}

/** A pod of which nothing runs yet. */
export function newRuntime(pod: Pod, records: PodRuntime['records']): PodRuntime {
  return {
    pod,
    sandbox: undefined,
    records,
    volumes: new NamedList(),
    mountRetry: undefined,
    startTime: pod.status?.startTime,
    reported: undefined,
    limitedFiles: undefined,
    resizePending: undefined,
    resizing: undefined,
    ended: undefined,
  };
}
