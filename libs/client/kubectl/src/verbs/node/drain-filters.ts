import { DAEMON_SETS, type ObjectReader, type Pod } from '@seatrial/apiserver';
import type { OwnerReference } from 'kubernetes-types/meta/v1.js';

/** What drain does with one pod, and what it says of it (k8s.io/kubectl/pkg/drain/filters.go). */
export interface DrainDecision {
  readonly pod: Pod;
  readonly evict: boolean;
  readonly warning?: string;
  readonly error?: string;
}

export interface DrainRules {
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
  readonly force: boolean;
  readonly skipWaitForDeleteTimeoutSeconds: number;
}

const DAEMON_SET_ERROR = 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const DAEMON_SET_WARNING = 'ignoring DaemonSet-managed Pods';
const LOCAL_STORAGE_ERROR = 'Pods with local storage (use --delete-emptydir-data to override)';
const LOCAL_STORAGE_WARNING = 'deleting Pods with local storage';
// It says `cannot delete` twice, once here and once before all errors.
const UNMANAGED_ERROR = 'cannot delete Pods that declare no controller (use --force to override)';
const UNMANAGED_WARNING = 'deleting Pods that declare no controller';

const ended = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

const OKAY: Status = { evict: true };

type Status = Omit<DrainDecision, 'pod'>;
type Filter = (pod: Pod, rules: DrainRules, store: ObjectReader, nowMs: number) => Status;

const controllerOf = ({ metadata }: Pod): OwnerReference | undefined =>
  metadata.ownerReferences?.find((owner) => owner.controller);

/** Whether a pod should be gone for more than these whole seconds (0: never; shouldSkipPod). */
export const deletedLongAgo = ({ metadata }: Pod, seconds: number, nowMs: number): boolean =>
  seconds > 0 &&
  metadata.deletionTimestamp !== undefined &&
  Math.trunc((nowMs - Date.parse(metadata.deletionTimestamp)) / 1000) > seconds;

const skipDeleted: Filter = (pod, { skipWaitForDeleteTimeoutSeconds: seconds }, _store, nowMs) =>
  deletedLongAgo(pod, seconds, nowMs) ? { evict: false } : OKAY;

const daemonSet: Filter = (pod, rules, store) => {
  const controller = controllerOf(pod);
  if (controller?.kind !== 'DaemonSet' || controller.apiVersion !== 'apps/v1' || ended(pod)) return OKAY;
  if (!store.get(DAEMON_SETS, pod.metadata.namespace, controller.name)) {
    const text = `daemonsets.apps "${controller.name}" not found`;
    return rules.force ? { evict: true, warning: text } : { evict: false, error: text };
  }
  return rules.ignoreDaemonSets
    ? { evict: false, warning: DAEMON_SET_WARNING }
    : { evict: false, error: DAEMON_SET_ERROR };
};

const mirrorPod: Filter = ({ metadata }) =>
  metadata.annotations?.['kubernetes.io/config.mirror'] === undefined ? OKAY : { evict: false };

const localStorage: Filter = (pod, { deleteEmptyDirData }) => {
  if (ended(pod) || !(pod.spec.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined)) return OKAY;
  return deleteEmptyDirData
    ? { evict: true, warning: LOCAL_STORAGE_WARNING }
    : { evict: false, error: LOCAL_STORAGE_ERROR };
};

const unreplicated: Filter = (pod, { force }) => {
  if (ended(pod) || controllerOf(pod)) return OKAY;
  return force ? { evict: true, warning: UNMANAGED_WARNING } : { evict: false, error: UNMANAGED_ERROR };
};

const FILTERS: readonly Filter[] = [skipDeleted, daemonSet, mirrorPod, localStorage, unreplicated];

/** Decides about a pod by the filters in their order: the first that keeps it, else what the last one says (filterPods). */
export function decide(pod: Pod, rules: DrainRules, store: ObjectReader, nowMs: number): DrainDecision {
  let status = OKAY;
  for (const filter of FILTERS) {
    status = filter(pod, rules, store, nowMs);
    if (!status.evict) break;
  }
  return { pod, ...status };
}

/** `cannot delete …: ns/a, ns/b` (PodDeleteList.errors) for each thing that was said, in the order of the first pod it was said of. */
export function textsOf(decisions: readonly DrainDecision[], which: 'warning' | 'error'): string[] {
  const groups = new Map<string, string[]>();
  for (const decision of decisions) {
    const text = decision[which];
    if (text === undefined) continue;
    const name = `${decision.pod.metadata.namespace ?? ''}/${decision.pod.metadata.name}`;
    groups.set(text, [...(groups.get(text) ?? []), name]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([text, names]) => `${which === 'error' ? 'cannot delete ' : ''}${text}: ${names.join(', ')}`);
}
