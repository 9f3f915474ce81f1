import { defineDockerCommand, notSimulated, type DockerCommand } from '../docker-command.js';

/** Docker's commands that are not simulated: each says so. */
const NAMES: Readonly<Record<string, string>> = {
  checkpoint: 'Manage checkpoints',
  manifest: 'Manage Docker image manifests and manifest lists',
  swarm: 'Manage Swarm',
  trust: 'Manage trust on Docker images',
};

/** Their names, for the list of what is simulated. */
export const UNSIMULATED_DOCKER: readonly string[] = Object.keys(NAMES);

export const UNSIMULATED_COMMANDS: readonly DockerCommand[] = Object.entries(NAMES).map(([name, short]) =>
  unsimulated(`docker ${name}`, name, short),
);

/** A command that exists but is not simulated. */
export function unsimulated(path: string, name: string, short: string): DockerCommand {
  return defineDockerCommand({
    name,
    usage: '',
    short,
    flags: '',
    raw: true,
    run: (call) => notSimulated(call.process, path),
  });
}
