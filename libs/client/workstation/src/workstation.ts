import { CLUSTER_CA_NAME, formatPem } from '@seatrial/apiserver';
import { CLUSTER_CA, createCluster, type Cluster, type ClusterOptions } from '@seatrial/cluster';
import {
  Allowance,
  Terminal,
  TextOutput,
  UNSUPPORTED,
  directoryName,
  type Machine,
  type Simulation,
} from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import {
  KNOWN_PROGRAMS,
  openShellSession,
  type ShellSession,
  type ShellStep,
  type StepStopReason,
} from '@seatrial/shell';
import { DOCKER_SETUP, REPOSITORIES, installPrograms, repositoriesOf } from '@seatrial/tools';
import { STUDENTS_PROGRAMS } from './known-programs.js';
import { adminKubeconfig } from './kubeconfig.js';
import { externalHosts, type OutsideOptions } from './outside/external-hosts.js';
import { containerPrograms, nodePrograms, workstationCommands } from './programs.js';

export interface WorkstationOptions extends Omit<ClusterOptions, 'programs' | keyof OutsideOptions>, OutsideOptions {
  /** Files in the working directory: path below it → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Somebody typed the commands: aliases of earlier ones expand. The recorder's shell, which reads scripts, expands none. */
  readonly typed?: boolean;
}

/** What came of one script. */
export interface StepResult {
  readonly stdout: string;
  readonly stderr: string;
  /** `$?` at the end. */
  readonly exit: number;
  /** Set when the step was interrupted or used up its budget, or what it left running did so later. */
  readonly stopReason?: StepStopReason;
  /** What was asked for that is not simulated, by the step or by what it set going, until the next step begins. */
  readonly unsupported: readonly string[];
  /** Virtual milliseconds that it took. */
  readonly durationMs: number;
}

export interface RunOptions {
  /** After this long it gets Ctrl-C; 60 s by default. */
  readonly timeoutMs?: number;
  /**
   * What is typed into it while it runs, line by line, as at a terminal: prompts and echo appear in `stdout`, `\u0003`
   * is Ctrl-C, `\u0004` on its own line Ctrl-D. An empty one is a terminal at which nobody types. By default there is none
   * (`/dev/null`).
   */
  readonly input?: string;
  /** At whose terminal: another node's name. Names of no node are the workstation's own. */
  readonly terminal?: string;
}

/** A student at a terminal of the cluster's first node: one shell that lives as long as the session. */
export interface Workstation {
  readonly cluster: Cluster;
  readonly machine: Machine;
  readonly home: string;
  readonly workingDirectory: string;
  /** Runs a script to its end; after `timeoutMs` (60 s) it gets Ctrl-C, as the recorder does it. */
  run(script: string, options?: RunOptions): StepResult;
  /** Waits until the cluster is quiet, as a student does who looks before typing on. */
  settle(capMs?: number): void;
}

const HOME = '/home/student';
const WORK = '/home/student/work';
const DEFAULT_TIMEOUT_MS = 60_000;
/** What one command may take of the replay's budgets (kernel's `SimulationBudget`): `processes` alive on its machine. */
const COMMAND_ALLOWANCE = { bytes: 128 * 1024 * 1024, processes: 1000, steps: 4_000_000 } as const;
/** How long a step may take to end after Ctrl-C. */
const GRACE_MS = 5000;
const OUTPUT_LIMIT = 16 * 1024 * 1024;

/** The cluster's certificate authority, as the installer leaves it on a control plane. */
function prepareAuthority({ files }: Machine): void {
  files.makeDirectories('/etc/kubernetes/pki');
  files.writeFile('/etc/kubernetes/pki/ca.crt', CLUSTER_CA);
  const key = formatPem('PRIVATE KEY', { subject: CLUSTER_CA_NAME });
  files.writeFile('/etc/kubernetes/pki/ca.key', key, { mode: 0o600 });
}

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
  if (!cluster.profile.managedApi) prepareAuthority(machine);
  for (const [path, text] of Object.entries(given)) {
    files.makeDirectories(directoryName(`${WORK}/${path}`), 'student');
    files.writeFile(`${WORK}/${path}`, text, { owner: 'student' });
  }
}

/** Gives the student's machine its programs, its files and what it can clone. */
function furnish(machine: Machine, cluster: Cluster, options: WorkstationOptions): void {
  installPrograms(machine.files, workstationCommands(), 'gnu');
  prepareFiles(machine, cluster, options.files ?? {});
  machine.provide(REPOSITORIES, repositoriesOf(options.repositoryFiles ?? []));
  if (options.typed === true) machine.provide(KNOWN_PROGRAMS, STUDENTS_PROGRAMS);
}

function openSession(machine: Machine, expandsAliases: boolean): ShellSession {
  const env = new Map([
    ['HOME', HOME],
    ['LANG', 'C.UTF-8'],
    ['LOGNAME', 'student'],
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['PWD', WORK],
    ['SHELL', '/bin/bash'],
    ['USER', 'student'],
  ]);
  const session = openShellSession(machine, { flavour: 'bash', env, cwd: WORK, user: 'student', expandsAliases });
  // A shell at a terminal reads what the student wrote for it (`exec bash`, a shell after `exit`).
  if (expandsAliases && machine.files.exists(`${HOME}/.bashrc`)) {
    const output = new TextOutput(OUTPUT_LIMIT);
    session.run('. ~/.bashrc', { stdout: output, stderr: output });
  }
  return session;
}

/** A terminal of another node: root, without a kubeconfig. */
function openNodeSession(
  machine: Machine,
  expandsAliases: boolean,
  onUnsupported: (what: string) => void,
): ShellSession {
  const env = new Map([
    ['HOME', '/root'],
    ['LANG', 'C.UTF-8'],
    ['LOGNAME', 'root'],
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['PWD', '/root'],
    ['SHELL', '/bin/bash'],
    ['USER', 'root'],
  ]);
  machine.files.makeDirectories('/root');
  installPrograms(machine.files, workstationCommands(), 'gnu');
  machine.provide(UNSUPPORTED, onUnsupported);
  if (expandsAliases) machine.provide(KNOWN_PROGRAMS, STUDENTS_PROGRAMS);
  return openShellSession(machine, { flavour: 'bash', env, cwd: '/root', user: 'root', expandsAliases });
}

/** A terminal at which somebody types these lines; the screen is the step's output. */
function typedInput(simulation: Simulation, shell: ShellSession, screen: TextOutput, lines: string): Terminal {
  const terminal = new Terminal({
    onOutput: (text) => {
      screen.append(text);
    },
    onInterrupt: () => {
      shell.interruptForeground();
    },
    after: (ms, run) => {
      simulation.after(ms, run);
    },
  });
  if (lines !== '') terminal.type(lines);
  terminal.hangUp();
  return terminal;
}

class FinishedStep implements StepResult {
  constructor(
    private readonly step: ShellStep,
    readonly stdout: string,
    readonly stderr: string,
    readonly exit: number,
    readonly unsupported: readonly string[],
    readonly durationMs: number,
  ) {}

  get stopReason(): StepStopReason | undefined {
    return this.step.stopReason;
  }
}

/** Makes a cluster and sits a student down at it. */
export function openWorkstation(options: WorkstationOptions): Workstation {
  const external = externalHosts(options);
  const programs = { programs: containerPrograms(), nodePrograms: nodePrograms(), readYaml: yamlToJson };
  const cluster = createCluster({ ...options, ...programs, external, internet: options.internet !== false });
  const { home: machine, homeNode: name } = cluster.site;
  furnish(machine, cluster, options);
  let unsupported: string[] = [];
  const note = (what: string): void => {
    if (!unsupported.includes(what)) unsupported.push(what);
  };
  machine.provide(UNSUPPORTED, note);
  const { nodeNetwork } = options.profile;
  // An installer with nodes in containers has made Docker's network for them.
  const networks = nodeNetwork ? [nodeNetwork] : [];
  machine.provide(DOCKER_SETUP, {
    catalog: cluster.images,
    programs: containerPrograms(),
    network: cluster.network,
    networks,
  });
  const { simulation } = cluster;
  const typed = options.typed === true;
  const sessions = new Map<string, ShellSession>();
  /** The terminal's shell; a new one where there is none yet, or where it has ended (`exit`). */
  const sessionAt = (terminal: string = name): ShellSession => {
    const known = sessions.get(terminal);
    if (known && !known.ended) return known;
    const other = terminal === name ? undefined : cluster.machines.get(terminal);
    const opened = other ? openNodeSession(other, typed, note) : openSession(machine, typed);
    sessions.set(terminal, opened);
    return opened;
  };

  const run = (script: string, { timeoutMs = DEFAULT_TIMEOUT_MS, input, terminal }: RunOptions = {}): StepResult => {
    const shell = sessionAt(terminal);
    const start = simulation.now();
    const [stdout, stderr] = [new TextOutput(OUTPUT_LIMIT), new TextOutput(OUTPUT_LIMIT)];
    const ownUnsupported: string[] = (unsupported = []);
    const here = (terminal === undefined ? undefined : cluster.machines.get(terminal)) ?? machine;
    // It holds while the cluster settles, too: the command's background jobs run on.
    here.allowance = new Allowance(COMMAND_ALLOWANCE, ({ budget, limit }) => {
      simulation.after(0, () => {
        shell.abort({ kind: 'budget', budget, limit });
      });
    });
    const terminalInput = input === undefined ? undefined : typedInput(simulation, shell, stdout, input);
    const step: ShellStep = shell.run(script, {
      stdout: terminalInput?.output ?? stdout,
      stderr: terminalInput?.output ?? stderr,
      timeoutMs,
      ...(terminalInput && { stdin: terminalInput.input }),
    });
    const over = (): boolean => step.finished.ready || shell.ended;
    if (!simulation.runUntilTrue(over, start + timeoutMs + GRACE_MS)) {
      shell.interrupt();
      // A shell that ignores Ctrl-C has its terminal closed.
      if (!simulation.runUntilTrue(over, simulation.now() + GRACE_MS)) shell.abort({ kind: 'interrupted' }, 'KILL');
    }
    const exit = step.exitCode ?? shell.process.exitStatus?.code ?? 130;
    return new FinishedStep(step, stdout.text, stderr.text, exit, ownUnsupported, simulation.now() - start);
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
