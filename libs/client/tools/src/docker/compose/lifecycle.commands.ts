import { compareStrings, readLine } from '@seatrial/kernel';
import { startContainer, stopContainer } from '../commands/lifecycle.commands.js';
import { notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { printLogs } from './compose-logs.js';
import { logName, serviceOf } from './compose-project.js';
import { watchFiles } from './observe.commands.js';
import { stopAll } from './stop-all.js';
import { projectCommand } from './project-command.js';

function scales(words: readonly string[]): Map<string, number> {
  return new Map(
    words.map((word) => {
      const [, name, count] = /^([^=]+)=(\d+)$/.exec(word) ?? [];
      if (name === undefined) throw new DockerFailure(`invalid scale specifier: ${word}`);
      return [name, Number(count)];
    }),
  );
}

export const up = projectCommand(
  {
    name: 'up',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Create and start containers',
    flags:
      '--abort-on-container-exit, --build, -d --detach, --force-recreate, --no-build, --no-color, --no-deps, --no-log-prefix, ' +
      '--no-recreate, --no-start, --pull=, --quiet-pull, --remove-orphans, --scale=*, -t --timeout=#, --timestamps, --wait, -w --watch, -y --yes, --attach=*, --menu',
    unfollowed:
      '--abort-on-container-failure, --always-recreate-deps, --attach-dependencies, --exit-code-from=, --no-attach=*, --quiet-build, ' +
      '-V --renew-anon-volumes, --wait-timeout=#',
  },
  function* (project, call) {
    const { flags, process } = call;
    if (flags.has('wait') || flags.has('attach')) notSimulated(process, 'docker compose up --wait/--attach');
    const containers = yield* project.up(call.args, {
      build: flags.on('build'),
      recreate: flags.on('force-recreate'),
      scale: scales(flags.list('scale')),
      start: flags.on('detach'),
      alone: flags.on('no-deps'),
    });
    if (flags.on('detach') || flags.on('no-start')) return 0;
    if (flags.on('watch')) {
      yield* project.start(containers);
      return yield* watchFiles(project, call, call.args);
    }
    const names = containers.map(logName).sort(compareStrings);
    yield* call.out(`Attaching to ${names.join(', ')}\n`);
    for (const container of containers) if (!container.running) startQuietly(container);
    const abort = flags.on('abort-on-container-exit');
    const status = yield* printLogs(process, containers, {
      follow: true,
      tail: 0,
      timestamps: flags.on('timestamps'),
      prefix: !flags.on('no-log-prefix'),
      attached: abort ? 'first' : 'all',
    });
    if (status !== 130 && abort) yield* call.out('Aborting on container exit...\n');
    if (status === 130) yield* call.out('Gracefully Stopping... press Ctrl+C again to force\n');
    if (status === 130 || abort) yield* stopAll(project, containers, undefined, process);
    return status;
  },
);

function startQuietly(container: { start(): { ok: true } | { ok: false; error: { message: string } } }): void {
  const started = container.start();
  if (!started.ok) throw new DockerFailure(`Error response from daemon: ${started.error.message}`);
}

export const down = projectCommand(
  {
    name: 'down',
    usage: '[OPTIONS] [SERVICES]',
    short: 'Stop and remove containers, networks',
    flags: '--remove-orphans, --rmi=, -t --timeout=#, -v --volumes',
    maximum: 0,
  },
  function* (project, call) {
    yield* project.down(call.flags.on('volumes'), call.flags.value('rmi'));
    return 0;
  },
);

export const scale = projectCommand(
  { name: 'scale', usage: '[SERVICE=REPLICAS...]', short: 'Scale services', flags: '--no-deps', minimum: 1 },
  function* (project, call) {
    const wanted = scales(call.args);
    yield* project.up([...wanted.keys()], { build: false, recreate: false, scale: wanted, start: true, alone: true });
    return 0;
  },
);

export const stop = projectCommand(
  { name: 'stop', usage: '[OPTIONS] [SERVICE...]', short: 'Stop services', flags: '-t --timeout=#' },
  function* (project, call) {
    const running = project.containers(call.args).filter((container) => container.running);
    yield* stopAll(project, running, Number(call.flags.value('timeout') ?? 10));
    return 0;
  },
);

export const start = projectCommand(
  { name: 'start', usage: '[SERVICE...]', short: 'Start services' },
  function* (project, call) {
    const containers = project.containers(call.args);
    const order = project.ordered(call.args).map(({ name }) => name);
    if (containers.length === 0) throw new DockerFailure(`service "${order[0] ?? ''}" has no container to start`);
    yield* project.start(containers.sort((a, b) => order.indexOf(serviceOf(a)) - order.indexOf(serviceOf(b))));
    return 0;
  },
);

export const restart = projectCommand(
  {
    name: 'restart',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Restart service containers',
    flags: '--no-deps, -t --timeout=#',
  },
  function* (project, call) {
    for (const container of project.containers(call.args)) {
      yield* project.say(`Container ${container.name}`, 'Restarting');
      yield* stopContainer(container, 10);
      yield* startContainer(container);
      yield* project.say(`Container ${container.name}`, 'Started');
    }
    return 0;
  },
);

export const rm = projectCommand(
  {
    name: 'rm',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Removes stopped service containers',
    flags: '-a --all, -f --force, -s --stop, -v --volumes',
  },
  function* (project, call) {
    const { flags, process } = call;
    const containers = project.containers(call.args);
    if (flags.on('stop'))
      yield* stopAll(
        project,
        containers.filter((container) => container.running),
      );
    const stopped = containers.filter((container) => !container.running);
    if (stopped.length === 0) {
      yield* call.err('No stopped containers\n');
      return 0;
    }
    const message = `Going to remove ${stopped.map(({ name }) => name).join(', ')}`;
    if (flags.on('force')) yield* call.out(`${message}\n`);
    else {
      yield* call.out(`? ${message} (y/N) `);
      if (!/^y(?:es)?$/i.test(((yield* readLine(process.stdin)) ?? '').trim())) return 0;
    }
    for (const container of stopped) yield* project.remove(container, flags.on('volumes'));
    return 0;
  },
);
