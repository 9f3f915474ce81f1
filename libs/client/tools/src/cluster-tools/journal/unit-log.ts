import type { ClusterNode } from '@seatrial/cluster';
import { containerdJournal } from './containerd-journal.js';
import { byTime, type JournalEntry } from './journal-entry.js';
import { kubeletJournal } from './kubelet-journal.js';
import { unitJournal } from './unit-journal.js';

type UnitLog = (node: ClusterNode) => JournalEntry[];

/** The units whose own lines are known. */
const LOGS: Readonly<Record<string, UnitLog>> = { containerd: containerdJournal, kubelet: kubeletJournal };

/** Whether what a unit writes itself is known. */
export const hasOwnLog = (unit: string): boolean => Object.hasOwn(LOGS, unit);

/** The journal of one unit of a node; empty for a unit that it has not. */
export function journalOf(node: ClusterNode, name: string): JournalEntry[] {
  const unit = node.services.get(name);
  if (!unit) return [];
  const own = hasOwnLog(unit.name) ? LOGS[unit.name](node) : [];
  return [...unitJournal(node.services, unit), ...own].sort(byTime);
}
