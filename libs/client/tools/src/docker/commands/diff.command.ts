import { defineDockerCommand } from '../docker-command.js';
import { containerChanges } from '../engine/container-changes.js';

export const diffCommand = defineDockerCommand({
  name: 'diff',
  usage: 'CONTAINER',
  short: "Inspect changes to files or directories on a container's filesystem",
  minimum: 1,
  maximum: 1,
  *run(call) {
    const changes = containerChanges(call.engine.get(call.args[0]));
    yield* call.out(changes.map(({ kind, path }) => `${kind} ${path}\n`).join(''));
    return 0;
  },
});
