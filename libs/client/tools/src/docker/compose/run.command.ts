import { borrowInput } from '@seatrial/shell';
import { parseEnvironment, parseLabels } from '../commands/container-settings.js';
import { attachUntilExit } from '../commands/follow-log.js';
import { notSimulated } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import type { ComposeService } from './compose-model.js';
import { awaitDependencies } from './depends-on.js';
import { projectCommand } from './project-command.js';

const FLAGS =
  '--build, --cap-add=*, --cap-drop=*, -d --detach, --entrypoint=, -e --env=*, --env-from-file=*, -i --interactive, -l --label=*, ' +
  '--name=, -T --no-TTY, --no-tty, --no-deps, -p --publish=*, --pull=, -q --quiet, --quiet-build, --quiet-pull, --remove-orphans, ' +
  '--rm, -P --service-ports, --use-aliases, -u --user=, -v --volume=*, -w --workdir=, -t --tty';

/** One container of a service beside those that `up` makes (compose pkg/compose/run.go). */
export const run = projectCommand(
  {
    name: 'run',
    usage: '[OPTIONS] SERVICE [COMMAND] [ARGS...]',
    short: 'Run a one-off command on a service',
    flags: FLAGS,
    minimum: 1,
    stopAtArgument: true,
  },
  function* (project, call) {
    const { flags, process, engine } = call;
    for (const flag of ['env-from-file', 'use-aliases'])
      if (flags.has(flag)) notSimulated(process, `docker compose run --${flag}`);
    const [name, ...command] = call.args;
    const service = project.service(name);
    const dependencies = flags.on('no-deps') ? [] : project.ordered([name]).filter((other) => other !== service);
    if (dependencies.length > 0)
      yield* project.up(
        dependencies.map((other) => other.name),
        { build: false, recreate: false, scale: new Map(), start: true, alone: false },
      );
    else yield* project.prepareNetworks([service]);
    yield* project.images([service], flags.on('build'));
    if (!flags.on('no-deps')) yield* awaitDependencies(project, service);
    const image =
      engine.images.find(project.imageName(service)) ?? daemonFailure(`No such image: ${project.imageName(service)}`);
    const entrypoint = flags.value('entrypoint');
    const changed: ComposeService = {
      ...service,
      restart: 'no',
      ...(command.length > 0 && { command }),
      ...(entrypoint !== undefined && { entrypoint: entrypoint === '' ? [] : [entrypoint], command }),
      environment: new Map([...service.environment, ...parseEnvironment(flags.list('env'), process.env)]),
      ports: [...(flags.on('service-ports') ? service.ports : []), ...flags.list('publish')],
      volumes: [...service.volumes, ...flags.list('volume')],
      labels: { ...service.labels, ...parseLabels(flags.list('label')) },
      user: flags.value('user') ?? service.user,
      workingDir: flags.value('workdir') ?? service.workingDir,
    };
    const oneOff = flags.value('name') ?? `${project.file.name}-${name}-run-${engine.random.hex(12)}`;
    const container = project.create(changed, 1, image, '', oneOff);
    const started = container.start(flags.on('detach') ? undefined : borrowInput(process.stdin));
    if (!started.ok) {
      engine.forget(container);
      throw new DockerFailure(`Error response from daemon: ${started.error.message}`, started.error.status);
    }
    if (flags.on('detach')) {
      yield* call.out(`${container.name}\n`);
      return 0;
    }
    yield* attachUntilExit(process, container, 0);
    if (flags.on('rm')) engine.forget(container);
    return container.exitCode;
  },
);
