import type { Node, Pod } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { since } from './metadata-lines.js';
import { addAmounts, podAmounts, type Amounts } from './pod-resources.js';
import type { DescriptionWriter } from './tabbed-text.js';

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

const amount = (amounts: Amounts, name: string): Quantity => amounts.get(name) ?? Quantity.zero;

/** An amount and its whole percentage of what the node has. */
function share(amounts: Amounts, name: string, allocatable: Readonly<Record<string, string>>): string {
  const used = amount(amounts, name);
  const total = Quantity.of(allocatable[name]);
  const size = (quantity: Quantity): number => (name === 'cpu' ? quantity.milliValue() : quantity.value());
  const percent = size(total) === 0 ? 0 : Math.trunc((size(used) / size(total)) * 100);
  return `${used.toString()} (${String(percent)}%)`;
}

/** The pods on a node with their requests and limits, and the sums. */
export function writeNodeResources(w: DescriptionWriter, node: Node, pods: readonly Pod[], now: number): void {
  const { capacity, allocatable: given } = node.status ?? {};
  const allocatable = (given && Object.keys(given).length > 0 ? given : (capacity ?? {})) as Record<string, string>;
  w.field('Non-terminated Pods', `(${String(pods.length)} in total)`);
  w.write(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n');
  w.write(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n');
  const requests: Amounts = new Map();
  const limits: Amounts = new Map();
  for (const pod of pods) {
    const own = { requests: podAmounts(pod, 'requests'), limits: podAmounts(pod, 'limits') };
    addAmounts(requests, own.requests);
    addAmounts(limits, own.limits);
    const cells = [
      share(own.requests, 'cpu', allocatable),
      share(own.limits, 'cpu', allocatable),
      share(own.requests, 'memory', allocatable),
      share(own.limits, 'memory', allocatable),
      since(pod.metadata.creationTimestamp, now),
    ];
    w.write(1, `${pod.metadata.namespace ?? ''}\t${pod.metadata.name}\t\t${cells.join('\t')}\n`);
  }
  w.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n');
  w.write(1, 'Resource\tRequests\tLimits\n');
  w.write(1, '--------\t--------\t------\n');
  const names = Object.keys(allocatable).sort(compareStrings);
  const hugePages = names.filter((name) => name.startsWith('hugepages-'));
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...hugePages])
    w.write(1, `${name}\t${share(requests, name, allocatable)}\t${share(limits, name, allocatable)}\n`);
  for (const name of names)
    if (!STANDARD.has(name) && !hugePages.includes(name))
      w.write(1, `${name}\t${amount(requests, name).toString()}\t${amount(limits, name).toString()}\n`);
}
