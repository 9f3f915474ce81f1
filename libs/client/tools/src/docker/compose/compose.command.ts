import { compareStrings } from '@seatrial/kernel';
import { execIn } from '../commands/exec.command.js';
import { parseEnvironment } from '../commands/container-settings.js';
import { formatListing } from '../commands/docker-format.js';
import { containerRow } from '../commands/ps.command.js';
import { unsimulated } from '../commands/unsimulated.commands.js';
import { pushImage } from '../commands/push-image.js';
import { defineDockerCommand, notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { printLogs } from './compose-logs.js';
import { images, ls, port, running, top } from './inspect.commands.js';
import { cp, create, kill, pause, unpause, wait } from './more-lifecycle.commands.js';
import { run } from './run.command.js';
import { serviceOf } from './compose-project.js';
import { down, restart, rm, scale, start, stop, up } from './lifecycle.commands.js';
import { projectCommand } from './project-command.js';

const ps = projectCommand(
  {
    name: 'ps',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'List containers',
    flags: '-a --all, --filter=, --format=, --no-trunc, --orphans, -q --quiet, --services, --status=*',
  },
  function* (project, call) {
    const { flags } = call;
    if (flags.has('filter') || flags.has('status') || flags.value('format') === 'json')
      notSimulated(call.process, 'docker compose ps --filter/--status/--format json');
    const containers = project
      .containers(call.args)
      .filter((container) => flags.on('all') || container.running || container.state === 'restarting');
    if (flags.on('services')) {
      const names = new Set(containers.map(serviceOf));
      yield* call.out([...names].map((name) => `${name}\n`).join(''));
      return 0;
    }
    if (flags.on('quiet')) {
      yield* call.out(containers.map(({ id }) => `${id}\n`).join(''));
      return 0;
    }
    const rows = containers
      .sort((a, b) => compareStrings(a.name, b.name))
      .map((container) => {
        const row = containerRow(container, call.now, flags.on('no-trunc'));
        return { ...row, Name: container.name, Service: serviceOf(container) };
      });
    yield* call.out(
      formatListing({
        columns: {
          Name: 'NAME',
          Image: 'IMAGE',
          Command: 'COMMAND',
          Service: 'SERVICE',
          RunningFor: 'CREATED',
          Status: 'STATUS',
          Ports: 'PORTS',
        },
        rows,
        type: '*formatter.ContainerContext',
        format: flags.value('format'),
      }),
    );
    return 0;
  },
);

const logs = projectCommand(
  {
    name: 'logs',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'View output from containers',
    flags: '-f --follow, --index=#, --no-color, --no-log-prefix, --since=, -n --tail=, -t --timestamps, --until=',
  },
  function* (project, call) {
    const { flags } = call;
    if (flags.has('since') || flags.has('until')) notSimulated(call.process, 'docker compose logs --since/--until');
    const tail = flags.value('tail') ?? 'all';
    return yield* printLogs(call.process, project.containers(call.args), {
      follow: flags.on('follow'),
      tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
      timestamps: flags.on('timestamps'),
      prefix: !flags.on('no-log-prefix'),
    });
  },
);

const build = projectCommand(
  {
    name: 'build',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Build or rebuild services',
    flags: '--build-arg=*, --no-cache, --pull, --push, -q --quiet, --with-dependencies, -m --memory=, --progress=',
  },
  function* (project, call) {
    if (call.flags.has('build-arg') || call.flags.has('push'))
      notSimulated(call.process, 'docker compose build --build-arg/--push');
    yield* project.build(project.ordered(call.args, true), call.flags.on('no-cache'));
    return 0;
  },
);

const push = projectCommand(
  {
    name: 'push',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Push service images',
    flags: '--ignore-push-failures, --include-deps, -q --quiet',
  },
  function* (project, call) {
    for (const service of project.ordered(call.args, true)) {
      if (!service.build || service.image === undefined) {
        if (service.build) yield* call.err(` ${service.name} Skipped \n`);
        continue;
      }
      yield* call.err(` ${service.name} Pushing \n`);
      try {
        yield* pushImage(call.engine, service.image, function* () {
          yield* [];
        });
      } catch (failure) {
        if (!(failure instanceof DockerFailure) || call.flags.on('ignore-push-failures')) throw failure;
        yield* call.err(` ${service.name} Error ${failure.message}\n`);
        throw failure;
      }
      yield* call.err(` ${service.name} Pushed \n`);
    }
    return 0;
  },
);

const pull = projectCommand(
  {
    name: 'pull',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Pull service images',
    flags: '--ignore-buildable, --ignore-pull-failures, --include-deps, -q --quiet',
  },
  function* (project, call) {
    yield* project.pull(project.ordered(call.args, true));
    return 0;
  },
);

const exec = projectCommand(
  {
    name: 'exec',
    usage: '[OPTIONS] SERVICE COMMAND [ARGS...]',
    short: 'Execute a command in a running container',
    flags:
      '-d --detach, -e --env=*, --index=#, -i --interactive, -T --no-tty, --no-TTY, --privileged, -t --tty, -u --user=, -w --workdir=',
    minimum: 2,
    stopAtArgument: true,
  },
  function* (project, call) {
    const [name, ...command] = call.args;
    const container = running(project.containers(), name, Number(call.flags.value('index') ?? 0));
    return yield* execIn(call.process, container, command, {
      env: parseEnvironment(call.flags.list('env'), call.process.env),
      cwd: call.flags.value('workdir'),
      user: call.flags.value('user'),
      interactive: true,
      detach: call.flags.on('detach'),
    });
  },
);

const config = projectCommand(
  {
    name: 'config',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Parse, resolve and render compose file in canonical format',
    flags: '--format=, --images, -q --quiet, --services, --volumes, --networks',
  },
  function* (project, call) {
    const { flags } = call;
    const { services, volumes } = project.file;
    if (flags.on('quiet')) return 0;
    const lines = flags.on('services')
      ? services.map(({ name }) => name)
      : flags.on('images')
        ? services.map((service) => project.imageName(service))
        : flags.on('volumes')
          ? [...volumes.keys()]
          : notSimulated(call.process, 'docker compose config');
    yield* call.out(lines.map((line) => `${line}\n`).join(''));
    return 0;
  },
);

const version = defineDockerCommand({
  name: 'version',
  usage: '[OPTIONS]',
  short: 'Show the Docker Compose version information',
  flags: '-f --format=, --short',
  *run(call) {
    yield* call.out(call.flags.on('short') ? '2.40.3\n' : 'Docker Compose version v2.40.3\n');
    return 0;
  },
});

const UNSIMULATED = [
  unsimulated(
    'docker compose attach',
    'attach',
    "Attach local standard input, output, and error streams to a service's running container",
  ),
  unsimulated('docker compose commit', 'commit', "Create a new image from a service container's changes"),
  unsimulated('docker compose events', 'events', 'Receive real time events from containers'),
  unsimulated('docker compose export', 'export', "Export a service container's filesystem as a tar archive"),
  unsimulated('docker compose publish', 'publish', 'Publish compose application'),
  unsimulated('docker compose stats', 'stats', 'Display a live stream of container(s) resource usage statistics'),
  unsimulated('docker compose volumes', 'volumes', 'List volumes'),
  unsimulated(
    'docker compose watch',
    'watch',
    'Watch build context for service and rebuild/refresh containers when files are updated',
  ),
];

/** Compose v2, as `docker compose` and `docker-compose`. */
export const composeCommand = defineDockerCommand({
  name: 'compose',
  usage: '[OPTIONS] COMMAND',
  short: 'Define and run multi-container applications with Docker',
  flags:
    '-f --file=*, -p --project-name=, --project-directory=, --profile=*, --env-file=*, --ansi=, --progress=, --dry-run, --compatibility',
  commands: [
    build,
    config,
    cp,
    create,
    down,
    exec,
    images,
    kill,
    logs,
    ls,
    pause,
    port,
    ps,
    pull,
    push,
    restart,
    rm,
    run,
    scale,
    start,
    stop,
    top,
    unpause,
    up,
    version,
    wait,
    ...UNSIMULATED,
  ].sort((a, b) => compareStrings(a.name, b.name)),
});
