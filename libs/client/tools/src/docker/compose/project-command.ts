import type { Coroutine } from '@seatrial/kernel';
import { defineDockerCommand, notSimulated, type DockerCall, type DockerCommand } from '../docker-command.js';
import { ComposeProject } from './compose-project.js';

/** A command that works on the project of the file at hand. */
export function projectCommand(
  definition: Omit<DockerCommand, 'run'>,
  run: (project: ComposeProject, call: DockerCall) => Coroutine<number>,
): DockerCommand {
  return defineDockerCommand({
    ...definition,
    unfollowed: `${definition.unfollowed ?? ''}, --dry-run`,
    *run(call) {
      for (const flag of ['env-file', 'dry-run', 'project-directory'])
        if (call.parent?.has(flag)) notSimulated(call.process, `docker compose --${flag}`);
      const project = new ComposeProject(call);
      yield* project.open();
      return yield* run(project, call);
    },
  });
}
