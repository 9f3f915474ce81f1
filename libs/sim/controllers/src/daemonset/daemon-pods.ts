import type { ControllerContext, DaemonSet, Node, Pod } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { nodeFits, repelsPods, untolerated, type Toleration } from '@seatrial/kinds';
import type { LabelSelector } from '@seatrial/schema';
import { PODS_BY_CONTROLLER, claimObjects } from '../owner-reference.js';
import { podFromTemplate, type PodDraft } from '../pod-control.js';
import { isPodTerminal } from '../pod-state.js';

const GENERATION = 'deprecated.daemonset.template.generation';
export const REVISION_HASH = 'controller-revision-hash';

const exists = (key: string, effect: 'NoExecute' | 'NoSchedule'): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
});

const TOLERATIONS: readonly Toleration[] = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
];

type PodSpec = Pod['spec'];

const tolerating = new WeakMap<PodSpec, PodSpec>();

/** The spec with the tolerations that daemons get; worked out once for each template. */
function withTolerations(spec: PodSpec): PodSpec {
  let made = tolerating.get(spec);
  if (!made) {
    made = addTolerations(spec);
    tolerating.set(spec, made);
  }
  return made;
}

/** util.AddOrUpdateDaemonPodTolerations: one that the template has already stays in its place. */
function addTolerations(spec: PodSpec): PodSpec {
  const added = spec.hostNetwork ? [...TOLERATIONS, exists('network-unavailable', 'NoSchedule')] : TOLERATIONS;
  const tolerations = [...(spec.tolerations ?? [])];
  for (const one of added) {
    const same = ({ key, effect, operator, value = '' }: Toleration): boolean =>
      key === one.key && effect === one.effect && operator === one.operator && value === '';
    const index = tolerations.findIndex(same);
    if (index < 0) tolerations.push(one);
    else tolerations[index] = one;
  }
  return { ...spec, tolerations };
}

const NO_SPEC = {} as PodSpec;

const templateSpec = (set: DaemonSet): PodSpec => set.spec.template.spec ?? NO_SPEC;

interface Fit {
  readonly run: boolean;
  readonly stay: boolean;
}

/** By template, then by node: sets are looked at much more often than either changes. */
const fits = new WeakMap<PodSpec, WeakMap<Node, Fit>>();

/** Where a daemon should be: may start there, and may stay there (NodeShouldRunDaemonPod). */
export function shouldRun(set: DaemonSet, node: Node): Fit {
  const spec = templateSpec(set);
  let byNode = fits.get(spec);
  if (!byNode) {
    byNode = new WeakMap();
    fits.set(spec, byNode);
  }
  let fit = byNode.get(node);
  if (!fit) {
    fit = fitOf(spec, node);
    byNode.set(node, fit);
  }
  return fit;
}

function fitOf(spec: PodSpec, node: Node): Fit {
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return { run: false, stay: false };
  if (!nodeFits(spec, node)) return { run: false, stay: false };
  const { tolerations = [] } = withTolerations(spec);
  const taints = node.spec.taints ?? [];
  if (!untolerated(taints, tolerations, repelsPods)) return { run: true, stay: true };
  return { run: false, stay: !untolerated(taints, tolerations, (effect) => effect === 'NoExecute') };
}

/** The node a daemon pod is on or meant for. */
function nodeOf({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields } of terms)
    for (const { key, operator, values } of matchFields ?? [])
      if (key === 'metadata.name' && operator === 'In' && values?.length === 1) return values[0];
  return '';
}

/** Those on a node before those on their way to one, then oldest first (podByCreationTimestampAndPhase). */
const byAge = (a: Pod, b: Pod): number =>
  Number(!a.spec.nodeName) - Number(!b.spec.nodeName) ||
  compareStrings(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
  compareStrings(a.metadata.name, b.metadata.name);

/** The set's pods by node, without those that have ended and are being deleted. */
export function podsByNode(
  context: ControllerContext,
  set: DaemonSet,
  selector: LabelSelector,
): Map<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of claimObjects(context, set, PODS_BY_CONTROLLER, selector)) {
    if (isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined) continue;
    const node = nodeOf(pod);
    // A pod that was adopted before it got a node.
    if (node === '') continue;
    const there = byNode.get(node);
    if (there) there.push(pod);
    else byNode.set(node, [pod]);
  }
  for (const pods of byNode.values()) if (pods.length > 1) pods.sort(byAge);
  return byNode;
}

const templateGeneration = ({ metadata }: DaemonSet): string | undefined => metadata.annotations?.[GENERATION];

/** Whether a pod is of the set's present template (util.IsPodUpdated). */
export function isUpdated(set: DaemonSet, pod: Pod, hash: string): boolean {
  const generation = templateGeneration(set);
  const { labels } = pod.metadata;
  return (
    (generation !== undefined && labels?.['pod-template-generation'] === generation) ||
    (hash !== '' && labels?.[REVISION_HASH] === hash)
  );
}

function affinityTo(node: string, { affinity }: Pod['spec']): Pod['spec']['affinity'] {
  const requiredDuringSchedulingIgnoredDuringExecution = {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
  };
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution } };
}

/** The pod for one node, bound to it by affinity. */
export function daemonPod(set: DaemonSet, node: string, hash: string): PodDraft {
  const generation = templateGeneration(set);
  return podFromTemplate(set.spec.template, set, {
    labels:
      generation === undefined
        ? { [REVISION_HASH]: hash }
        : { 'pod-template-generation': generation, [REVISION_HASH]: hash },
    spec: (spec) => Object.assign({}, withTolerations(spec), { affinity: affinityTo(node, spec) }),
  });
}
