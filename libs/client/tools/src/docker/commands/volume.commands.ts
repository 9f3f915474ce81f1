import { compareStrings } from '@seatrial/kernel';
import { defineDockerCommand, forEachArgument, notSimulated } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import { parseLabels } from './container-settings.js';
import { formatListing } from './docker-format.js';
import { volumeInspect } from './inspect.command.js';

const usersOf = (engine: DockerEngine, volume: string): string[] =>
  [...engine.containers.values()]
    .filter(({ settings }) => settings.mounts.some(({ name }) => name === volume))
    .map(({ id }) => id);

const create = defineDockerCommand({
  name: 'create',
  usage: '[OPTIONS] [VOLUME]',
  short: 'Create a volume',
  flags: '-d --driver=, --label=*, -o --opt=*',
  maximum: 1,
  *run(call) {
    const driver = call.flags.value('driver') ?? 'local';
    if (driver !== 'local' || call.flags.has('opt')) notSimulated(call.process, 'docker volume create --driver/--opt');
    const name = call.args[0] ?? call.engine.random.hex(64);
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name))
      daemonFailure(
        `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      );
    call.engine.createVolume(name, parseLabels(call.flags.list('label')));
    yield* call.out(`${name}\n`);
    return 0;
  },
});

const list = defineDockerCommand({
  name: 'ls',
  aliases: ['list'],
  usage: '[OPTIONS]',
  short: 'List volumes',
  flags: '-f --filter=*, --format=, -q --quiet',
  maximum: 0,
  *run(call) {
    if (call.flags.has('filter')) notSimulated(call.process, 'docker volume ls --filter');
    const names = [...call.engine.volumes.keys()].sort(compareStrings);
    yield* call.out(
      formatListing({
        columns: { Driver: 'DRIVER', Name: 'VOLUME NAME' },
        rows: names.map((name) => ({ Driver: 'local', Name: name, Scope: 'local' })),
        type: '*formatter.volumeContext',
        quiet: { on: call.flags.on('quiet'), field: 'Name' },
        format: call.flags.value('format'),
      }),
    );
    return 0;
  },
});

const remove = defineDockerCommand({
  name: 'rm',
  aliases: ['remove'],
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  short: 'Remove one or more volumes',
  flags: '-f --force',
  minimum: 1,
  *run(call) {
    return yield* forEachArgument(call, function* (name) {
      if (!call.engine.volumes.has(name) && !call.flags.on('force')) daemonFailure(`get ${name}: no such volume`);
      const users = usersOf(call.engine, name);
      if (users.length > 0) daemonFailure(`remove ${name}: volume is in use - [${users.join(', ')}]`);
      call.engine.volumes.delete(name);
      yield* call.out(`${name}\n`);
    });
  },
});

const prune = defineDockerCommand({
  name: 'prune',
  usage: '[OPTIONS]',
  short: 'Remove unused local volumes',
  flags: '-a --all, -f --force, --filter=*',
  maximum: 0,
  *run(call) {
    if (!call.flags.on('force')) notSimulated(call.process, 'docker volume prune without --force');
    const unused = [...call.engine.volumes.keys()].filter(
      (name) => usersOf(call.engine, name).length === 0 && (call.flags.on('all') || /^[0-9a-f]{64}$/.test(name)),
    );
    for (const name of unused) call.engine.volumes.delete(name);
    if (unused.length > 0) yield* call.out(`Deleted Volumes:\n${unused.join('\n')}\n\n`);
    yield* call.out('Total reclaimed space: 0B\n');
    return 0;
  },
});

export const volumeCommand = defineDockerCommand({
  name: 'volume',
  usage: 'COMMAND',
  short: 'Manage volumes',
  commands: [create, volumeInspect, list, prune, remove],
});
