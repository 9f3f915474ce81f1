import { Allowance, Terminal, invariant, type Machine, type Process } from '@seatrial/kernel';
import { createShellProgram } from '@seatrial/shell';
import { installPrograms } from '@seatrial/tools';
import { workstationCommands } from '../programs.js';
import type { Workstation } from '../workstation.js';
import { completeLine, type Completion } from './complete-line.js';

/** `prompt`: the shell waits; `continuation`: for the rest of a command; `input`: a program reads; `running`: one runs. */
export type InteractiveState = 'prompt' | 'continuation' | 'input' | 'running' | 'ended';

export interface InteractiveOptions {
  /** Whatever appears on the screen, as it appears: prompts, echo, output. Lines end with `\n`. */
  readonly onOutput: (text: string) => void;
  /** At whose terminal: another node's name; the workstation's own by default. */
  readonly terminal?: string;
}

/**
 * One shell at a terminal, driven line by line, in virtual time that its caller lets pass: what a web terminal or the CLI
 * shows. A follow or a watch prints while `advance` is called; nothing happens otherwise.
 */
export interface InteractiveSession {
  readonly state: InteractiveState;
  /** The shell's prompt on the screen; '' unless it waits. */
  readonly prompt: string;
  /** The shell's working directory. */
  readonly workingDirectory: string;
  /**
   * Types a line and lets time pass until something waits for the next one, for at most `maxMs` (1 s of virtual time by
   * default). After that the state is `running` and `advance` goes on with it.
   */
  submit(line: string, options?: { readonly maxMs?: number }): void;
  /** Lets virtual time pass, with whatever runs in it. */
  advance(ms: number): void;
  /** Ctrl-C: the command in front gets SIGINT, an unfinished line is dropped. */
  interrupt(): void;
  /** Ctrl-D: the end of the input for whoever reads. */
  endOfInput(): void;
  /** What may stand for the word before the cursor (the end of the line by default): commands, files, kubectl's words. */
  complete(line: string, cursor?: number): Completion;
  /** Hangs up: the shell and what it runs are gone. */
  close(): void;
}

const DEFAULT_WAIT_MS = 1000;
/** How long a key is waited for. */
const KEY_MS = 200;
/** What the commands of one line may use together. */
const LINE_ALLOWANCE = { bytes: 128 * 1024 * 1024, processes: 1000, steps: 4_000_000 } as const;
const INTERRUPT = '\u0003\n';
const END_OF_INPUT = '\u0004\n';

class Session implements InteractiveSession {
  private readonly terminal: Terminal;
  private readonly process: Process;
  private shellState: 'prompt' | 'continuation' | 'running' = 'running';
  private shownPrompt = '';
  private over = false;

  constructor(
    private readonly workstation: Workstation,
    private readonly machine: Machine,
    private readonly options: InteractiveOptions,
    home: { readonly user: string; readonly home: string; readonly cwd: string },
  ) {
    const { simulation } = workstation.cluster;
    this.terminal = new Terminal({
      onOutput: (text) => {
        options.onOutput(text);
      },
      onInterrupt: () => {
        this.process.kill('INT');
      },
      after: (ms, run) => {
        simulation.after(ms, run);
      },
    });
    this.process = machine.processes.spawn({
      program: createShellProgram({
        flavour: 'bash',
        onPrompt: (state, prompt) => {
          this.shellState = state;
          this.shownPrompt = prompt;
        },
      }),
      argv: ['bash'],
      env: new Map([
        ['HOME', home.home],
        ['LANG', 'C.UTF-8'],
        ['LOGNAME', home.user],
        ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        ['PWD', home.cwd],
        ['SHELL', '/bin/bash'],
        ['TERM', 'xterm-256color'],
        ['USER', home.user],
      ]),
      cwd: home.cwd,
      user: home.user,
      stdin: this.terminal.input,
      stdout: this.terminal.output,
      stderr: this.terminal.output,
    });
    this.process.exited.subscribe(() => {
      this.over = true;
    });
    this.runUntilQuiet(DEFAULT_WAIT_MS);
  }

  get state(): InteractiveState {
    if (this.over) return 'ended';
    if (this.shellState !== 'running') return this.shellState;
    return this.terminal.awaited ? 'input' : 'running';
  }

  get prompt(): string {
    return this.state === 'prompt' || this.state === 'continuation' ? this.shownPrompt : '';
  }

  get workingDirectory(): string {
    return this.process.cwd;
  }

  submit(line: string, { maxMs = DEFAULT_WAIT_MS }: { readonly maxMs?: number } = {}): void {
    if (this.over) return;
    this.machine.allowance = new Allowance(LINE_ALLOWANCE, ({ budget, limit }) => {
      this.options.onOutput(`stopped: a command may use ${String(limit)} ${budget}\n`);
    });
    this.terminal.type(`${line.replace(/[\n\u0003\u0004]/g, '')}\n`);
    this.runUntilQuiet(maxMs);
  }

  advance(ms: number): void {
    const { simulation } = this.workstation.cluster;
    simulation.runUntil(simulation.now() + ms);
  }

  interrupt(): void {
    if (this.over) return;
    // Nothing reads: the signal goes out now, not when the terminal's queue comes to it.
    if (this.state === 'running') {
      this.options.onOutput('^C\n');
      this.process.kill('INT');
    } else this.terminal.type(INTERRUPT);
    this.runUntilQuiet(KEY_MS);
  }

  endOfInput(): void {
    if (this.over) return;
    this.terminal.type(END_OF_INPUT);
    this.runUntilQuiet(KEY_MS);
  }

  complete(line: string, cursor = line.length): Completion {
    return completeLine(
      { cluster: this.workstation.cluster, machine: this.machine, process: this.process },
      line.slice(0, cursor),
    );
  }

  close(): void {
    this.terminal.hangUp();
    for (const process of this.machine.processes.list()) {
      for (let at: Process | undefined = process; at; at = at.parent)
        if (at === this.process) {
          process.kill('KILL');
          break;
        }
    }
    this.over = true;
  }

  private runUntilQuiet(maxMs: number): void {
    const { simulation } = this.workstation.cluster;
    simulation.runUntilTrue(() => this.over || this.terminal.awaited, simulation.now() + maxMs);
  }
}

/** Opens a shell at a terminal of the workstation, or of another node, where one is root. */
export function openInteractiveSession(workstation: Workstation, options: InteractiveOptions): InteractiveSession {
  const { terminal } = options;
  const node = terminal === undefined ? undefined : workstation.cluster.machines.get(terminal);
  invariant(terminal === undefined || node, `no machine ${terminal ?? ''}`);
  const own = node === undefined || node === workstation.machine;
  if (!own) {
    node.files.makeDirectories('/root');
    installPrograms(node.files, workstationCommands(), 'gnu');
  }
  const home = own
    ? { user: 'student', home: workstation.home, cwd: workstation.workingDirectory }
    : { user: 'root', home: '/root', cwd: '/root' };
  return new Session(workstation, own ? workstation.machine : node, options, home);
}
