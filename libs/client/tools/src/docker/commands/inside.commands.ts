import { baseName, directoryName, resolvePath, type Coroutine, type FileSystem } from '@seatrial/kernel';
import { TabWriter, readTree, writeEntry } from '@seatrial/kubectl';
import { defineDockerCommand, notSimulated, type DockerCall } from '../docker-command.js';
import type { Container } from '../engine/container.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import { attachUntilExit } from './follow-log.js';
import { hostPid } from './inspect-container.js';

/** `NAME:PATH`; undefined for a path of the client's machine. */
function inContainer(text: string): { readonly name: string; readonly path: string } | undefined {
  const colon = text.indexOf(':');
  if (colon <= 0 || /^[./]/.test(text)) return undefined;
  return { name: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** Where a copy lands: below the target when that is a directory, else at the target itself. */
function copyTo(from: FileSystem, source: string, to: FileSystem, target: string, owner?: string): string | undefined {
  const contents = source.endsWith('/.');
  const path = resolvePath('/', source);
  const into = to.isDirectory(resolvePath('/', target)) || target.endsWith('/');
  const destination = resolvePath('/', into && !contents ? `${target}/${baseName(path)}` : target);
  const tree = readTree(from, path, baseName(destination));
  if (!tree.ok) return 'source';
  if (!to.isDirectory(directoryName(destination))) return 'target';
  for (const entry of tree.value) {
    if (entry.type === 'file' && to.exists(resolvePath(directoryName(destination), entry.name)))
      to.remove(resolvePath(directoryName(destination), entry.name));
    writeEntry(to, directoryName(destination), entry, owner);
  }
  return undefined;
}

export const cpCommand = defineDockerCommand({
  name: 'cp',
  usage: '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH',
  short: 'Copy files/folders between a container and the local filesystem',
  flags: '-a --archive, -L --follow-link, -q --quiet',
  minimum: 2,
  maximum: 2,
  *run(call) {
    return yield* copyCommand(call, call.args[0], call.args[1]);
  },
});

/** Copies between a container (`NAME:PATH`) and the client's machine. */
export function* copyCommand(call: DockerCall, source: string, target: string): Coroutine<number> {
  const { process, engine } = call;
  const [from, to] = [inContainer(source), inContainer(target)];
  if (from && to) throw new DockerFailure('copying between containers is not supported');
  if (!from && !to) throw new DockerFailure('must specify at least one container source');
  if (source === '-' || target === '-') notSimulated(process, 'docker cp with a stream');
  const local = (path: string): string =>
    `${resolvePath(process.cwd, path)}${path.endsWith('/.') ? '/.' : path.endsWith('/') ? '/' : ''}`;
  const container = engine.get(from?.name ?? to?.name ?? '');
  const host = process.machine.files;
  if (from) {
    const failed = copyTo(container.files(), resolveIn(from.path), host, local(target), process.user);
    if (failed === 'source') daemonFailure(`Could not find the file ${from.path} in container ${from.name}`);
    if (failed)
      throw new DockerFailure(`invalid output path: directory "${directoryName(local(target))}" does not exist`);
    return 0;
  }
  const path = to?.path ?? '/';
  const failed = copyTo(host, local(source), container.files(), resolveIn(path));
  if (failed === 'source') throw new DockerFailure(`lstat ${local(source)}: no such file or directory`);
  if (failed) daemonFailure(`Could not find the file ${directoryName(resolveIn(path))} in container ${to?.name ?? ''}`);
  return 0;
}

/** A path in a container; without a slash in front it starts at the root. */
function resolveIn(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/** A user of a container as the machine's ps shows him: by the number that he has inside, where the machine has no such user. */
function uidShown({ engine, machine }: Container, user: string): string {
  const line = (files: FileSystem | undefined): string | undefined => {
    const passwd = files?.readFile('/etc/passwd');
    return passwd?.ok ? passwd.value.split('\n').find((each) => each.startsWith(`${user}:`)) : undefined;
  };
  if (line(engine.host.files) !== undefined) return user;
  return line(machine?.files)?.split(':')[2] ?? user;
}

/** A container's processes as `ps -ef` has them: UID, PID, PPID, C, STIME, TTY, TIME, CMD. */
export function processTable(container: Container): string[][] {
  const first = hostPid(container);
  return (container.machine?.processes.list() ?? []).map(({ pid, parent, user, startTime, commandLine }) => {
    const started = new Date(startTime).toISOString().slice(11, 16);
    const parentPid = parent ? first + parent.pid - 1 : first - 21;
    const terminal = container.settings.tty ? 'pts/0' : '?';
    // The engine splits what ps prints at blanks.
    const command = commandLine.split(/\s+/).filter((word) => word !== '');
    return [
      uidShown(container, user),
      String(first + pid - 1),
      String(parentPid),
      '0',
      started,
      terminal,
      '00:00:00',
      command.join(' '),
    ];
  });
}

export const topCommand = defineDockerCommand({
  name: 'top',
  usage: 'CONTAINER [ps OPTIONS]',
  short: 'Display the running processes of a container',
  minimum: 1,
  stopAtArgument: true,
  *run(call) {
    const [reference, ...options] = call.args;
    if (options.length > 0) notSimulated(call.process, 'docker top with ps options');
    const container = call.engine.get(reference);
    if (!container.running) daemonFailure(`container ${container.id} is not running`);
    const writer = new TabWriter({ minWidth: 20, padding: 3 });
    writer.write('UID\tPID\tPPID\tC\tSTIME\tTTY\tTIME\tCMD\n');
    for (const row of processTable(container)) writer.write(`${row.join('\t')}\n`);
    yield* call.out(writer.flush());
    return 0;
  },
});

export const portCommand = defineDockerCommand({
  name: 'port',
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  short: 'List port mappings or a specific mapping for the container',
  minimum: 1,
  maximum: 2,
  *run(call) {
    const [reference, wanted] = call.args;
    const container = call.engine.get(reference);
    const key = wanted === undefined || wanted.includes('/') ? wanted : `${wanted}/tcp`;
    const lines: string[] = [];
    for (const [port, bindings] of container.bound) {
      if (key !== undefined && key !== port) continue;
      for (const { hostIp, hostPort } of bindings)
        for (const address of hostIp === '' ? ['0.0.0.0', '[::]'] : [hostIp])
          lines.push(`${key === undefined ? `${port} -> ` : ''}${address}:${hostPort}\n`);
    }
    if (key !== undefined && lines.length === 0)
      throw new DockerFailure(`no public port '${key}' published for ${reference}`);
    yield* call.out(lines.join(''));
    return 0;
  },
});

export const attachCommand = defineDockerCommand({
  name: 'attach',
  usage: '[OPTIONS] CONTAINER',
  short: 'Attach local standard input, output, and error streams to a running container',
  flags: '--detach-keys=, --no-stdin, --sig-proxy',
  minimum: 1,
  maximum: 1,
  *run(call) {
    return yield* attachTo(call, call.engine.get(call.args[0]));
  },
});

/** Shows what a running container writes until it ends. */
export function* attachTo(call: DockerCall, container: Container): Coroutine<number> {
  if (!container.running) throw new DockerFailure('cannot attach to a stopped container, start it first');
  if (container.settings.openStdin && !call.flags.on('no-stdin'))
    notSimulated(call.process, 'docker attach to a container with open stdin');
  yield* attachUntilExit(call.process, container, container.log.lines.length);
  return container.exitCode;
}
