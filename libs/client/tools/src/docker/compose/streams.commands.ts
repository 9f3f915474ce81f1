import { exportContainer } from '../commands/archive.commands.js';
import { attachTo } from '../commands/inside.commands.js';
import type { DockerCall } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import type { ComposeProject } from './compose-project.js';
import { running } from './inspect.commands.js';
import { projectCommand } from './project-command.js';

const chosen = (project: ComposeProject, { args, flags }: DockerCall): Container =>
  running(project.containers(), args[0], Number(flags.value('index') ?? 0));

/** `docker compose attach`: the output of a service's container, until it ends. */
export const attach = projectCommand(
  {
    name: 'attach',
    usage: '[OPTIONS] SERVICE',
    short: "Attach local standard input, output, and error streams to a service's running container",
    flags: '--detach-keys=, --index=#, --no-stdin, --sig-proxy',
    minimum: 1,
    maximum: 1,
  },
  (project, call) => attachTo(call, chosen(project, call)),
);

/** `docker compose export`: the files of a service's container as an archive. */
export const exportService = projectCommand(
  {
    name: 'export',
    usage: '[OPTIONS] SERVICE',
    short: "Export a service container's filesystem as a tar archive",
    flags: '--index=#, -o --output=',
    minimum: 1,
    maximum: 1,
  },
  function* (project, call) {
    const container = chosen(project, call);
    if (!call.flags.has('output') && call.process.stdout.isTerminal)
      throw new DockerFailure('output option is required when exporting to terminal');
    return yield* exportContainer(call, container);
  },
);
