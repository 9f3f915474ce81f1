import { compareStrings } from '@seatrial/kernel';
import { notSimulated } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import { parseLabels } from './container-settings.js';
import { volumeInspect } from './inspect.command.js';
import { objectCommands } from './object-commands.js';

const usersOf = (engine: DockerEngine, volume: string): string[] =>
  [...engine.containers.values()]
    .filter(({ settings }) => settings.mounts.some(({ name }) => name === volume))
    .map(({ id }) => id);

export const volumeCommand = objectCommands({
  noun: 'volume',
  usage: 'COMMAND',
  create: {
    usage: '[OPTIONS] [VOLUME]',
    flags: '-d --driver=, --label=*, -o --opt=*',
    unfollowed:
      '--availability=, --group=, --limit-bytes=, --required-bytes=, --scope=, --secret=*, --sharing=, --topology-preferred=*, --topology-required=*, --type=',
    named: false,
    run({ engine, flags, args, process }) {
      if ((flags.value('driver') ?? 'local') !== 'local' || flags.has('opt'))
        notSimulated(process, 'docker volume create --driver/--opt');
      const name = (args[0] as string | undefined) ?? engine.random.hex(64);
      if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name))
        daemonFailure(
          `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
        );
      return engine.createVolume(name, parseLabels(flags.list('label'))).name;
    },
  },
  list: {
    columns: { Driver: 'DRIVER', Name: 'VOLUME NAME' },
    type: '*formatter.volumeContext',
    key: 'Name',
    flags: '-f --filter=?, --format=, -q --quiet',
    unfollowed: '--cluster',
    rows: ({ engine }, wanted) =>
      [...engine.volumes.keys()]
        .filter(wanted)
        .sort(compareStrings)
        .map((name) => ({ Driver: 'local', Name: name, Scope: 'local' })),
  },
  remove: {
    usage: '[OPTIONS] VOLUME [VOLUME...]',
    run({ engine, flags }, name) {
      if (!engine.volumes.has(name) && !flags.on('force')) daemonFailure(`get ${name}: no such volume`);
      const users = usersOf(engine, name);
      if (users.length > 0) daemonFailure(`remove ${name}: volume is in use - [${users.join(', ')}]`);
      engine.removeVolume(name);
    },
  },
  prune: {
    short: 'Remove unused local volumes',
    flags: '-a --all, -f --force, --filter=?',
    warning: ({ flags }) =>
      `This will remove ${flags.on('all') ? 'all' : 'anonymous'} local volumes not used by at least one container.`,
    run({ engine, flags }) {
      const unused = [...engine.volumes.keys()].filter(
        (name) => usersOf(engine, name).length === 0 && (flags.on('all') || /^[0-9a-f]{64}$/.test(name)),
      );
      for (const name of unused) engine.removeVolume(name);
      return unused;
    },
    summary: 'Total reclaimed space: 0B\n',
  },
  inspect: volumeInspect,
});
