import type { ClusterNode } from '@seatrial/cluster';
import { byTime, type JournalEntry } from './journal-entry.js';
import { kubeletJournal } from './kubelet-journal.js';
import { unitJournal } from './unit-journal.js';

/** The journal of one unit of a node; empty for a unit that it has not. */
export function journalOf(node: ClusterNode, name: string): JournalEntry[] {
  const unit = node.services.get(name);
  if (!unit) return [];
  const own = unit.name === 'kubelet' ? kubeletJournal(node) : [];
  return [...unitJournal(node.services, unit), ...own].sort(byTime);
}
