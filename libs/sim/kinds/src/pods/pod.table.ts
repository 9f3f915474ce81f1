import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../registry/draft.js';
import { NONE, ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { restartsCell, summarizePod } from './pod.status-cell.js';

function readinessGates(pod: core.Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const met = gates.filter((gate) =>
    (pod.status?.conditions ?? []).some(
      (condition) => condition.type === gate.conditionType && condition.status === 'True',
    ),
  );
  return `${met.length}/${gates.length}`;
}

/** printPod (k8s.io/kubernetes/pkg/printers/internalversion). */
export const podTable = {
  columns: columnsOf('v1', 'pods'),
  cells: (object: unknown, now: number): readonly unknown[] => {
    const pod = draftAs<core.Pod>(object as never);
    const summary = summarizePod(pod);
    return [
      pod.metadata?.name,
      `${summary.ready}/${summary.total}`,
      summary.reason,
      restartsCell(summary, now),
      ageCell(pod.metadata?.creationTimestamp, now),
      pod.status?.podIPs?.[0]?.ip || pod.status?.podIP || NONE,
      pod.spec?.nodeName || NONE,
      pod.status?.nominatedNodeName || NONE,
      readinessGates(pod),
    ];
  },
};
