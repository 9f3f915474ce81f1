import { reportUnsupported, type Coroutine, type Process } from '@seatrial/kernel';
import { DockerFailure } from './docker-failure.js';
import type { DockerFlags } from './docker-flags.js';
import type { DockerEngine } from './engine/docker-engine.js';

/** One call of a docker command. */
export class DockerCall {
  constructor(
    readonly process: Process,
    readonly engine: DockerEngine,
    readonly flags: DockerFlags,
    /** Flags that stood before the command's name (`docker compose -f … up`). */
    readonly parent?: DockerFlags,
  ) {}

  get args(): readonly string[] {
    return this.flags.args;
  }

  get now(): number {
    return this.engine.simulation.now();
  }

  *out(text: string): Coroutine<void> {
    if (text !== '') yield* this.process.stdout.write(text);
  }

  *err(text: string): Coroutine<void> {
    if (text !== '') yield* this.process.stderr.write(text);
  }
}

/** A docker command: one file, one line of the registry. */
export interface DockerCommand {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What follows the name in the usage line. */
  readonly usage: string;
  readonly short: string;
  /** Flags in the notation of docker-flags.ts. */
  readonly flags?: string;
  /** Flags that the real command has and this one does not follow: whoever gives one is told so. */
  readonly unfollowed?: string;
  /** How many arguments it takes. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Flags end at the first argument. */
  readonly stopAtArgument?: boolean;
  /** Its arguments are not looked at. */
  readonly raw?: boolean;
  readonly commands?: readonly DockerCommand[];
  readonly run?: (call: DockerCall) => Coroutine<number>;
}

/** Types a command where it is written. */
export const defineDockerCommand = (command: DockerCommand): DockerCommand => command;

/** Ends a command that is not simulated. */
export function notSimulated(process: Process, what: string): never {
  reportUnsupported(process.machine, what);
  throw new DockerFailure(`${what}: not simulated`);
}

/** Runs an action for each argument; failures are printed and the rest goes on, as docker does it. */
export function* forEachArgument(call: DockerCall, action: (argument: string) => Coroutine<void>): Coroutine<number> {
  let status = 0;
  for (const argument of call.args) {
    try {
      yield* action(argument);
    } catch (failure) {
      if (!(failure instanceof DockerFailure)) throw failure;
      status = 1;
      yield* call.err(`${failure.message}\n`);
    }
  }
  return status;
}
