import { NODES, type ApiServer, type EventRecorder, type Pod } from '@seatrial/apiserver';
import type { FileSystem, Simulation, Timer } from '@seatrial/kernel';
import { podQosClass } from '@seatrial/kinds';
import { Quantity } from '@seatrial/schema';
import type { NodeProfile } from '../kubelet-options.js';
import type { Pressure } from '../node/register-node.js';
import type { PodRuntime } from '../pod/pod-runtime.js';
import { evictionMessage, isCritical, podUsage, rankPods, type Starved } from './rank-pods.js';

/** How often the kubelet looks (monitoringInterval). */
const INTERVAL_MS = 10_000;
/** How long a pressure that is over is still reported (evictionPressureTransitionPeriod). */
const TRANSITION_MS = 300_000;
/** Hard thresholds: memory.available < 100Mi, imagefs.available < 15 %. */
const MEMORY_THRESHOLD = 100 * 1024 * 1024;
const DISK_THRESHOLD = 0.15;
/** What the system itself takes of memory, and of the disk. */
const SYSTEM_MEMORY = 600 * 1024 * 1024;
const SYSTEM_DISK = 0.1;
/** Changes of less than this cannot bring a disk into need: a session's own files are small. */
const DISK_STEP = 1024 * 1024 * 1024;

interface Signal {
  readonly resource: Starved;
  readonly condition: Pressure;
  readonly available: number;
  readonly quantity: number;
}

export interface EvictionOptions {
  readonly simulation: Simulation;
  readonly apiServer: ApiServer;
  readonly events: EventRecorder;
  readonly node: NodeProfile;
  readonly files: FileSystem;
  /** The pods that run on the node, with how to end each. */
  readonly pods: () => readonly { readonly runtime: PodRuntime; end(reason: string, message: string): void }[];
  /** The conditions have changed: the node's status is to be reported. */
  readonly report: () => void;
}

/** Watches over a node's memory and disk, and evicts pods before it runs out of them (pkg/kubelet/eviction, v1.35). */
export class EvictionManager {
  /** Pressures and when they were last met. */
  private readonly met = new Map<Pressure, number>();
  private readonly taken: Record<Starved, number> = { memory: 0, 'ephemeral-storage': 0 };
  private pressed = new Set<Pressure>();
  private timer: Timer | undefined;

  constructor(private readonly options: EvictionOptions) {}

  /** The conditions that are reported as true. */
  get pressures(): ReadonlySet<Pressure> {
    return this.pressed;
  }

  /** Something beside the pods takes so many bytes; replaces what it took before. */
  take(resource: Starved, bytes: number): void {
    this.taken[resource] = bytes;
    this.schedule();
  }

  memoryChanged(): void {
    this.schedule();
  }

  diskChanged(): void {
    const { files } = this.options;
    if (files.reservedBytes + this.taken['ephemeral-storage'] > DISK_STEP || this.pressed.size > 0) this.schedule();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** The machine went down. */
  reset(): void {
    this.met.clear();
    this.pressed = new Set();
    this.taken.memory = 0;
  }

  /** Why a pod is not taken now (eviction_manager.go Admit); undefined when it is. */
  refusal(pod: Pod): string | undefined {
    if (this.pressed.size === 0 || isCritical(pod)) return undefined;
    const onlyMemory = this.pressed.size === 1 && this.pressed.has('MemoryPressure');
    if (onlyMemory && podQosClass(pod.spec) !== 'BestEffort') return undefined;
    const tolerated = pod.spec.tolerations?.some(
      ({ key = '', effect = '' }) =>
        (key === '' || key === 'node.kubernetes.io/memory-pressure') && (effect === '' || effect === 'NoSchedule'),
    );
    if (onlyMemory && tolerated) return undefined;
    return `The node had condition: [${[...this.pressed].join(' ')}]. `;
  }

  private schedule(): void {
    this.timer ??= this.options.simulation.after(INTERVAL_MS, () => {
      this.timer = undefined;
      this.check();
    });
  }

  private signals(): readonly Signal[] {
    const { node, files } = this.options;
    const runtimes = this.options.pods().map(({ runtime }) => runtime);
    const used = (resource: Starved): number =>
      runtimes.reduce((sum, runtime) => sum + podUsage(runtime, resource), 0) + this.taken[resource];
    const memory = Quantity.of(node.capacity['memory']).toNumber();
    const disk = Quantity.of(node.capacity['ephemeral-storage']).toNumber();
    const system = Math.min(SYSTEM_MEMORY, memory / 4);
    return [
      {
        resource: 'memory',
        condition: 'MemoryPressure',
        available: Math.max(memory - system - used('memory'), 0),
        quantity: MEMORY_THRESHOLD,
      },
      {
        resource: 'ephemeral-storage',
        condition: 'DiskPressure',
        available: Math.max(disk * (1 - SYSTEM_DISK) - used('ephemeral-storage') - files.reservedBytes, 0),
        quantity: Math.floor(disk * DISK_THRESHOLD),
      },
    ];
  }

  private check(): void {
    const { simulation, events, apiServer, node: profile } = this.options;
    const low = this.signals().filter(({ available, quantity }) => available < quantity);
    for (const { condition } of low) this.met.set(condition, simulation.now());
    for (const [condition, since] of this.met)
      if (simulation.now() - since >= TRANSITION_MS) this.met.delete(condition);
    this.reportPressures();
    if (this.met.size > 0) this.schedule();
    const [signal] = low;
    if (!signal) return;
    const node = apiServer.store.get(NODES, undefined, profile.name);
    if (node)
      events.event({ object: node }, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${signal.resource}`);
    this.evict(signal);
  }

  private reportPressures(): void {
    const before = this.pressed;
    this.pressed = new Set(this.met.keys());
    const changed = [...new Set([...before, ...this.pressed])].filter(
      (one) => before.has(one) !== this.pressed.has(one),
    );
    if (changed.length === 0) return;
    this.options.report();
    const { events, apiServer, node: profile } = this.options;
    const node = apiServer.store.get(NODES, undefined, profile.name);
    if (!node) return;
    for (const pressure of changed) {
      const reason = NODE_EVENTS[pressure][this.pressed.has(pressure) ? 0 : 1];
      events.event({ object: node }, 'Normal', reason, `Node ${profile.name} status is now: ${reason}`);
    }
  }

  /** Ends one pod; the next one goes only when that did not help. */
  private evict({ resource, quantity, available }: Signal): void {
    const pods = this.options.pods();
    const [victim] = rankPods(
      pods.map(({ runtime }) => runtime),
      resource,
    );
    const found = pods.find(({ runtime }) => runtime === victim);
    if (!found) return;
    const message = evictionMessage(found.runtime, resource, { quantity, available });
    this.options.events.event({ object: found.runtime.pod }, 'Warning', 'Evicted', message);
    found.end('Evicted', message);
  }
}

const NODE_EVENTS: Readonly<Record<Pressure, readonly [met: string, over: string]>> = {
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
};
