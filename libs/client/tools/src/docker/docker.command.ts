import { compareStrings, ok, sleep, type Coroutine, type Process } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { DockerCall, notSimulated, type DockerCommand } from './docker-command.js';
import { DockerFailure } from './docker-failure.js';
import { dockerHelp } from './docker-help.js';
import { DockerFlags, flagNames, parseDockerFlags } from './docker-flags.js';
import { DOCKER_COMMANDS } from './commands/registry.js';
import { COMPOSE_VERSION, composeCommand } from './compose/compose.command.js';
import { DockerEngine } from './engine/docker-engine.js';

const STARTUP_MS = 40;
const GLOBAL_FLAGS =
  '-D --debug, -H --host=*, --config=, -c --context=, -l --log-level=, --tls, --tlscacert=, --tlscert=, --tlskey=, --tlsverify, -v --version';

const ROOT: DockerCommand = {
  name: 'docker',
  usage: '[OPTIONS] COMMAND',
  short: 'A self-sufficient runtime for containers',
  flags: GLOBAL_FLAGS,
  commands: [...DOCKER_COMMANDS, composeCommand].sort((a, b) => compareStrings(a.name, b.name)),
};

const VERSION = 'Docker version 28.5.1, build e180ab8\n';
const NO_DAEMON = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';

const named = (commands: readonly DockerCommand[], name: string): DockerCommand | undefined =>
  commands.find((command) => command.name === name || command.aliases?.includes(name));

function helpText(path: string, command: DockerCommand, home: string): string {
  if (command === ROOT) return dockerHelp(ROOT, home);
  const list = (command.commands ?? []).map(({ name, short }) => `  ${name.padEnd(11)} ${short}\n`).join('');
  const usage = `Usage:  ${path} ${command.commands ? (command.flags ? '[OPTIONS] COMMAND' : 'COMMAND') : command.usage}`;
  const more =
    list === '' ? '' : `\nCommands:\n${list}\nRun '${path} COMMAND --help' for more information on a command.\n`;
  return `${usage}\n\n${command.short}\n${more}`;
}

function usageFailure(path: string, command: DockerCommand, problem: string, status: number): DockerFailure {
  const options = command.commands ? 'COMMAND' : command.usage;
  return new DockerFailure(
    `${problem}\n\nUsage:  ${path} ${options}\n\nRun '${path} --help' for more information`,
    status,
  );
}

function checkArguments(path: string, command: DockerCommand, count: number): void {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = command;
  if (count >= minimum && count <= maximum) return;
  const plural = (number: number): string => (number === 1 ? 'argument' : 'arguments');
  const demand =
    maximum === 0
      ? 'accepts no arguments'
      : minimum === maximum
        ? `requires ${minimum} ${plural(minimum)}`
        : count < minimum
          ? `requires at least ${minimum} ${plural(minimum)}`
          : `requires at most ${maximum} ${plural(maximum)}`;
  throw usageFailure(path, command, `docker: '${path}' ${demand}`, 1);
}

function* runFound(
  process: Process,
  engine: DockerEngine,
  path: string,
  command: DockerCommand,
  args: readonly string[],
  parent?: DockerFlags,
): Coroutine<number> {
  const group = command.commands !== undefined;
  const parsed = command.raw
    ? ok(new DockerFlags(new Map(), []))
    : parseDockerFlags(
        args,
        `${command.flags ?? ''}, ${command.unfollowed ?? ''}`,
        !(group || (command.stopAtArgument ?? false)),
      );
  if (!parsed.ok) throw usageFailure(path, command, parsed.error, 125);
  const flags = parsed.value;
  if (flags.has('help')) {
    yield* process.stdout.write(helpText(path, command, process.env.get('HOME') ?? '/root'));
    return 0;
  }
  const unfollowed = flagNames(command.unfollowed ?? '').find((name) => flags.has(name));
  if (unfollowed !== undefined) notSimulated(process, `${path} --${unfollowed}`);
  if (command.commands) {
    const [name, ...rest] = flags.args;
    if (name === undefined || flags.on('version')) {
      if (flags.on('version')) {
        yield* process.stdout.write(command === composeCommand ? COMPOSE_VERSION : VERSION);
        return 0;
      }
      yield* process.stdout.write(helpText(path, command, process.env.get('HOME') ?? '/root'));
      return 0;
    }
    if (name === 'help') return yield* runFound(process, engine, path, command, [...rest, '--help']);
    const found = named(command.commands, name);
    if (!found && command.name === 'compose') {
      yield* process.stdout.write(helpText(path, command, process.env.get('HOME') ?? '/root'));
      throw new DockerFailure(`unknown docker command: "compose ${name}"`);
    }
    if (!found)
      throw new DockerFailure(`docker: unknown command: ${path} ${name}\n\nRun '${path} --help' for more information`);
    return yield* runFound(process, engine, `${path} ${found.name}`, found, rest, flags);
  }
  checkArguments(path, command, flags.args.length);
  return command.run ? yield* command.run(new DockerCall(process, engine, flags, parent)) : 0;
}

function* runDocker(process: Process, path: string, root: DockerCommand): Coroutine<number> {
  yield* sleep(STARTUP_MS);
  const engine = DockerEngine.of(process.machine);
  try {
    if (!engine) throw new DockerFailure(NO_DAEMON);
    return yield* runFound(process, engine, path, root, process.argv.slice(1));
  } catch (failure) {
    if (!(failure instanceof DockerFailure)) throw failure;
    yield* process.stderr.write(`${failure.message}\n`);
    return failure.status;
  }
}

/** Docker 28.5's client. */
export const docker = defineCommand({
  name: 'docker',
  userlands: ['gnu'],
  *program(process) {
    return yield* runDocker(process, 'docker', ROOT);
  },
});

/** Compose v2 under its old name. */
export const dockerCompose = defineCommand({
  name: 'docker-compose',
  userlands: ['gnu'],
  *program(process) {
    return yield* runDocker(process, 'docker-compose', composeCommand);
  },
});
