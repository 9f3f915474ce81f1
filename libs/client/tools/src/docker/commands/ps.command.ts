import { compareStrings } from '@seatrial/kernel';
import { defineDockerCommand } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import { writtenBytes } from '../engine/container-changes.js';
import type { Container } from '../engine/container.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import { goTime, humanDuration, humanSize } from '../engine/human-units.js';
import { shortId } from '../engine/local-image.js';
import { nodeContainers, nodeRow, type NodeContainer } from './node-container.js';
import { formatListing } from './docker-format.js';

/** `Up 3 seconds`, `Exited (0) 2 minutes ago`. */
export function containerStatus(container: Container, now: number): string {
  const up = `Up ${humanDuration(now - container.startedAt)}`;
  if (container.state === 'paused') return `${up} (Paused)`;
  const { health } = container;
  if (container.state === 'running')
    return health ? `${up} (${health.status === 'starting' ? 'health: starting' : health.status})` : up;
  if (container.state === 'created') return 'Created';
  const ago = `${humanDuration(now - container.finishedAt)} ago`;
  return container.state === 'restarting'
    ? `Restarting (${container.exitCode}) ${ago}`
    : `Exited (${container.exitCode}) ${ago}`;
}

/** `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 443/tcp`. */
export function containerPorts(container: Container): string {
  if (!container.running || container.endpoints.has('host')) return '';
  const published: string[] = [];
  for (const [port, bindings] of container.bound)
    for (const { hostIp, hostPort } of bindings) {
      published.push(`${hostIp === '' ? '0.0.0.0' : hostIp}:${hostPort}->${port}`);
      if (hostIp === '') published.push(`[::]:${hostPort}->${port}`);
    }
  const exposed = [...new Set(container.settings.exposed)]
    .sort((a, b) => a - b)
    .map((port) => `${port}/tcp`)
    .filter((port) => !container.bound.has(port));
  return [...exposed, ...published].join(', ');
}

/** The command as lists show it, in quotes and cut. */
export function shownCommand(argv: readonly string[], full: boolean): string {
  const text = argv.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ');
  const characters = [...text];
  return JSON.stringify(full || characters.length <= 20 ? text : `${characters.slice(0, 19).join('')}…`);
}

/** What it has written, and that with its image: `2B (virtual 5.1MB)`. */
export function containerSize(container: Container): string {
  const written = writtenBytes(container);
  return `${humanSize(written, 3)} (virtual ${humanSize(written + container.settings.image.sizeBytes, 3)})`;
}

/** Rows of `docker ps`, by the fields of its templates. */
export function containerRow(container: Container, now: number, full: boolean): Record<string, string> {
  const { settings } = container;
  const labels = Object.entries(settings.labels).map(([name, value]) => `${name}=${value}`);
  return {
    Command: shownCommand(container.argv, full),
    CreatedAt: goTime(container.createdAt),
    ID: full ? container.id : shortId(container.id),
    Image: settings.imageName,
    Labels: labels.sort(compareStrings).join(','),
    LocalVolumes: String(settings.mounts.filter(({ type }) => type === 'volume').length),
    Mounts: settings.mounts.map(({ name, source }) => name ?? source).join(','),
    Names: container.name,
    Networks: [...container.endpoints.keys()].join(','),
    Ports: containerPorts(container),
    RunningFor: `${humanDuration(now - container.createdAt)} ago`,
    Size: '0B',
    State: container.state,
    Status: containerStatus(container, now),
  };
}

const FILTERS: Readonly<Record<string, (engine: DockerEngine, container: Container, value: string) => boolean>> = {
  ancestor: (engine, { settings }, value) =>
    settings.imageName === value || engine.images.find(value)?.id === settings.image.id,
  exited: (_, { state, exitCode }, value) => state === 'exited' && String(exitCode) === value,
  health: (_, { health, running }, value) => (health && running ? health.status : 'none') === value,
  id: (_, { id }, value) => id.startsWith(value),
  label: (_, { settings }, value) => {
    const [name, wanted] = value.split('=');
    return Object.hasOwn(settings.labels, name) && (wanted === undefined || settings.labels[name] === wanted);
  },
  name: (_, { name }, value) =>
    value.startsWith('^') || value.endsWith('$')
      ? (value.startsWith('^') ? name.startsWith(value.replace(/^\^\/?|\$$/g, '')) : true) &&
        (value.endsWith('$') ? name.endsWith(value.replace(/^\^\/?|\$$/g, '')) : true)
      : name.includes(value),
  network: (_, { endpoints }, value) => endpoints.has(value),
  publish: (_, container, value) =>
    [...container.bound.values()].flat().some(({ hostPort }) => String(hostPort) === value.split('/')[0]),
  status: (_, { state }, value) => state === value,
  volume: (_, { settings }, value) => settings.mounts.some(({ name, target }) => name === value || target === value),
};

function selected(engine: DockerEngine, filters: readonly string[]): Container[] {
  const byName = new Map<string, string[]>();
  for (const filter of filters) {
    const equals = filter.indexOf('=');
    const name = equals < 0 ? filter : filter.slice(0, equals);
    if (!Object.hasOwn(FILTERS, name)) daemonFailure(`invalid filter '${name}'`);
    byName.set(name, [...(byName.get(name) ?? []), filter.slice(equals + 1)]);
  }
  return [...engine.containers.values()]
    .reverse()
    .filter((container) =>
      [...byName].every(([name, values]) =>
        name === 'label'
          ? values.every((value) => FILTERS[name](engine, container, value))
          : values.some((value) => FILTERS[name](engine, container, value)),
      ),
    );
}

/** Whether a node's container is among those that the filters ask for; what a node has none of lets it pass never. */
function nodeMatches(node: NodeContainer, filters: readonly string[]): boolean {
  const row = nodeRow(node, 0, true);
  return filters.every((filter) => {
    const [name, value] = [filter.slice(0, filter.indexOf('=')), filter.slice(filter.indexOf('=') + 1)];
    const bare = value.replace(/^\^\/?|\$$/g, '');
    if (name === 'name')
      return value === bare
        ? node.name.includes(value)
        : node.name === bare || (!value.endsWith('$') && node.name.startsWith(bare));
    if (name === 'id') return node.id.startsWith(value);
    if (name === 'status') return row.State === value;
    if (name === 'ancestor') return row.Image === value;
    return name === 'network' && row.Networks === value;
  });
}

export const psCommand = defineDockerCommand({
  name: 'ps',
  aliases: ['ls', 'list'],
  usage: '[OPTIONS]',
  short: 'List containers',
  flags: '-a --all, -f --filter=?, --format=, -n --last=#, -l --latest, --no-trunc, -q --quiet, -s --size',
  maximum: 0,
  *run(call) {
    const { flags } = call;
    const sized = flags.on('size') || (flags.value('format') ?? '').includes('.Size');
    const nodes = nodeContainers(call.process.machine)
      .filter((node) => (flags.on('all') || node.running) && nodeMatches(node, flags.list('filter')))
      .map((node) => nodeRow(node, call.now, flags.on('no-trunc')));
    const last = flags.on('latest') ? 1 : Number(flags.value('last') ?? -1);
    const stopped = flags.list('filter').some((filter) => /^(?:status|exited)=/.test(filter));
    const all = flags.on('all') || last > 0 || stopped;
    const containers = selected(call.engine, flags.list('filter')).filter(
      ({ state }) => all || state === 'running' || state === 'paused' || state === 'restarting',
    );
    const own = containers.map((container) => ({
      ...containerRow(container, call.now, flags.on('no-trunc')),
      ...(sized && { Size: containerSize(container) }),
    }));
    const rows = last > 0 ? [...own, ...nodes].slice(0, last) : [...own, ...nodes];
    const text = formatListing({
      columns: {
        ID: 'CONTAINER ID',
        Image: 'IMAGE',
        Command: 'COMMAND',
        RunningFor: 'CREATED',
        Status: 'STATUS',
        Ports: 'PORTS',
        Names: 'NAMES',
        ...(flags.on('size') && { Size: 'SIZE' }),
      },
      more: {
        CreatedAt: 'CREATED AT',
        Labels: 'LABELS',
        LocalVolumes: 'LOCAL VOLUMES',
        Mounts: 'MOUNTS',
        Networks: 'NETWORKS',
        Size: 'SIZE',
        State: 'STATE',
      },
      rows,
      type: '*formatter.ContainerContext',
      quiet: { on: flags.on('quiet'), field: 'ID' },
      format: flags.value('format'),
    });
    yield* call.out(text);
    return 0;
  },
});
