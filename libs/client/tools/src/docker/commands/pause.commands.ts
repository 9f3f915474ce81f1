import { sleep } from '@seatrial/kernel';
import { defineDockerCommand, forEachArgument, type DockerCommand } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';

const FREEZE_MS = 20;

/** Why the daemon will not do it (moby daemon/pause.go, unpause.go); undefined when it will. */
function refusal(container: Container, frozen: boolean): string | undefined {
  const { id, state } = container;
  if (!frozen) return state === 'paused' ? undefined : `Container ${id} is not paused`;
  if (state === 'paused') return `Container ${id} is already paused`;
  if (state === 'restarting') return `Container ${id} is restarting, wait until the container is running`;
  return state === 'running' ? undefined : `container ${id} is not running`;
}

function freezer(name: 'pause' | 'unpause', short: string): DockerCommand {
  return defineDockerCommand({
    name,
    usage: 'CONTAINER [CONTAINER...]',
    short,
    minimum: 1,
    *run(call) {
      return yield* forEachArgument(call, function* (reference) {
        const container = call.engine.get(reference);
        yield* sleep(FREEZE_MS);
        const refused = refusal(container, name === 'pause');
        if (refused !== undefined) daemonFailure(refused);
        container.freeze(name === 'pause');
        yield* call.out(`${reference}\n`);
      });
    },
  });
}

export const pauseCommand = freezer('pause', 'Pause all processes within one or more containers');
export const unpauseCommand = freezer('unpause', 'Unpause all processes within one or more containers');
