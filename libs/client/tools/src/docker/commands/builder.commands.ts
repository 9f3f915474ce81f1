import { defineDockerCommand } from '../docker-command.js';
import { humanSize } from '../engine/human-units.js';
import { buildCommand } from './build.command.js';
import { confirmed } from './prune.commands.js';

const prune = defineDockerCommand({
  name: 'prune',
  usage: '[OPTIONS]',
  short: 'Remove build cache',
  flags: '-a --all, -f --force, --filter=?, --keep-storage=',
  maximum: 0,
  *run(call) {
    const warning = call.flags.on('all')
      ? 'This will remove all build cache.'
      : 'This will remove all dangling build cache.';
    if (!(yield* confirmed(call, warning))) return 0;
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
  usage: '',
  short: 'Manage builds',
  commands: [buildCommand, prune],
});
