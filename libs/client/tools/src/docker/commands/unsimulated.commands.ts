import { defineDockerCommand, notSimulated, type DockerCommand } from '../docker-command.js';

/** Docker's commands that are not simulated: each says so. */
const NAMES: Readonly<Record<string, string>> = {
  builder: 'Manage builds',
  buildx: 'Docker Buildx',
  checkpoint: 'Manage checkpoints',
  commit: "Create a new image from a container's changes",
  config: 'Manage Swarm configs',
  context: 'Manage contexts',
  diff: "Inspect changes to files or directories on a container's filesystem",
  events: 'Get real time events from the server',
  export: "Export a container's filesystem as a tar archive",
  import: 'Import the contents from a tarball to create a filesystem image',
  load: 'Load an image from a tar archive or STDIN',
  manifest: 'Manage Docker image manifests and manifest lists',
  node: 'Manage Swarm nodes',
  pause: 'Pause all processes within one or more containers',
  plugin: 'Manage plugins',
  save: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  search: 'Search Docker Hub for images',
  secret: 'Manage Swarm secrets',
  service: 'Manage Swarm services',
  stack: 'Manage Swarm stacks',
  swarm: 'Manage Swarm',
  trust: 'Manage trust on Docker images',
  unpause: 'Unpause all processes within one or more containers',
  update: 'Update configuration of one or more containers',
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
