import type { KubeObject } from '@seatrial/apiserver';
import type { AlignedPair } from './align-output.js';
import { symbolicLines, type Identifier, type SymbolicLine } from './identifiers.js';

/** Names of nodes by role, each in kubectl's order. */
interface NodeNames {
  readonly controlPlanes: readonly string[];
  readonly workers: readonly string[];
}

const HEADING = /^NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION/;
const CONTROL_PLANE = /control-plane|master/;
const CONTROL_PLANE_LABEL = 'node-role.kubernetes.io/control-plane';

function namesIn(lines: readonly SymbolicLine[]): NodeNames | undefined {
  const head = lines.findIndex(({ text }) => HEADING.test(text));
  if (head < 0) return undefined;
  const rows = lines.slice(head + 1).map(({ text }) => text.trim().split(/\s+/));
  const named = (isControlPlane: boolean): string[] =>
    rows.flatMap(([name, , roles]) =>
      name !== undefined && roles !== undefined && CONTROL_PLANE.test(roles) === isControlPlane ? [name] : [],
    );
  return { controlPlanes: named(true), workers: named(false) };
}

const isControlPlane = ({ metadata }: KubeObject): boolean => Object.hasOwn(metadata.labels ?? {}, CONTROL_PLANE_LABEL);

function pairNames(left: NodeNames, right: NodeNames): AlignedPair[] {
  const node = (text: string): Identifier => ({ kind: 'node', text, stem: '', form: 'name', start: 0 });
  const pair = (from: readonly string[], to: readonly string[]): AlignedPair[] =>
    from.flatMap((name, index) => {
      const other = to[index];
      return other === undefined ? [] : [{ from: node(name), to: node(other) }];
    });
  return [...pair(left.controlPlanes, right.controlPlanes), ...pair(left.workers, right.workers)];
}

/** `kubectl get nodes`: control planes stand for control planes, workers for workers, in order. */
export function alignNodes(claimed: readonly SymbolicLine[], actual: readonly SymbolicLine[]): AlignedPair[] {
  const [left, right] = [namesIn(claimed), namesIn(actual)];
  return left && right ? pairNames(left, right) : [];
}

/** The student's nodes by the longest list of them that a transcript shows, before any command is run. */
export function foreseeNodes(outputs: readonly string[], nodes: readonly KubeObject[]): AlignedPair[] {
  const lists = outputs.flatMap((output) => (output.includes('ROLES') ? (namesIn(symbolicLines(output)) ?? []) : []));
  const size = ({ controlPlanes, workers }: NodeNames): number => controlPlanes.length + workers.length;
  const [longest] = lists.sort((a, b) => size(b) - size(a));
  if (!longest) return [];
  const named = (ofControlPlane: boolean): string[] =>
    nodes.filter((node) => isControlPlane(node) === ofControlPlane).map(({ metadata }) => metadata.name);
  return pairNames(longest, { controlPlanes: named(true), workers: named(false) });
}
