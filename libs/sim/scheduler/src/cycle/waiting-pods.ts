import type { EventRecorder } from '@seatrial/apiserver';
import type { NodeInfo } from '../cache/node-info.js';
import type { QueuedPod } from '../queue/scheduling-queue.js';
import type { Cycle } from './plugin.js';

/** How often the volumes of a pod are looked at until they are bound (volume binder's BindPodVolumes). */
const POLL_MS = 1000;

/** A pod whose node is chosen and whose volumes are being bound. */
interface WaitingPod {
  readonly entry: QueuedPod;
  readonly cycle: Cycle;
  readonly node: NodeInfo;
  readonly since: number;
  isDue: boolean;
}

interface Clock {
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
}

/** The pods whose volumes are being bound, looked at again each second after they began to wait. */
export class WaitingPods {
  private readonly waiting = new Map<string, WaitingPod>();

  constructor(
    private readonly clock: Clock,
    private readonly bind: (entry: QueuedPod, cycle: Cycle, node: NodeInfo) => void,
  ) {}

  add(entry: QueuedPod, cycle: Cycle, node: NodeInfo): void {
    const { uid } = entry.pod.metadata;
    if (this.waiting.get(uid)?.entry === entry) return;
    this.waiting.set(uid, { entry, cycle, node, since: this.clock.now(), isDue: false });
  }

  delete(uid: string): void {
    this.waiting.delete(uid);
  }

  /** A pod is gone: when its volumes would be looked at next, that is said of it. */
  gone(uid: string, events: EventRecorder): void {
    const pod = this.waiting.get(uid);
    if (!pod) return;
    this.waiting.delete(uid);
    const object = pod.entry.pod;
    const message = `running PreBind plugin "VolumeBinding": binding volumes: pod does not exist any more: pod "${object.metadata.name}" not found`;
    this.clock.after(this.untilNextLook(pod), () => {
      events.event({ object }, 'Warning', 'FailedScheduling', message, { action: 'Scheduling' });
    });
  }

  private untilNextLook({ since }: WaitingPod): number {
    return POLL_MS - ((this.clock.now() - since) % POLL_MS);
  }

  /** Claims or volumes changed: only then is there anything new to see at the next look. */
  volumesChanged(): void {
    for (const [uid, pod] of this.waiting) {
      if (pod.isDue) continue;
      pod.isDue = true;
      this.clock.after(this.untilNextLook(pod), () => {
        if (this.waiting.get(uid) !== pod) return;
        pod.isDue = false;
        this.bind(pod.entry, pod.cycle, pod.node);
      });
    }
  }
}
