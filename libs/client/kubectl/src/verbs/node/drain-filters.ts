import { DAEMON_SETS, type ObjectReader, type Pod } from '@seatrial/apiserver';

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

const DAEMON_SET_ERROR = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const DAEMON_SET_WARNING = 'ignoring DaemonSet-managed Pods';
const LOCAL_STORAGE_ERROR = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)';
// The words are doubled in 1.35.
const UNMANAGED_ERROR = 'cannot delete cannot delete Pods that declare no controller (use --force to override)';
const UNMANAGED_WARNING = 'deleting Pods that declare no controller';

const ended = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Decides about a pod by the filters in their order: what the first says that keeps it, else what the last says. */
export function decide(pod: Pod, rules: DrainRules, store: ObjectReader, nowMs: number): DrainDecision {
  const { deletionTimestamp } = pod.metadata;
  if (
    rules.skipWaitForDeleteTimeoutSeconds > 0 &&
    deletionTimestamp &&
    nowMs - Date.parse(deletionTimestamp) > rules.skipWaitForDeleteTimeoutSeconds * 1000
  ) {
    return { pod, evict: false };
  }
  const controller = pod.metadata.ownerReferences?.find((owner) => owner.controller);
  if (controller?.kind === 'DaemonSet' && !ended(pod)) {
    const daemonSet = store.get(DAEMON_SETS, pod.metadata.namespace, controller.name);
    if (!daemonSet)
      return rules.force
        ? { pod, evict: true, warning: `daemonsets.apps "${controller.name}" not found` }
        : { pod, evict: false, error: `daemonsets.apps "${controller.name}" not found` };
    return rules.ignoreDaemonSets
      ? { pod, evict: false, warning: DAEMON_SET_WARNING }
      : { pod, evict: false, error: DAEMON_SET_ERROR };
  }
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return { pod, evict: false };
  if (
    !ended(pod) &&
    (pod.spec.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined) &&
    !rules.deleteEmptyDirData
  )
    return { pod, evict: false, error: LOCAL_STORAGE_ERROR };
  if (ended(pod) || controller) return { pod, evict: true };
  return rules.force ? { pod, evict: true, warning: UNMANAGED_WARNING } : { pod, evict: false, error: UNMANAGED_ERROR };
}

/** `cannot delete …: ns/a, ns/b` for each thing that was said, in the order of the first pod it was said of. */
export function textsOf(decisions: readonly DrainDecision[], which: 'warning' | 'error'): string[] {
  const groups = new Map<string, string[]>();
  for (const decision of decisions) {
    const text = decision[which];
    if (text === undefined) continue;
    const name = `${decision.pod.metadata.namespace ?? ''}/${decision.pod.metadata.name}`;
    groups.set(text, [...(groups.get(text) ?? []), name]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text, names]) => `${text}: ${names.join(', ')}`);
}
