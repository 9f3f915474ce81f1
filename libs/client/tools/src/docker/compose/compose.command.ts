import { defineDockerCommand } from '../docker-command.js';

/** Compose v2. */
export const composeCommand = defineDockerCommand({
  name: 'compose',
  usage: '[OPTIONS] COMMAND',
  short: 'Docker Compose',
  flags:
    '-f --file=*, -p --project-name=, --project-directory=, --profile=*, --env-file=*, --ansi=, --progress=, --dry-run',
  commands: [],
});
