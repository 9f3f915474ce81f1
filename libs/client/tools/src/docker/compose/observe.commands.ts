import { waitFor, sleep, type Coroutine } from '@seatrial/kernel';
import { commitCommand } from '../commands/commit.command.js';
import { statsText } from '../commands/information.commands.js';
import { DockerCall, notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { formatListing } from '../commands/docker-format.js';
import type { EngineEvent } from '../engine/engine-events.js';
import { running } from './inspect.commands.js';
import type { ComposeProject } from './compose-project.js';
import { projectCommand } from './project-command.js';

/** The same call with other arguments. */
const callWith = ({ process, engine, flags }: DockerCall, args: readonly string[]): DockerCall =>
  new DockerCall(process, engine, flags.withArguments(args));

export const stats = projectCommand(
  {
    name: 'stats',
    usage: '[OPTIONS] [SERVICE]',
    short: 'Display a live stream of container(s) resource usage statistics',
    flags: '-a --all, --format=, --no-stream, --no-trunc',
    maximum: 1,
  },
  function* (project, call) {
    const containers = project.containers(call.args).filter(({ running: up }) => up || call.flags.on('all'));
    if (containers.length === 0) return 0;
    const own = callWith(
      call,
      containers.map(({ name }) => name),
    );
    if (!call.flags.on('no-stream')) notSimulated(call.process, 'docker compose stats without --no-stream');
    yield* call.out(statsText(own));
    return 0;
  },
);

export const volumes = projectCommand(
  { name: 'volumes', usage: '[OPTIONS] [SERVICE...]', short: 'List volumes', flags: '--format=, -q --quiet' },
  function* (project, call) {
    const named = new Set(call.args.flatMap((name) => project.service(name).volumes.map((each) => each.split(':')[0])));
    const names = [...project.file.volumes]
      .filter(([key]) => call.args.length === 0 || named.has(key))
      .map(([, { name }]) => name)
      .filter((name) => call.engine.volumes.has(name));
    yield* call.out(
      formatListing({
        columns: { Driver: 'DRIVER', Name: 'VOLUME NAME' },
        rows: names.map((Name) => ({ Driver: 'local', Name })),
        type: '*formatter.volumeContext',
        quiet: { on: call.flags.on('quiet'), field: 'Name' },
        format: call.flags.value('format'),
      }),
    );
    return 0;
  },
);

export const commit = projectCommand(
  {
    name: 'commit',
    usage: '[OPTIONS] SERVICE [REPOSITORY[:TAG]]',
    short: "Create a new image from a service container's changes",
    flags: '-a --author=, -c --change=*, --index=#, -m --message=, -p --pause',
    minimum: 1,
    maximum: 2,
  },
  function* (project, call) {
    const [service, ...image] = call.args;
    const container = running(project.containers(), service, Number(call.flags.value('index') ?? 0));
    return (yield* commitCommand.run?.(callWith(call, [container.name, ...image])) ?? none()) ?? 0;
  },
);

function* none(): Coroutine<number> {
  return 0;
}

/** `2026-11-21 03:45:00.000000 container start ID (name=…)` of one event (compose cmd/compose/events.go). */
function eventLine({ time, action, actor, attributes }: EngineEvent): string {
  const shown = Object.entries(attributes)
    .filter(([name]) => !name.startsWith('com.docker.compose.'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const stamp = new Date(time).toISOString().replace('T', ' ').replace('Z', '000');
  return `${stamp} container ${action} ${actor} (${shown.join(', ')})\n`;
}

function eventJson({ time, action, actor, attributes }: EngineEvent): string {
  const own = Object.fromEntries(
    Object.entries(attributes).filter(([name]) => !name.startsWith('com.docker.compose.')),
  );
  return `${JSON.stringify({
    action,
    attributes: own,
    id: actor,
    service: attributes['com.docker.compose.service'] ?? '',
    time: new Date(time).toISOString().replace('Z', '000000Z'),
    type: 'container',
  })}\n`;
}

export const events = projectCommand(
  {
    name: 'events',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Receive real time events from containers',
    flags: '--json, --since=, --until=',
  },
  function* (project, call) {
    if (call.flags.has('since') || call.flags.has('until'))
      notSimulated(call.process, 'docker compose events --since/--until');
    const log = call.engine.events;
    const wanted = ({ type, attributes }: EngineEvent): boolean =>
      type === 'container' &&
      attributes['com.docker.compose.project'] === project.file.name &&
      (call.args.length === 0 || call.args.includes(attributes['com.docker.compose.service'] ?? ''));
    const text = call.flags.on('json') ? eventJson : eventLine;
    for (let seen = log.forgotten + log.list.length; ;) {
      for (; seen < log.forgotten + log.list.length; seen++) {
        const event = log.list.at(Math.max(0, seen - log.forgotten));
        if (event && wanted(event) && !(yield* call.process.stdout.write(text(event)))) return 0;
      }
      if ((yield* waitFor([log.changed])) < 0) return 0;
    }
  },
);

const WATCH_MS = 3_600_000;

/** Waits as a watch does in which nobody changes a file: a session types one command at a time. */
export function* watchFiles(project: ComposeProject, call: DockerCall, names: readonly string[]): Coroutine<number> {
  const watched = project.file.services.filter(
    ({ name, watched: rules }) => rules > 0 && (names.length === 0 || names.includes(name)),
  );
  if (watched.length === 0)
    throw new DockerFailure(
      "none of the selected services is configured for watch, consider setting a 'develop' section",
    );
  yield* call.out('Watch enabled\n');
  for (;;) yield* sleep(WATCH_MS);
}

export const watch = projectCommand(
  {
    name: 'watch',
    usage: '[SERVICE...]',
    short: 'Watch build context for service and rebuild/refresh containers when files are updated',
    flags: '--dry-run, --no-up, --prune, --quiet',
  },
  function* (project, call) {
    const options = { build: true, recreate: false, scale: new Map<string, number>(), start: true, alone: false };
    if (!call.flags.on('no-up')) yield* project.up(call.args, options);
    return yield* watchFiles(project, call, call.args);
  },
);
