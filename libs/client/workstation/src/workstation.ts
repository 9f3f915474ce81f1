import { CLUSTER_CA, createCluster, type Cluster, type ClusterOptions } from '@seatrial/cluster';
import { TextOutput, UNSUPPORTED, directoryName, invariant, type Machine } from '@seatrial/kernel';
import { openShellSession, type ShellSession, type ShellStep, type StepStopReason } from '@seatrial/shell';
import { DOCKER_SETUP, installPrograms } from '@seatrial/tools';
import { adminKubeconfig } from './kubeconfig.js';
import { containerPrograms, nodePrograms, workstationCommands } from './programs.js';

export interface WorkstationOptions extends Omit<ClusterOptions, 'programs'> {
  /** Files in the working directory: path below it → text. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What came of one script. */
export interface StepResult {
  readonly stdout: string;
  readonly stderr: string;
  /** `$?` at the end. */
  readonly exit: number;
  /** Set when the step was interrupted or used up its budget. */
  readonly stopReason?: StepStopReason;
  /** What was asked for that is not simulated. */
  readonly unsupported: readonly string[];
  /** Virtual milliseconds that it took. */
  readonly durationMs: number;
}

/** A student at a terminal of the cluster's first node: one shell that lives as long as the session. */
export interface Workstation {
  readonly cluster: Cluster;
  readonly machine: Machine;
  readonly home: string;
  readonly workingDirectory: string;
  /** Runs a script to its end; after `timeoutMs` (60 s) it gets Ctrl-C, as the recorder does it. */
  run(script: string, options?: { readonly timeoutMs?: number }): StepResult;
  /** Waits until the cluster is quiet, as a student does who looks before typing on. */
  settle(capMs?: number): void;
}

const HOME = '/home/student';
const WORK = '/home/student/work';
const DEFAULT_TIMEOUT_MS = 60_000;
/** How long a step may take to end after Ctrl-C. */
const GRACE_MS = 5000;
const OUTPUT_LIMIT = 16 * 1024 * 1024;

function prepareFiles(machine: Machine, cluster: Cluster, given: Readonly<Record<string, string>>): void {
  const { files } = machine;
  files.makeDirectories(WORK, 'student');
  files.makeDirectories(`${HOME}/.kube`, 'student');
  files.writeFile(`${HOME}/.kube/config`, adminKubeconfig(cluster.profile, CLUSTER_CA), {
    mode: 0o600,
    owner: 'student',
  });
  files.makeDirectories('/etc/kubernetes');
  files.writeFile('/etc/kubernetes/admin.conf', adminKubeconfig(cluster.profile, CLUSTER_CA), { mode: 0o600 });
  for (const [path, text] of Object.entries(given)) {
    files.makeDirectories(directoryName(`${WORK}/${path}`), 'student');
    files.writeFile(`${WORK}/${path}`, text, { owner: 'student' });
  }
}

function openSession(machine: Machine): ShellSession {
  const env = new Map([
    ['HOME', HOME],
    ['LANG', 'C.UTF-8'],
    ['LOGNAME', 'student'],
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['PWD', WORK],
    ['SHELL', '/bin/bash'],
    ['USER', 'student'],
  ]);
  return openShellSession(machine, { flavour: 'bash', env, cwd: WORK, user: 'student' });
}

/** Makes a cluster and sits a student down at it. */
export function openWorkstation(options: WorkstationOptions): Workstation {
  const cluster = createCluster({ ...options, programs: containerPrograms(), nodePrograms: nodePrograms() });
  const name = options.profile.nodes.find((node) => node.controlPlane)?.name ?? options.profile.nodes[0].name;
  const machine = cluster.machines.get(name);
  invariant(machine, `no machine ${name}`);
  installPrograms(machine.files, workstationCommands(), 'gnu');
  prepareFiles(machine, cluster, options.files ?? {});
  const unsupported: string[] = [];
  machine.provide(UNSUPPORTED, (what) => unsupported.push(what));
  machine.provide(DOCKER_SETUP, { catalog: cluster.images, programs: containerPrograms(), network: cluster.network });
  const session = openSession(machine);
  const { simulation } = cluster;

  const run = (
    script: string,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): StepResult => {
    const start = simulation.now();
    const [stdout, stderr] = [new TextOutput(OUTPUT_LIMIT), new TextOutput(OUTPUT_LIMIT)];
    unsupported.length = 0;
    const step: ShellStep = session.run(script, { stdout, stderr, timeoutMs });
    simulation.runUntilTrue(() => step.finished.ready, start + timeoutMs + GRACE_MS);
    if (!step.finished.ready) {
      session.interrupt();
      simulation.runUntilTrue(() => step.finished.ready, simulation.now() + GRACE_MS);
    }
    return {
      stdout: stdout.text,
      stderr: stderr.text,
      exit: step.exitCode ?? 130,
      stopReason: step.stopReason,
      unsupported: [...unsupported],
      durationMs: simulation.now() - start,
    };
  };
  return {
    cluster,
    machine,
    home: HOME,
    workingDirectory: WORK,
    run,
    settle: (capMs) => {
      cluster.settle(capMs);
    },
  };
}
