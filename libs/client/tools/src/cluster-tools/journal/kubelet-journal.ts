import type { Pod } from '@seatrial/apiserver';
import type { ClusterNode, UnitRun } from '@seatrial/cluster';
import { klogLine } from '@seatrial/schema';
import { byTime, orderOf, structured, type JournalEntry } from './journal-entry.js';
import { NodeLines } from './kubelet-node-lines.js';
import { eventLines } from './kubelet-event-lines.js';
import { deletedLines, restartLines, startedLines, volumesLines } from './kubelet-pod-lines.js';
import { startLines } from './kubelet-start-lines.js';
import { unreachableLines } from './kubelet-unreachable-lines.js';

/** A line of the kubelet, before the process is known that wrote it. */
export interface KubeletLine {
  readonly time: number;
  readonly severity: 'I' | 'W' | 'E';
  /** `reconciler_common.go:251`, of Kubernetes v1.35.4. */
  readonly place: string;
  readonly text: string;
}

/** What a line needs to know of the run of the kubelet that wrote it. */
export interface KubeletMoment {
  readonly time: number;
  readonly run: UnitRun;
}

/** A pod by `namespace/name`, as klog shows it. */
export const podKey = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** A time as Go prints it, with what the monotonic clock says. */
export function monotonic(time: number, start: number): string {
  const iso = new Date(time).toISOString();
  const fraction = iso.slice(20, 23).replace(/0+$/, '');
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction === '' ? '' : `.${fraction}`} +0000 UTC m=+${((time - start) / 1000).toFixed(9)}`;
}

/** What is remembered of a pod on the way. */
export interface PodTrack {
  pod: Pod;
  /** Failed set-ups by volume. */
  readonly mountFailures: Map<string, number>;
}

const boundHere = (pod: Pod, node: string): boolean => pod.spec.nodeName === node;

/** A line as an entry of the n-th run of the kubelet. */
function entryOf(runs: readonly UnitRun[], run: number, { time, severity, place, text }: KubeletLine): JournalEntry {
  const pid = runs.at(run)?.mainPid ?? 1;
  const message = klogLine(time, severity, place, text, pid);
  return { time, order: orderOf(run, 'work'), identifier: 'kubelet', pid, message };
}

/** The last words of runs that ended at once. */
function failuresOf(runs: readonly UnitRun[]): JournalEntry[] {
  return runs.flatMap(({ start, failure, notExecuted }, run) => {
    if (failure === undefined || notExecuted !== undefined) return [];
    const text = structured('command failed', [['err', failure]]);
    return [entryOf(runs, run, { time: start, severity: 'E', place: 'run.go:72', text })];
  });
}

/**
 * What the kubelet of a node has logged at its default verbosity, worked out from what it did: the history of its pods,
 * of its events and of its node. Lines that depend on what no API object shows (timers, caches) are left out.
 */
export function kubeletJournal({ apiServer, node, services, profile }: ClusterNode): JournalEntry[] {
  const now = apiServer.simulation.now();
  const runs = services.runs('kubelet');
  const lines: KubeletLine[] = [];
  const runAt = (time: number): UnitRun | undefined =>
    runs.findLast(
      ({ start, end, failure, unreachable }) =>
        start <= time && (end === undefined || time <= end) && failure === undefined && unreachable === undefined,
    );
  const at = (time: number, make: (moment: KubeletMoment) => readonly KubeletLine[]): void => {
    const run = runAt(time);
    if (run && time <= now) lines.push(...make({ time, run }));
  };
  for (const run of runs)
    lines.push(
      ...startLines(run, node.name, profile, run === runs[0]),
      ...unreachableLines(run, node.name, profile, now),
    );
  const nodeLog = new NodeLines(runAt);
  const pods = new Map<string, PodTrack>();
  const history = apiServer.store.history();
  apiServer.simulation.charge('steps', history.length >> 3);
  for (const { time, type, resource, object, previous } of history) {
    if (resource.resource === 'pods' && resource.group === '') {
      const pod = object as Pod;
      if (!boundHere(pod, node.name)) continue;
      const uid = pod.metadata.uid ?? '';
      const before = previous as Pod | undefined;
      const known = pods.get(uid);
      if (known) known.pod = pod;
      else pods.set(uid, { pod, mountFailures: new Map() });
      if (type === 'DELETED') at(time, (moment) => deletedLines(pod, moment));
      else {
        if (!known || !before || !boundHere(before, node.name)) at(time, (moment) => volumesLines(pod, moment));
        at(time, (moment) => [...startedLines(before, pod, moment), ...restartLines(before, pod, moment)]);
      }
    } else if (resource.resource === 'events' && type !== 'DELETED')
      at(time, (moment) => eventLines(object, node.name, pods, moment));
    else if (resource.resource === 'nodes' && object.metadata.name === node.name)
      nodeLog.observe(previous, object, time);
  }
  nodeLog.end(now);
  lines.push(...nodeLog.lines);
  const written = lines
    .filter(({ time }) => time <= now)
    .map((line) =>
      entryOf(
        runs,
        runs.findLastIndex(({ start }) => start <= line.time),
        line,
      ),
    );
  return [...written, ...failuresOf(runs)].sort(byTime);
}
