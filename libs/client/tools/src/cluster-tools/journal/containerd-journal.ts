import type { Pod } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { fullId, sandboxId } from '../crictl-runtime.js';
import { byTime, orderOf, type JournalEntry } from './journal-entry.js';
import { containerStatuses } from './kubelet-pod-lines.js';

interface ContainerdLine {
  readonly time: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  /** Fields behind the message, as logrus writes them. */
  readonly fields?: string;
}

type Say = (time: number, level: ContainerdLine['level'], message: string, fields?: string) => void;

type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

/** logrus quotes what is not letters, digits or `-._/@^+`. */
const logrus = (text: string): string => (/^[\w\-./@^+]+$/.test(text) ? text : JSON.stringify(text));

const stamp = (time: number): string => new Date(time).toISOString().replace('Z', '000000Z');
const milliseconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);

const lineText = ({ time, level, message, fields }: ContainerdLine): string =>
  `time="${stamp(time)}" level=${level} msg=${logrus(message)}${fields === undefined ? '' : ` ${fields}`}`;

/** What it says when it comes up; its plugins, one by one, are left out. */
function startLines(time: number, version: string, say: Say): void {
  say(time, 'info', 'starting containerd', `revision= version=${logrus(version)}`);
  for (const text of ['Connect containerd service', 'Start subscribing containerd event', 'Start recovering state'])
    say(time, 'info', text);
  for (const text of ['Start event monitor', 'Start snapshots syncer', 'Start cni network conf syncer for default'])
    say(time, 'info', text);
  say(time, 'info', 'Start streaming server');
  for (const suffix of ['.ttrpc', ''])
    say(time, 'info', 'serving...', `address=/run/containerd/containerd.sock${suffix}`);
  say(time, 'info', 'containerd successfully booted in 0.158105s');
}

function shimEnded(time: number, id: string, say: Say): void {
  say(time, 'info', 'shim disconnected', `id=${id}`);
  say(time, 'warning', 'cleaning up after shim disconnected', `id=${id} namespace=k8s.io`);
  say(time, 'info', 'cleaning up dead shim');
}

/** The log of one pod's sandbox and containers, from what its status went through. */
class PodLog {
  private readonly started = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly refused = new Set<string>();
  private hasSandbox = false;
  private readonly sandbox: string;

  constructor(
    private readonly pod: Pod,
    private readonly say: Say,
  ) {
    this.sandbox = sandboxId(pod.metadata.uid);
  }

  observe(pod: Pod, time: number): void {
    const statuses = containerStatuses(pod);
    if (statuses.length > 0) this.makeSandbox(milliseconds(pod.status?.startTime) ?? time);
    for (const status of statuses) this.container(status, time);
  }

  private makeSandbox(time: number): void {
    if (this.hasSandbox) return;
    this.hasSandbox = true;
    const { name, uid, namespace } = this.pod.metadata;
    const call = `RunPodSandbox for &PodSandboxMetadata{Name:${name},Uid:${uid},Namespace:${namespace ?? ''},Attempt:0,}`;
    this.say(time, 'info', call);
    this.say(time, 'info', `${call} returns sandbox id "${this.sandbox}"`);
  }

  private container(status: ContainerStatus, time: number): void {
    const { state, lastState, restartCount } = status;
    for (const [each, attempt] of [
      [lastState?.terminated, restartCount - 1],
      [state?.terminated, restartCount],
    ] as const)
      if (each?.containerID !== undefined && attempt >= 0) {
        this.start(status, each.containerID, attempt, milliseconds(each.startedAt) ?? time, each.message);
        this.end(each.containerID, milliseconds(each.finishedAt) ?? time);
      }
    if (state?.running && status.containerID !== undefined)
      this.start(status, status.containerID, restartCount, milliseconds(state.running.startedAt) ?? time);
    if (state?.waiting?.reason === 'ErrImagePull') {
      const message = state.waiting.message ?? '';
      this.say(time, 'info', `PullImage ${JSON.stringify(status.image)}`);
      this.say(time, 'error', `PullImage ${JSON.stringify(status.image)} failed`, `error=${JSON.stringify(message)}`);
    }
  }

  private start({ name }: ContainerStatus, containerId: string, attempt: number, time: number, error?: string): void {
    const id = fullId(containerId);
    if (this.started.has(id)) return;
    this.started.add(id);
    const within = `CreateContainer within sandbox "${this.sandbox}" for`;
    const metadata = `&ContainerMetadata{Name:${name},Attempt:${attempt},}`;
    this.say(time, 'info', `${within} container ${metadata}`);
    this.say(time, 'info', `${within} ${metadata} returns container id "${id}"`);
    this.say(time, 'info', `StartContainer for "${id}"`);
    if (error?.startsWith('failed to create containerd task') === true) {
      this.refused.add(id);
      this.say(time, 'error', `StartContainer for "${id}" failed`, `error=${JSON.stringify(error)}`);
    } else this.say(time, 'info', `StartContainer for "${id}" returns successfully`);
  }

  private end(containerId: string, time: number): void {
    const id = fullId(containerId);
    if (this.ended.has(id) || this.refused.has(id)) return;
    this.ended.add(id);
    shimEnded(time, id, this.say);
  }

  /** The pod is gone: its containers were stopped, its sandbox is taken down. */
  gone(time: number): void {
    if (!this.hasSandbox) return;
    const { sandbox, say } = this;
    for (const id of this.started) if (!this.ended.has(id) && !this.refused.has(id)) shimEnded(time, id, say);
    say(time, 'info', `StopPodSandbox for "${sandbox}"`);
    shimEnded(time, sandbox, say);
    say(time, 'info', `TearDown network for sandbox "${sandbox}" successfully`);
    say(time, 'info', `StopPodSandbox for "${sandbox}" returns successfully`);
    for (const id of this.started)
      for (const after of ['', ' returns successfully']) say(time, 'info', `RemoveContainer for "${id}"${after}`);
  }
}

/**
 * What containerd of a node has logged (1.6, its CRI plugin), worked out from its pods' history. Lines that no API object
 * tells of (its plugins at the start, image events) are left out.
 */
export function containerdJournal({ apiServer, node, services }: ClusterNode): JournalEntry[] {
  const runs = services.runs('containerd');
  const lines: ContainerdLine[] = [];
  const now = apiServer.simulation.now();
  const say: Say = (time, level, message, fields) => {
    if (time <= now) lines.push({ time, level, message, ...(fields !== undefined && { fields }) });
  };
  const version = node.containerRuntimeVersion.replace(/^.*:\/\//, '');
  for (const { start } of runs) startLines(start, version, say);
  const pods = new Map<string, PodLog>();
  const history = apiServer.store.history();
  apiServer.simulation.charge('steps', history.length >> 3);
  for (const { time, type, resource, object } of history) {
    if (resource.resource !== 'pods' || resource.group !== '') continue;
    const pod = object as Pod;
    if (pod.spec.nodeName !== node.name) continue;
    const log = pods.get(pod.metadata.uid) ?? new PodLog(pod, say);
    pods.set(pod.metadata.uid, log);
    log.observe(pod, time);
    if (type === 'DELETED') log.gone(time);
  }
  return lines
    .map((line) => {
      const run = Math.max(
        0,
        runs.findLastIndex(({ start }) => start <= line.time),
      );
      const pid = runs.at(run)?.mainPid ?? 1;
      return { time: line.time, order: orderOf(run, 'work'), identifier: 'containerd', pid, message: lineText(line) };
    })
    .sort(byTime);
}
