import { TextOutput, type Coroutine } from '@seatrial/kernel';
import { TabWriter, boolFlag, stringArrayFlag, stringFlag } from '@seatrial/kubectl';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { Log, STEP_MS } from './k3d-cluster.js';
import { unnamedPort } from './published-port.js';

const OUTPUT_LIMIT = 1 << 20;
const DEFAULT_NAME = 'k3d-registry';
const DEFAULT_IMAGE = 'docker.io/library/registry:2';
const ROLE = 'k3d.role=registry';

/** What docker prints, and whether it goes well. */
function* docker(tool: Tool, words: readonly string[]): Coroutine<{ readonly text: string; readonly ok: boolean }> {
  const [stdout, stderr] = [new TextOutput(OUTPUT_LIMIT), new TextOutput(OUTPUT_LIMIT)];
  const ended = yield* runCommand(tool.process, ['docker', ...words], { stdout, stderr });
  return { text: stdout.text, ok: ended.ok && ended.value.code === 0 };
}

/** The registries' containers with their states. */
function* registries(tool: Tool): Coroutine<readonly (readonly [name: string, state: string])[]> {
  const { text } = yield* docker(tool, ['ps', '-a', '--filter', `label=${ROLE}`, '--format', '{{.Names}} {{.State}}']);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ') as [string, string]);
}

const howTo = (registry: string): string => `# You can now use the registry like this (example):
# 1. create a new cluster that uses this registry
k3d cluster create --registry-use ${registry}

# 2. tag an existing local image to be pushed to the registry
docker tag nginx:latest ${registry}/mynginx:v0.1

# 3. push that image to the registry
docker push ${registry}/mynginx:v0.1

# 4. run a pod that uses this image
kubectl run mynginx --image ${registry}/mynginx:v0.1

`;

/** `k3d registry create [NAME]`: a registry's container on the machine. */
function* create({ tool, flags, args }: ToolCall): Coroutine<number> {
  const strange = ['default-network', 'proxy-remote-url', 'proxy-username', 'proxy-password'].find((name) => flags.string(name) !== ''); // prettier-ignore
  if (strange !== undefined || flags.list('volume').length > 0)
    return yield* notSimulated(tool, `registry create --${strange ?? 'volume'}`);
  const name = args.length > 0 ? `k3d-${args[0]}` : DEFAULT_NAME;
  const log = new Log(tool);
  if ((yield* registries(tool)).some(([known]) => known === name)) {
    yield* log.say('Failed to create registry: A registry node with that name already exists', 'FATA');
    return 1;
  }
  const [, host = '0.0.0.0', given] = /^(?:(.+):)?(\d+|random)$/.exec(flags.string('port') || 'random') ?? [];
  if (given === undefined) return yield* notSimulated(tool, `registry create --port ${flags.string('port')}`);
  const port =
    given === 'random'
      ? String(unnamedPort(tool.machine.simulation.random.split(`k3d/${name}/${tool.process.pid}`)))
      : given;
  yield* log.say(`Creating node '${name}'`, 'INFO', STEP_MS);
  const labels = ['--label', 'app=k3d', '--label', ROLE];
  const made = yield* docker(tool, ['run', '-d', '--name', name, '-p', `${host}:${port}:5000`, ...labels, '--restart', 'unless-stopped', flags.string('image') || DEFAULT_IMAGE]); // prettier-ignore
  if (!made.ok) return yield* notSimulated(tool, `registry create ${name} (docker refuses it)`);
  yield* log.say(`Successfully created registry '${name}'`);
  yield* log.say(`Starting node '${name}'`, 'INFO', STEP_MS);
  yield* log.say(`Successfully created registry '${name}'`);
  if (!flags.bool('no-help')) yield* tool.out(howTo(`${name}:${port}`));
  return 0;
}

/** `k3d registry list [NAME…]`. */
function* list({ tool, flags, args }: ToolCall): Coroutine<number> {
  if (flags.string('output') !== '') return yield* notSimulated(tool, 'registry list -o');
  const known = yield* registries(tool);
  const absent = args.find((name) => !known.some(([each]) => each === name));
  if (absent !== undefined) return yield* noSuch(tool, absent);
  const table = new TabWriter({ minWidth: 6, padding: 3 });
  if (!flags.bool('no-headers')) table.write('NAME\tROLE\tCLUSTER\tSTATUS\n');
  const rows = known.filter(([name]) => args.length === 0 || args.includes(name));
  for (const [name, state] of rows) table.write(`${name}\tregistry\t*\t${state}\n`);
  yield* tool.out(table.flush());
  return 0;
}

/** There is no container of a name (pkg/client/node.go, NodeGet). */
function* noSuch(tool: Tool, name: string): Coroutine<number> {
  const text = `failed to get node '${name}': failed to get container for node '${name}': Didn't find container for node '${name}'`;
  yield* new Log(tool).say(text, 'FATA');
  return 1;
}

/** `k3d registry delete NAME… | --all`. */
function* remove({ tool, flags, args }: ToolCall): Coroutine<number> {
  const log = new Log(tool);
  const known = yield* registries(tool);
  if (!flags.bool('all') && args.length === 0) {
    yield* log.say('Expecting at least one registry name if `--all` is not set', 'FATA');
    return 1;
  }
  const absent = args.find((name) => !known.some(([each]) => each === name));
  if (absent !== undefined) return yield* noSuch(tool, absent);
  const chosen = flags.bool('all') ? known.map(([name]) => name) : args;
  if (chosen.length === 0) yield* log.say('No registries found');
  for (const name of chosen) yield* docker(tool, ['rm', '-f', name]);
  return 0;
}

const group = (name: string): string[] => [`registries ${name}`, `reg ${name}`];

/** `k3d registry …`: registries as containers of the machine's Docker (cmd/registry, v5.8.3). */
export const REGISTRY_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'registry create',
    aliases: group('create'),
    flags: [
      ...['default-network', 'proxy-remote-url', 'proxy-username', 'proxy-password'].map((name) => stringFlag(name)),
      stringFlag('image', '', { shorthand: 'i' }),
      stringFlag('port', '', { shorthand: 'p' }),
      stringArrayFlag('volume', '', { shorthand: 'v' }),
      boolFlag('no-help'),
      boolFlag('delete-enabled'),
    ],
    run: create,
  },
  {
    name: 'registry delete',
    aliases: [...group('delete'), 'registry del', 'registry rm'],
    flags: [boolFlag('all', '', { shorthand: 'a' })],
    run: remove,
  },
  {
    name: 'registry list',
    aliases: [...group('list'), 'registry ls', 'registry get'],
    flags: [boolFlag('no-headers'), stringFlag('output', '', { shorthand: 'o' })],
    run: list,
  },
];
