import { canonicalJson } from '@seatrial/kernel';
import type { LabelSelector } from '@seatrial/schema';
import type { NodeInfo } from './node-info.js';
import type { PodInfo } from './pod-info.js';

/** All pods of a namespace with the same labels, counted by node. */
interface LabelGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly terminating: boolean;
  readonly nodes: Map<NodeInfo, number>;
}

interface Namespace {
  readonly groups: LabelGroup[];
  /** The groups that have a label (`key=value`), in the order of `groups`. */
  readonly byLabel: Map<string, LabelGroup[]>;
  readonly bySignature: Map<string, LabelGroup>;
  readonly matches: Map<string, { readonly groups: LabelGroup[]; seen: number }>;
}

const MAX_REMEMBERED_SELECTORS = 20_000;

/**
 * How many pods on which node have labels that a selector picks, without looking at every pod: pods with equal labels
 * are counted together, and which groups a selector picks is remembered.
 */
export class LabelIndex {
  private readonly namespaces = new Map<string, Namespace>();
  private readonly signatures = new WeakMap<object, string>();

  get namespaceNames(): Iterable<string> {
    return this.namespaces.keys();
  }

  change(info: PodInfo, node: NodeInfo, by: 1 | -1): void {
    const group = this.groupOf(info);
    const count = (group.nodes.get(node) ?? 0) + by;
    if (count === 0) group.nodes.delete(node);
    else group.nodes.set(node, count);
  }

  /** Calls back with the number of matching pods of a namespace on each node that has any. */
  count(
    namespace: string,
    selector: LabelSelector,
    options: { readonly terminating: boolean },
    found: (node: NodeInfo, count: number) => void,
  ): void {
    for (const group of this.matching(namespace, selector))
      if (options.terminating || !group.terminating) group.nodes.forEach((count, node) => found(node, count));
  }

  private matching(namespace: string, selector: LabelSelector): readonly LabelGroup[] {
    const space = this.namespaces.get(namespace);
    if (!space) return [];
    if (selector.requirements.length === 0 && !selector.empty) return [];
    const text = selector.toString();
    let entry = space.matches.get(text);
    if (!entry) {
      if (space.matches.size >= MAX_REMEMBERED_SELECTORS) space.matches.clear();
      entry = { groups: [], seen: 0 };
      space.matches.set(text, entry);
    }
    const candidates = candidatesFor(space, selector);
    for (; entry.seen < candidates.length; entry.seen++) {
      const group = candidates[entry.seen];
      if (selector.matches(group.labels)) entry.groups.push(group);
    }
    return entry.groups;
  }

  private groupOf(info: PodInfo): LabelGroup {
    let space = this.namespaces.get(info.namespace);
    if (!space) {
      space = { groups: [], byLabel: new Map(), bySignature: new Map(), matches: new Map() };
      this.namespaces.set(info.namespace, space);
    }
    const labels = info.pod.metadata.labels ?? {};
    const terminating = info.pod.metadata.deletionTimestamp !== undefined;
    const signature = `${terminating ? '-' : '+'}${this.signatureOf(labels)}`;
    let group = space.bySignature.get(signature);
    if (!group) {
      group = { labels, terminating, nodes: new Map() };
      space.bySignature.set(signature, group);
      space.groups.push(group);
      for (const [key, value] of Object.entries(labels)) {
        const there = space.byLabel.get(`${key}=${value}`);
        if (there) there.push(group);
        else space.byLabel.set(`${key}=${value}`, [group]);
      }
    }
    return group;
  }

  private signatureOf(labels: Readonly<Record<string, string>>): string {
    let signature = this.signatures.get(labels);
    if (signature === undefined) {
      signature = canonicalJson(labels);
      this.signatures.set(labels, signature);
    }
    return signature;
  }
}

const NONE: readonly LabelGroup[] = [];

/** A selector that demands a value of a label need only look at the groups with that value. */
function candidatesFor({ groups, byLabel }: Namespace, { requirements }: LabelSelector): readonly LabelGroup[] {
  for (const { key, operator, values } of requirements)
    if ((operator === '=' || operator === 'in') && values.length === 1)
      return byLabel.get(`${key}=${values[0]}`) ?? NONE;
  return groups;
}
