import { type FacilityKey, type Process } from '@seatrial/kernel';
import { defineDockerCommand, forEachArgument } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { buildCommand } from './build.command.js';
import { builderCommand } from './builder.commands.js';
import { formatListing } from './docker-format.js';
import { unsimulated } from './unsimulated.commands.js';

const BUILDKIT = 'v0.25.1';
const PLATFORMS = 'linux/amd64, linux/amd64/v2, linux/amd64/v3, linux/386';

/** A builder that somebody created, beside the engine's own. */
interface Builder {
  readonly driver: string;
  running: boolean;
}

/** Buildx' builders by name, and which one builds. */
interface Builders {
  readonly own: Map<string, Builder>;
  current: string;
}

const BUILDERS: FacilityKey<Builders> = { name: 'docker-builders' };

function buildersOf({ machine }: Process): Builders {
  const known = machine.facility(BUILDERS);
  if (known) return known;
  const made: Builders = { own: new Map(), current: 'default' };
  machine.provide(BUILDERS, made);
  return made;
}

const noBuilder = (name: string): never => {
  throw new DockerFailure(`ERROR: no builder "${name}" found`);
};

const version = defineDockerCommand({
  name: 'version',
  usage: '',
  short: 'Show buildx version information',
  maximum: 0,
  *run(call) {
    yield* call.out('github.com/docker/buildx v0.29.1 a32761aeb3debd39be1eca514af3693af0db334b\n');
    return 0;
  },
});

const list = defineDockerCommand({
  name: 'ls',
  usage: '',
  short: 'List builder instances',
  flags: '--format=, --no-trunc',
  maximum: 0,
  *run(call) {
    const { own, current } = buildersOf(call.process);
    const marked = (name: string): string => (name === current ? `${name}*` : name);
    const builder = (name: string, driver: string): Record<string, string> => ({ Name: marked(name), DriverEndpoint: driver, Status: '', Buildkit: '', Platforms: '' }); // prettier-ignore
    const rows = [...own].flatMap(([name, { driver, running }]) => [
      builder(name, driver),
      {
        Name: ` \\_ ${name}0`,
        DriverEndpoint: ' \\_ unix:///var/run/docker.sock',
        Status: running ? 'running' : 'inactive',
        Buildkit: running ? BUILDKIT : '',
        Platforms: running ? PLATFORMS : '',
      },
    ]);
    const engine = { Name: ' \\_ default', DriverEndpoint: ' \\_ default', Status: 'running', Buildkit: BUILDKIT, Platforms: PLATFORMS }; // prettier-ignore
    yield* call.out(
      formatListing({
        columns: { Name: 'NAME/NODE', DriverEndpoint: 'DRIVER/ENDPOINT', Status: 'STATUS', Buildkit: 'BUILDKIT', Platforms: 'PLATFORMS' }, // prettier-ignore
        rows: [...rows, builder('default', 'docker'), engine],
        type: '*commands.lsContext',
        format: call.flags.value('format'),
      }),
    );
    return 0;
  },
});

const create = defineDockerCommand({
  name: 'create',
  usage: '[OPTIONS] [CONTEXT|ENDPOINT]',
  short: 'Create a new builder instance',
  flags:
    '--append, --bootstrap, --buildkitd-config=, --buildkitd-flags=, --driver=, --driver-opt=*, --leave, --name=, --node=, --platform=*, --use',
  maximum: 1,
  *run(call) {
    const builders = buildersOf(call.process);
    const name = call.flags.value('name') ?? `builder_${call.engine.simulation.random.split('buildx').hex(8)}`;
    if (name === 'default') throw new DockerFailure('ERROR: "default" is a reserved name and cannot be used to identify builder instance'); // prettier-ignore
    if (builders.own.has(name) && !call.flags.on('append'))
      throw new DockerFailure(`ERROR: existing instance for "${name}" but no append mode, specify the node name to make changes for existing instances`); // prettier-ignore
    builders.own.set(name, {
      driver: call.flags.value('driver') ?? 'docker-container',
      running: call.flags.on('bootstrap'),
    });
    if (call.flags.on('use')) builders.current = name;
    yield* call.out(`${name}\n`);
    return 0;
  },
});

const use = defineDockerCommand({
  name: 'use',
  usage: '[OPTIONS] NAME',
  short: 'Set the current builder instance',
  flags: '--default, --global',
  minimum: 1,
  maximum: 1,
  *run(call) {
    yield* [];
    const builders = buildersOf(call.process);
    const [name] = call.args;
    if (name !== 'default' && !builders.own.has(name))
      throw new DockerFailure(`ERROR: failed to find instance "${name}": no builder "${name}" found`);
    builders.current = name;
    return 0;
  },
});

const remove = defineDockerCommand({
  name: 'rm',
  usage: '[OPTIONS] [NAME...]',
  short: 'Remove one or more builder instances',
  flags: '--all-inactive, -f --force, --keep-daemon, --keep-state',
  *run(call) {
    const builders = buildersOf(call.process);
    return yield* forEachArgument(call, function* (name) {
      if (name === 'default') throw new DockerFailure('ERROR: context builder cannot be removed, run `docker context rm default` to remove this context'); // prettier-ignore
      if (!builders.own.delete(name)) noBuilder(name);
      if (builders.current === name) builders.current = 'default';
      yield* call.err(`${name} removed\n`);
    });
  },
});

const inspect = defineDockerCommand({
  name: 'inspect',
  usage: '[NAME]',
  short: 'Inspect current builder instance',
  flags: '--bootstrap, --timeout=',
  maximum: 1,
  *run(call) {
    const { own, current } = buildersOf(call.process);
    const name = call.args.at(0) ?? current;
    const builder = own.get(name);
    if (name !== 'default' && !builder) noBuilder(name);
    if (builder && call.flags.on('bootstrap')) builder.running = true;
    const running = builder?.running ?? true;
    const node = builder ? `${name}0` : 'default';
    const endpoint = builder ? 'unix:///var/run/docker.sock' : 'default';
    const known = running ? `BuildKit version: ${BUILDKIT}\nPlatforms:        ${PLATFORMS}\n` : '';
    yield* call.out(
      `Name:   ${name}\nDriver: ${builder?.driver ?? 'docker'}\n\nNodes:\nName:             ${node}\nEndpoint:         ${endpoint}\nStatus:           ${running ? 'running' : 'inactive'}\n${known}`,
    );
    return 0;
  },
});

const OTHERS: Readonly<Record<string, string>> = {
  bake: 'Build from a file',
  du: 'Disk usage',
  history: 'Commands to work on build records',
  imagetools: 'Commands to work on images in registry',
  stop: 'Stop builder instance',
};

const prune = builderCommand.commands?.filter((command) => command.name === 'prune') ?? [];

/** Buildx, as far as it builds with the engine's own builder. */
export const buildxCommand = defineDockerCommand({
  name: 'buildx',
  usage: '[OPTIONS] COMMAND',
  short: 'Docker Buildx',
  flags: '--builder=, -D --debug',
  commands: [
    { ...buildCommand, aliases: ['b'] },
    create,
    inspect,
    list,
    ...prune,
    remove,
    use,
    version,
    ...Object.entries(OTHERS).map(([name, short]) => unsimulated(`docker buildx ${name}`, name, short)),
  ],
});
