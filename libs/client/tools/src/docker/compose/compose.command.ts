import { compareStrings } from '@seatrial/kernel';
import { execIn } from '../commands/exec.command.js';
import { parseEnvironment } from '../commands/container-settings.js';
import { unsimulated } from '../commands/unsimulated.commands.js';
import { pushImage } from '../commands/push-image.js';
import { defineDockerCommand, notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { printLogs } from './compose-logs.js';
import { config } from './config.command.js';
import { attach, exportService } from './streams.commands.js';
import { commit, events, stats, volumes, watch } from './observe.commands.js';
import { images, ls, port, running, top } from './inspect.commands.js';
import { cp, create, kill, pause, unpause, wait } from './more-lifecycle.commands.js';
import { run } from './run.command.js';
import { down, restart, rm, scale, start, stop, up } from './lifecycle.commands.js';
import { projectCommand } from './project-command.js';
import { ps } from './ps.command.js';

export const COMPOSE_VERSION = 'Docker Compose version v2.40.3\n';

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
    flags:
      '--build-arg=*, --no-cache, --pull, --push, -q --quiet, --with-dependencies, -m --memory=, --progress=, --parallel',
    unfollowed: '--builder=, --check, --compress, --force-rm, --no-rm, --print, --provenance=, --sbom=, --ssh=*',
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
    flags: '--ignore-buildable, --ignore-pull-failures, --include-deps, -q --quiet, --no-parallel, --parallel',
    unfollowed: '--policy=',
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

const version = defineDockerCommand({
  name: 'version',
  usage: '[OPTIONS]',
  short: 'Show the Docker Compose version information',
  flags: '-f --format=, --short',
  unfollowed: '--dry-run',
  *run(call) {
    yield* call.out(call.flags.on('short') ? '2.40.3\n' : COMPOSE_VERSION);
    return 0;
  },
});

const UNSIMULATED = [
  unsimulated('docker compose bridge', 'bridge', 'Convert compose files into another model'),
  unsimulated('docker compose publish', 'publish', 'Publish compose application'),
];

/** Compose v2, as `docker compose` and `docker-compose`. */
export const composeCommand = defineDockerCommand({
  name: 'compose',
  usage: '[OPTIONS] COMMAND',
  short: 'Define and run multi-container applications with Docker',
  flags:
    '-f --file=*, -p --project-name=, --project-directory=, --profile=*, --env-file=*, --ansi=, --progress=, --dry-run, --compatibility, ' +
    '--no-ansi, --parallel=#, --verbose, -v --version',
  unfollowed: '--all-resources, --workdir=',
  commands: [
    attach,
    build,
    commit,
    config,
    cp,
    create,
    down,
    events,
    exec,
    exportService,
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
    stats,
    stop,
    top,
    unpause,
    up,
    version,
    volumes,
    wait,
    watch,
    ...UNSIMULATED,
  ].sort((a, b) => compareStrings(a.name, b.name)),
});
