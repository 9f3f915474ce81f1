import { CLUSTER_NODE, type ClusterNode } from '@seatrial/cluster';
import type { FacilityKey, Machine, Process } from '@seatrial/kernel';
import { fullId, sandboxOf } from '../cluster-tools/crictl-runtime.js';

/** A process as a list shows it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly user: string;
  readonly argv: readonly string[];
  /** Its words, or the title that it has given itself. */
  readonly commandLine: string;
  /** Virtual ms since the epoch. */
  readonly startTime: number;
  readonly stopped: boolean;
}

/** The ids that a node gives what runs in its containers' own namespaces. */
class HostPids {
  private readonly known = new Map<string, number>();
  private next = 40_000;

  of(key: string): number {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    this.known.set(key, this.next);
    return this.next++;
  }
}

const HOST_PIDS: FacilityKey<HostPids> = { name: 'host-pids' };

function hostPids(machine: Machine): HostPids {
  const known = machine.facility(HOST_PIDS);
  if (known) return known;
  const made = new HostPids();
  machine.provide(HOST_PIDS, made);
  return made;
}

const UNIT_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  containerd: ['/usr/bin/containerd'],
  docker: ['/usr/bin/dockerd', '-H', 'fd://', '--containerd=/run/containerd/containerd.sock'],
  kubelet: ['/usr/bin/kubelet'],
};

/** A process that has no title. */
const listed = (process: Omit<ListedProcess, 'commandLine'>): ListedProcess => ({
  ...process,
  commandLine: process.argv.join(' '),
});

/** The main processes of a node's services, below its first process. */
function serviceProcesses({ services }: ClusterNode): ListedProcess[] {
  return services
    .list()
    .filter(({ active }) => active)
    .map(({ name, mainPid, since }) =>
      listed({
        pid: mainPid,
        parent: 1,
        user: 'root',
        argv: (name === 'kubelet' ? services.kubeletUnit?.command() : undefined) ?? UNIT_COMMANDS[name],
        startTime: since,
        stopped: false,
      }),
    );
}

/** What runs in a node's containers, each sandbox below its shim. */
function containerProcesses(machine: Machine, node: ClusterNode): ListedProcess[] {
  const pids = hostPids(machine);
  const found: ListedProcess[] = [];
  const shims = new Set<string>();
  for (const { id, podUid, running, createdAt, processes } of node.kubelet.containers()) {
    if (!running) continue;
    const sandbox = sandboxOf(node, podUid).id;
    const shim = pids.of(`shim ${sandbox}`);
    const root = { user: 'root', startTime: createdAt, stopped: false };
    if (!shims.has(sandbox)) {
      shims.add(sandbox);
      const argv = ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'k8s.io', '-id', sandbox, '-address', '/run/containerd/containerd.sock']; // prettier-ignore
      found.push(listed({ ...root, pid: shim, parent: 1, argv }));
      found.push(listed({ ...root, pid: pids.of(`pause ${sandbox}`), parent: shim, argv: ['/pause'] }));
    }
    const key = ({ pid }: Process): string => `${fullId(id)} ${pid}`;
    for (const each of processes)
      if (each.machine !== machine)
        found.push({
          pid: pids.of(key(each)),
          parent: each.parent?.machine === each.machine ? pids.of(key(each.parent)) : shim,
          user: each.user,
          argv: each.argv,
          commandLine: each.commandLine,
          startTime: each.startTime,
          stopped: each.stopped,
        });
  }
  return found;
}

const own = (process: Process): ListedProcess => ({
  pid: process.pid,
  parent: process.parent?.pid ?? 0,
  user: process.user,
  argv: process.argv,
  commandLine: process.commandLine,
  startTime: process.startTime,
  stopped: process.stopped,
});

/** What a machine's `ps` sees, by ascending id: on a node its services and what runs in its containers too. */
export function listedProcesses(machine: Machine): ListedProcess[] {
  const typed = machine.processes.list().map(own);
  const node = machine.facility(CLUSTER_NODE);
  if (!node) return typed;
  const first = { pid: 1, parent: 0, user: 'root', argv: ['/sbin/init'], startTime: machine.simulation.startTime };
  return [
    listed({ ...first, stopped: false }),
    ...serviceProcesses(node),
    ...typed,
    ...containerProcesses(machine, node),
  ].sort((a, b) => a.pid - b.pid);
}
