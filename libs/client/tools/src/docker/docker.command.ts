import { compareStrings, ok, sleep, type Coroutine, type Process } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { DockerCall, notSimulated, type DockerCommand } from './docker-command.js';
import { buildxCommand } from './commands/buildx.commands.js';
import { DockerFailure, DockerFlagFailure } from './docker-failure.js';
import { dockerHelp } from './docker-help.js';
import { DockerFlags, SHORTHAND, beforeCommand, flagNames, parseDockerFlags } from './docker-flags.js';
import { argumentFailure, flagFailure, unknownCommand } from './docker-usage.js';
import { DOCKER_COMMANDS } from './commands/registry.js';
import { COMPOSE_VERSION, composeCommand } from './compose/compose.command.js';
import { DockerEngine } from './engine/docker-engine.js';

const STARTUP_MS = 40;
const GLOBAL_FLAGS =
  '-D --debug, -H --host=*, --config=, -c --context=, -l --log-level=, --tls, --tlscacert=, --tlscert=, --tlskey=, --tlsverify, -v --version';

const ROOT: DockerCommand = {
  name: 'docker',
  usage: '[OPTIONS] COMMAND [ARG...]',
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

function* showHelp(process: Process, path: string, command: DockerCommand, flags: DockerFlags): Coroutine<number> {
  // Who names no command is told so on standard error, but by plugins.
  const asked = flags.has('help') || command === composeCommand || command === buildxCommand;
  const stream = asked ? process.stdout : process.stderr;
  if (flags.value('help') === SHORTHAND) yield* stream.write('Flag shorthand -h has been deprecated, use --help\n');
  yield* stream.write(helpText(path, command, process.env.get('HOME') ?? '/root'));
  return 0;
}

/** `docker help ps`: the help of the commands that are named. */
function* runHelp(process: Process, topic: readonly string[]): Coroutine<number> {
  let [path, command, rest] = ['docker', ROOT, topic];
  for (let found; rest.length > 0 && (found = named(command.commands ?? [], rest[0])); rest = rest.slice(1))
    [path, command] = [`${path} ${found.name}`, found];
  if (rest.length > 0) throw new DockerFailure(`unknown help topic: ${rest.join(' ')}`);
  return yield* showHelp(process, path, command, new DockerFlags(new Map([['help', ['true']]]), []));
}

/** A group of commands: what stands before the name of one, and that one with what follows (cobra's Traverse). */
function* runGroup(
  process: Process,
  engine: DockerEngine,
  path: string,
  group: DockerCommand,
  args: readonly string[],
): Coroutine<number> {
  const known = `${group.flags ?? ''}, ${group.unfollowed ?? ''}`;
  const [before, [name, ...rest]] = beforeCommand(args, known);
  const found = name === undefined ? undefined : named(group.commands ?? [], name);
  // The client itself reads its own flags before it looks for a command.
  const parsed = parseDockerFlags(group === ROOT || found ? before : args, known, true);
  if (!parsed.ok)
    throw found && group !== ROOT ? new DockerFailure(parsed.error) : flagFailure(path, group, parsed.error);
  let flags = parsed.value;
  const unfollowed = flagNames(group.unfollowed ?? '').find((flag) => flags.has(flag));
  if (unfollowed !== undefined) notSimulated(process, `${path} --${unfollowed}`);
  if (group === ROOT && name === 'help') return yield* runHelp(process, rest);
  if (found && !flags.on('version')) {
    const more = flags.has('help') ? [...rest, '--help'] : rest;
    return yield* runFound(process, engine, `${path} ${found.name}`, found, more, flags);
  }
  if (group === ROOT && name !== undefined && !flags.on('version')) {
    const all = parseDockerFlags([name, ...rest], known, true);
    if (!all.ok) throw flagFailure(path, group, all.error);
    flags = all.value;
  }
  if (flags.on('version')) {
    yield* process.stdout.write(group === composeCommand ? COMPOSE_VERSION : VERSION);
    return 0;
  }
  if (group === composeCommand && name !== undefined) {
    yield* process.stdout.write(helpText(path, group, process.env.get('HOME') ?? '/root'));
    throw new DockerFailure(`unknown docker command: "compose ${name}"`);
  }
  if (flags.has('help') || flags.args.length === 0) return yield* showHelp(process, path, group, flags);
  throw unknownCommand(path, group, flags.args[0]);
}

function* runFound(
  process: Process,
  engine: DockerEngine,
  path: string,
  command: DockerCommand,
  args: readonly string[],
  parent?: DockerFlags,
): Coroutine<number> {
  if (command.commands) return yield* runGroup(process, engine, path, command, args);
  const parsed = command.raw
    ? ok(new DockerFlags(new Map(), []))
    : parseDockerFlags(args, `${command.flags ?? ''}, ${command.unfollowed ?? ''}`, command.stopAtArgument !== true);
  if (!parsed.ok) throw flagFailure(path, command, parsed.error);
  const flags = parsed.value;
  if (flags.has('help')) return yield* showHelp(process, path, command, flags);
  const unfollowed = flagNames(command.unfollowed ?? '').find((name) => flags.has(name));
  if (unfollowed !== undefined) notSimulated(process, `${path} --${unfollowed}`);
  const miscounted = argumentFailure(path, command, flags.args);
  if (miscounted) throw miscounted;
  try {
    return command.run ? yield* command.run(new DockerCall(process, engine, flags, parent)) : 0;
  } catch (failure) {
    throw failure instanceof DockerFlagFailure ? flagFailure(path, command, failure.message) : failure;
  }
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
