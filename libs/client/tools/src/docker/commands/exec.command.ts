import { TextInput, sleep, waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { borrowInput, borrowOutput } from '@seatrial/shell';
import { defineDockerCommand } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import { execOnNode, findNodeContainer } from './node-container.js';
import { parseEnvironment } from './container-settings.js';

const EXEC_MS = 60;

export interface ExecOptions {
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string | undefined;
  readonly user: string | undefined;
  readonly interactive: boolean;
  readonly detach: boolean;
}

/** Runs a command in a running container with the client's streams; gives its exit status. */
export function* execIn(
  process: Process,
  container: Container,
  command: readonly string[],
  options: ExecOptions,
): Coroutine<number> {
  yield* sleep(EXEC_MS);
  const quiet = {
    ...borrowOutput(process.stdout),
    *write() {
      return true;
    },
  };
  const started = container.spawn(
    command,
    {
      stdin: options.interactive ? borrowInput(process.stdin) : new TextInput(''),
      stdout: options.detach ? quiet : borrowOutput(process.stdout),
      stderr: options.detach ? quiet : borrowOutput(process.stderr),
    },
    {
      env: options.env,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.user !== undefined && { user: options.user === '0' ? 'root' : options.user }),
    },
  );
  if (!started.ok) {
    const { text, status } = started.error;
    throw new DockerFailure(
      `OCI runtime exec failed: exec failed: unable to start container process: ${text}: unknown`,
      status,
    );
  }
  if (options.detach) return 0;
  yield* waitFor([started.value.exited]);
  return started.value.exitStatus?.code ?? 0;
}

export const execCommand = defineDockerCommand({
  name: 'exec',
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  short: 'Execute a command in a running container',
  flags:
    '-d --detach, --detach-keys=, -e --env=*, --env-file=*, -i --interactive, --privileged, -t --tty, -u --user=, -w --workdir=',
  minimum: 2,
  stopAtArgument: true,
  *run(call) {
    const { flags, process } = call;
    const [reference, ...command] = call.args;
    const node = findNodeContainer(call.engine, reference);
    if (node) {
      if (flags.on('tty') && flags.on('interactive') && !process.stdin.isTerminal)
        throw new DockerFailure('the input device is not a TTY');
      const env = parseEnvironment(flags.list('env'), process.env);
      return yield* execOnNode(process, node, command, { env, cwd: flags.value('workdir') });
    }
    const container = call.engine.get(reference);
    if (!container.running) daemonFailure(`container ${container.id} is not running`);
    if (container.state === 'paused')
      daemonFailure(`Container ${container.id} is paused, unpause the container before exec`);
    const interactive = flags.on('interactive');
    if (flags.on('tty') && interactive && !process.stdin.isTerminal)
      throw new DockerFailure('the input device is not a TTY');
    return yield* execIn(process, container, command, {
      env: parseEnvironment(flags.list('env'), process.env),
      cwd: flags.value('workdir'),
      user: flags.value('user'),
      interactive,
      detach: flags.on('detach'),
    });
  },
});
