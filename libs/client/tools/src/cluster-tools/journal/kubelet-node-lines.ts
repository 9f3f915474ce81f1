import type { KubeObject } from '@seatrial/apiserver';
import type { UnitRun } from '@seatrial/cluster';
import { structured } from './journal-entry.js';
import type { KubeletLine } from './kubelet-journal.js';

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

const RUNTIME_CHECK_MS = 5000;
/** How many lines of one outage are made. */
const MAX_LINES = 720;

const readyOf = (object: KubeObject | undefined): Condition | undefined =>
  (
    object as { readonly status?: { readonly conditions?: readonly Condition[] } } | undefined
  )?.status?.conditions?.find(({ type }) => type === 'Ready');

/** What a node's Ready condition stands for in the log of its kubelet. */
export class NodeLines {
  readonly lines: KubeletLine[] = [];
  private outage: { readonly since: number; readonly networkReady: string } | undefined;

  constructor(private readonly runAt: (time: number) => UnitRun | undefined) {}

  private say(time: number, severity: KubeletLine['severity'], place: string, text: string): void {
    if (this.runAt(time)) this.lines.push({ time, severity, place, text });
  }

  /** A write of the node. */
  observe(previous: KubeObject | undefined, object: KubeObject, time: number): void {
    const [before, after] = [readyOf(previous), readyOf(object)];
    if (!after || before?.status === after.status) return;
    this.end(time);
    if (before && after.status === 'True')
      this.say(
        time,
        'I',
        'kubelet_node_status.go:427',
        structured('Fast updating node status as it just became ready', []),
      );
    if (after.status !== 'False') return;
    const values = [
      ['node', object.metadata.name],
      ['condition', { raw: JSON.stringify(after) }],
    ] as const;
    if (before) this.say(time, 'I', 'setters.go:546', structured('Node became not ready', values));
    const [, networkReady] = /container runtime network not ready: ([\s\S]*)$/.exec(after.message ?? '') ?? [];
    if (networkReady !== undefined) this.outage = { since: time, networkReady };
  }

  /** The runtime is asked again and again (`updateRuntimeUp`) as long as it has no network. */
  end(time: number): void {
    const { outage } = this;
    this.outage = undefined;
    if (!outage) return;
    const text = structured('Container runtime network not ready', [['networkReady', outage.networkReady]]);
    for (let at = outage.since, made = 0; at < time && made < MAX_LINES; at += RUNTIME_CHECK_MS, made++)
      this.say(at, 'E', 'kubelet.go:3130', text);
  }
}
