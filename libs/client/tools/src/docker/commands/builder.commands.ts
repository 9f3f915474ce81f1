import { defineDockerCommand } from '../docker-command.js';
import { humanSize } from '../engine/human-units.js';
import { buildCommand } from './build.command.js';
import { formatListing } from './docker-format.js';
import { confirm } from './prune.commands.js';
import { unsimulated } from './unsimulated.commands.js';

const prune = defineDockerCommand({
  name: 'prune',
  usage: '[OPTIONS]',
  short: 'Remove build cache',
  flags: '-a --all, -f --force, --filter=*, --keep-storage=',
  maximum: 0,
  *run(call) {
    const warning = call.flags.on('all')
      ? 'This will remove all build cache.'
      : 'This will remove all dangling build cache.';
    yield* confirm(call, 'builder prune', warning);
    const { buildCache } = call.engine;
    const bytes = [...buildCache.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    buildCache.clear();
    yield* call.out(`Total reclaimed space: ${humanSize(bytes)}\n`);
    return 0;
  },
});

/** The old builder's commands. */
export const builderCommand = defineDockerCommand({
  name: 'builder',
  usage: 'COMMAND',
  short: 'Manage builds',
  commands: [buildCommand, prune],
});

const OTHERS: Readonly<Record<string, string>> = {
  bake: 'Build from a file',
  create: 'Create a new builder instance',
  du: 'Disk usage',
  imagetools: 'Commands to work on images in registry',
  inspect: 'Inspect current builder instance',
  ls: 'List builder instances',
  prune: 'Remove build cache',
  rm: 'Remove one or more builder instances',
  stop: 'Stop builder instance',
  use: 'Set the current builder instance',
  version: 'Show buildx version information',
};

/** Buildx, as far as it builds with the engine's own builder. */
export const buildxCommand = defineDockerCommand({
  name: 'buildx',
  usage: '[OPTIONS] COMMAND',
  short: 'Docker Buildx',
  flags: '--builder=, -D --debug',
  commands: [
    { ...buildCommand, aliases: ['b'] },
    ...Object.entries(OTHERS).map(([name, short]) => unsimulated(`docker buildx ${name}`, name, short)),
  ],
});

const list = defineDockerCommand({
  name: 'ls',
  aliases: ['list'],
  usage: '[OPTIONS]',
  short: 'List contexts',
  flags: '--format=, -q --quiet',
  maximum: 0,
  *run(call) {
    const rows = [
      {
        Name: 'default *',
        Description: 'Current DOCKER_HOST based configuration',
        DockerEndpoint: 'unix:///var/run/docker.sock',
        Error: '',
      },
    ];
    if (call.flags.on('quiet')) yield* call.out('default\n');
    else
      yield* call.out(
        formatListing({
          columns: { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR' },
          rows,
          type: '*formatter.clientContextContext',
          format: call.flags.value('format'),
        }),
      );
    return 0;
  },
});

const show = defineDockerCommand({
  name: 'show',
  usage: '',
  short: 'Print the name of the current context',
  maximum: 0,
  *run(call) {
    yield* call.out('default\n');
    return 0;
  },
});

const OTHER_CONTEXT_COMMANDS = ['create', 'export', 'import', 'inspect', 'rm', 'update', 'use'];

/** The one context that there is. */
export const contextCommand = defineDockerCommand({
  name: 'context',
  usage: 'COMMAND',
  short: 'Manage contexts',
  commands: [
    list,
    show,
    ...OTHER_CONTEXT_COMMANDS.map((name) => unsimulated(`docker context ${name}`, name, `${name} a context`)),
  ],
});
