import { waitFor, type Coroutine, type Process } from '@seatrial/kernel';

/** A child process of a server, as lists show it. */
export interface Worker {
  readonly title: string;
  readonly user?: string;
}

/** Lives until a signal ends it. */
function* idle(process: Process): Coroutine<number> {
  for (;;) yield* waitFor([process.signalArrived]);
}

/** The children of a server: they do nothing here but to be there, and when one is killed another takes its place. */
export class WorkerProcesses {
  private generation = 0;
  private readonly alive = new Set<Process>();

  constructor(private readonly server: Process) {}

  /** Starts children, in place of those that there are. */
  start(workers: readonly Worker[]): void {
    const generation = ++this.generation;
    for (const process of [...this.alive]) process.kill('TERM');
    for (const worker of workers) this.expect(worker, generation);
  }

  private expect(worker: Worker, generation: number): void {
    const { machine, argv, stdin, stdout, stderr } = this.server;
    const { title, user } = worker;
    const streams = { stdin, stdout, stderr };
    machine.processes.spawnUnseen(
      { program: idle, argv, title, ...streams, ...(user !== undefined && { user }) },
      this.server,
      (process) => {
        if (generation !== this.generation) return;
        this.alive.add(process);
        process.exited.subscribe(() => {
          this.alive.delete(process);
          if (generation === this.generation && !this.server.exitStatus) this.expect(worker, generation);
        });
      },
    );
  }

  /** Ends them all, for good. */
  stop(): void {
    this.start([]);
  }
}

/** Runs a server that has these children for as long as it runs. */
export function* withWorkers(
  process: Process,
  workers: readonly Worker[],
  server: Coroutine<number>,
): Coroutine<number> {
  const children = new WorkerProcesses(process);
  children.start(workers);
  try {
    return yield* server;
  } finally {
    children.stop();
  }
}
