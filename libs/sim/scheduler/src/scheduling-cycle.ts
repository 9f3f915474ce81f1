import { PODS, type ApiClient, type EventRecorder, type Pod } from '@seatrial/apiserver';
import type { RandomSource } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import type { NodeInfo } from './cache/node-info.js';
import { PodInfo } from './cache/pod-info.js';
import type { Snapshot } from './cache/snapshot.js';
import {
  bestNode,
  enoughNodes,
  filterWithNominated,
  fitErrorText,
  prepare,
  type FitFailure,
  type Prepared,
} from './cycle/framework.js';
import { Candidates } from './cycle/candidates.js';
import type { ClusterView, Cycle, SchedulerPlugin } from './cycle/plugin.js';
import { WaitingPods } from './cycle/waiting-pods.js';
import { findPreemption, type PreemptionCandidate } from './cycle/preemption.js';
import { ShapeMemory, type Shape, type Verdict } from './cycle/shape-memory.js';
import type { QueuedPod, SchedulingQueue } from './queue/scheduling-queue.js';

export interface SchedulingCycleOptions {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  readonly random: RandomSource;
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
  readonly plugins: readonly SchedulerPlugin[];
  readonly snapshot: Snapshot;
  readonly queue: SchedulingQueue;
}

type PodCondition = NonNullable<NonNullable<Pod['status']>['conditions']>[number];

const REJECTED_BEFORE_CLAIMS = new Set([
  'VolumeRestrictions',
  'NodeVolumeLimits',
  'VolumeBinding',
  'VolumeZone',
  'NodeAffinity',
]);

/** The most characters of an event's note. */
const NOTE_LIMIT = 1024;

/** Places one pod at a time: filter, score, bind; or says why not and looks for pods to push out. */
export class SchedulingCycle {
  private readonly cluster: ClusterView;
  private readonly nominations = new Map<string, Map<string, PodInfo>>();
  private readonly nominatedNode = new Map<string, string>();
  private readonly waiting: WaitingPods;
  private readonly shapes: ShapeMemory;
  /** Working space of `feasibleNodes`. */
  private readonly feasible: Candidates;
  private start = 0;

  constructor(private readonly options: SchedulingCycleOptions) {
    const { snapshot } = options;
    this.feasible = new Candidates(snapshot.nodes);
    this.shapes = new ShapeMemory(snapshot.versions);
    this.waiting = new WaitingPods(options, (entry, cycle, node) => {
      this.bind(entry, cycle, node);
    });
    this.cluster = {
      store: options.client,
      nodes: snapshot.nodes,
      nodesWithAffinity: snapshot.nodesWithAffinity,
      nodesWithSoftTaint: snapshot.nodesWithSoftTaint,
      nodesWithZone: snapshot.nodesWithZone,
      namelessNodes: snapshot.namelessNodes,
      node: (name) => snapshot.node(name),
      image: (name) => snapshot.image(name),
      count: (namespace, selector, settings, found) => {
        snapshot.labels.count(namespace, selector, settings, found);
      },
    };
  }

  schedule(entry: QueuedPod): void {
    const { pod } = entry;
    if (pod.metadata.deletionTimestamp !== undefined) {
      const message = `skip schedule deleting pod: ${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
      this.options.events.event({ object: pod }, 'Warning', 'FailedScheduling', message, { action: 'Scheduling' });
      return;
    }
    if (this.cluster.nodes.length === 0) {
      this.fail(entry, 'no nodes available to schedule pods', new Set(), undefined);
      return;
    }
    const cycle: Cycle = { info: new PodInfo(pod), cluster: this.cluster };
    const found = this.findNode(cycle);
    if (found instanceof Object && 'node' in found) this.assume(entry, cycle, found.node);
    else this.unschedulable(entry, cycle, found);
  }

  /** A pod's node is known to the API: it is no longer nominated. */
  placed(uid: string): void {
    this.dropNomination(uid);
    this.waiting.delete(uid);
  }

  /** A pod is gone; where its volumes were being bound, that fails (volume binder's checkBindings). */
  forget(uid: string): void {
    this.dropNomination(uid);
    this.waiting.gone(uid, this.options.events);
  }

  /** Remembers the node that a pod's status promises it. */
  nominate(pod: Pod): void {
    const node = pod.status?.nominatedNodeName;
    const { uid } = pod.metadata;
    if (this.nominatedNode.get(uid) === node) return;
    this.dropNomination(uid);
    if (!node) return;
    this.nominatedNode.set(uid, node);
    const there = this.nominations.get(node) ?? new Map<string, PodInfo>();
    there.set(uid, new PodInfo(pod));
    this.nominations.set(node, there);
  }

  volumesChanged(): void {
    this.waiting.volumesChanged();
  }

  private findNode(cycle: Cycle): { readonly node: NodeInfo } | FitFailure {
    const { plugins, random } = this.options;
    const prepared = prepare(plugins, cycle);
    if ('rejected' in prepared)
      return { preFilter: prepared.rejected, rejections: new Map(), plugins: new Set([prepared.by]) };
    // Pods that come into question for named nodes alone are each of a shape of their own.
    const shape = prepared.only ? undefined : this.shapes.of(cycle.info);
    const rejected: [NodeInfo, NonNullable<Verdict>][] = [];
    const feasible = this.feasibleNodes(cycle, prepared, shape, rejected);
    if (feasible.length > 0) return { node: bestNode(plugins, cycle, feasible, random, shape) };
    const names = prepared.limitedBy.map(({ name }) => name).join(' ');
    const absent = prepared.only ? `node(s) didn't satisfy plugin(s) [${names}]` : undefined;
    return {
      rejections: new Map(rejected.map(([node, [, rejection]]) => [node.name, rejection])),
      absent,
      plugins: new Set([...prepared.limitedBy, ...rejected.map(([, [plugin]]) => plugin)]),
    };
  }

  private feasibleNodes(
    cycle: Cycle,
    prepared: Prepared,
    shape: Shape | undefined,
    rejected: [NodeInfo, NonNullable<Verdict>][],
  ): Candidates {
    const passes = (node: NodeInfo): boolean => {
      const verdict = filterWithNominated(prepared, cycle, node, this.nominations, shape);
      if (verdict) rejected.push([node, verdict]);
      return !verdict;
    };
    const nominated = this.cluster.node(this.nominatedNode.get(cycle.info.uid) ?? '');
    const { feasible } = this;
    feasible.clear();
    if (nominated && passes(nominated)) {
      feasible.add(nominated.slot);
      return feasible;
    }
    const some = prepared.only && [...prepared.only].flatMap((name) => this.cluster.node(name) ?? []);
    const nodes = some ?? this.cluster.nodes;
    const enough = enoughNodes(nodes.length);
    // Where nothing but the shape counts, most nodes are known to fit.
    const fits =
      prepared.local === prepared.filters.length && this.nominations.size === 0 ? shape?.verdicts : undefined;
    let at = nodes.length > 0 ? this.start % nodes.length : 0;
    for (let looked = 0; looked < nodes.length && feasible.length < enough; looked++) {
      if (at >= nodes.length) at = 0;
      const slot = some ? some[at].slot : at;
      if (fits?.fits(slot) || passes(nodes[at])) feasible.add(slot);
      at++;
    }
    this.start = at >= nodes.length ? 0 : at;
    return feasible;
  }

  private assume(entry: QueuedPod, cycle: Cycle, node: NodeInfo): void {
    this.options.snapshot.setPod(entry.pod, node.name, cycle.info);
    this.bind(entry, cycle, node);
  }

  private bind(entry: QueuedPod, cycle: Cycle, node: NodeInfo): void {
    const { client, events, plugins } = this.options;
    const { pod } = entry;
    const { namespace = '', name, uid } = pod.metadata;
    this.waiting.add(entry, cycle, node);
    for (const plugin of plugins) {
      const state = plugin.preBind?.(cycle, node, client) ?? 'ready';
      if (state === 'waiting') return;
      if (state === 'ready') continue;
      this.bindingFailed(entry, `running PreBind plugin "${plugin.name}": binding volumes: ${state.failed}`);
      return;
    }
    this.waiting.delete(uid);
    const bound = client.createSubresource(PODS, namespace, name, 'binding', {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name, uid },
      target: { kind: 'Node', name: node.name },
    });
    if (!bound.ok) {
      if (bound.error.reason === 'NotFound') this.options.snapshot.removePod(uid);
      else this.bindingFailed(entry, `binding rejected: ${bound.error.message}`);
      return;
    }
    const message = `Successfully assigned ${namespace}/${name} to ${node.name}`;
    events.event({ object: pod }, 'Normal', 'Scheduled', message, { action: 'Binding' });
  }

  private bindingFailed(entry: QueuedPod, message: string): void {
    this.waiting.delete(entry.pod.metadata.uid);
    this.options.snapshot.removePod(entry.pod.metadata.uid);
    this.fail(entry, message, new Set(this.options.plugins), undefined, 'SchedulerError');
  }

  private unschedulable(entry: QueuedPod, cycle: Cycle, failure: FitFailure): void {
    const text = fitErrorText(failure, this.cluster.nodes.length);
    const preemption = this.preempt(cycle, failure);
    const after = preemption.text === '' ? '' : ` ${preemption.text}`;
    this.fail(entry, text + after, failure.plugins, preemption.nominated);
    if (preemption.candidate) this.evict(entry.pod, preemption.candidate);
  }

  /** PostFilter: DynamicResources has its say first, then DefaultPreemption. */
  private preempt(
    cycle: Cycle,
    failure: FitFailure,
  ): { readonly text: string; readonly nominated?: string; readonly candidate?: PreemptionCandidate } {
    if (failure.preFilter !== undefined) {
      const [by] = failure.plugins;
      return { text: REJECTED_BEFORE_CLAIMS.has(by.name) ? 'not found' : '' };
    }
    const result = findPreemption(this.options.plugins, cycle, failure, this.options.client);
    if ('message' in result) {
      const text = `no new claims to deallocate, preemption: ${result.message}`;
      return result.futile ? { text, nominated: '' } : { text };
    }
    return { text: '', nominated: result.node.name, candidate: result };
  }

  private evict(preemptor: Pod, { node, victims }: PreemptionCandidate): void {
    const { client, events, now } = this.options;
    for (const { pod } of victims) {
      const { namespace, name } = pod.metadata;
      const current = client.get(PODS, namespace, name);
      if (!current || current.metadata.deletionTimestamp !== undefined) continue;
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'PreemptionByScheduler',
        message: `${preemptor.spec.schedulerName ?? ''}: preempting to accommodate a higher priority pod`,
      };
      this.writeCondition(current, condition, undefined, formatTime(now()));
      client.delete(PODS, namespace, name);
      const message = `Preempted by pod ${preemptor.metadata.uid} on node ${node.name}`;
      events.event({ object: current }, 'Normal', 'Preempted', message, { action: 'Preempting', object: preemptor });
    }
    for (const [uid, info] of this.nominations.get(node.name) ?? [])
      if (info.priority < (preemptor.spec.priority ?? 0) && uid !== preemptor.metadata.uid) this.clearNomination(info);
  }

  private clearNomination(info: PodInfo): void {
    const { client } = this.options;
    const current = client.get(PODS, info.namespace, info.pod.metadata.name);
    if (!current?.status) return;
    const { nominatedNodeName: _, ...status } = current.status;
    client.updateStatus(PODS, { ...current, status });
  }

  private fail(
    entry: QueuedPod,
    message: string,
    rejectedBy: ReadonlySet<SchedulerPlugin>,
    nominated: string | undefined,
    reason = 'Unschedulable',
  ): void {
    const { client, events, now, queue } = this.options;
    queue.failed(entry, rejectedBy);
    const { namespace, name, uid } = entry.pod.metadata;
    const note = message.length > NOTE_LIMIT ? `${message.slice(0, NOTE_LIMIT - 4)} ...` : message;
    events.event({ object: entry.pod }, 'Warning', 'FailedScheduling', note, { action: 'Scheduling' });
    const current = client.get(PODS, namespace, name);
    if (current?.metadata.uid !== uid || current.spec.nodeName) return;
    const condition = { type: 'PodScheduled', status: 'False', reason, message };
    this.writeCondition(current, condition, nominated, formatTime(now()));
  }

  /** Writes a condition and, where given, the nominated node (none: ''); nothing when both are so already. */
  private writeCondition(
    pod: Pod,
    condition: { type: string; status: string; reason: string; message: string },
    nominated: string | undefined,
    time: string,
  ): void {
    const conditions = pod.status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === condition.type);
    const same =
      before?.status === condition.status && before.reason === condition.reason && before.message === condition.message;
    if (same && (nominated === undefined || (pod.status?.nominatedNodeName ?? '') === nominated)) return;
    const written = {
      type: condition.type,
      observedGeneration: pod.metadata.generation,
      status: condition.status,
      lastProbeTime: null,
      lastTransitionTime: before?.status === condition.status ? before.lastTransitionTime : time,
      reason: condition.reason,
      message: condition.message,
    } as unknown as PodCondition;
    const rest = conditions.map((one) => (one.type === condition.type ? written : one));
    const { nominatedNodeName, ...status } = pod.status ?? {};
    const promised = nominated ?? nominatedNodeName ?? '';
    this.options.client.updateStatus(PODS, {
      ...pod,
      status: {
        ...status,
        conditions: before ? rest : [...rest, written],
        ...(promised === '' ? {} : { nominatedNodeName: promised }),
      },
    });
  }

  private dropNomination(uid: string): void {
    const node = this.nominatedNode.get(uid);
    if (node === undefined) return;
    this.nominatedNode.delete(uid);
    const there = this.nominations.get(node);
    there?.delete(uid);
    if (there?.size === 0) this.nominations.delete(node);
  }
}
