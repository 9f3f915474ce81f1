import { compareStrings } from '@seatrial/kernel';
import { TabWriter } from '@seatrial/kubectl';
import { processTable } from '../commands/inside.commands.js';
import { defineDockerCommand, notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import { humanDuration, humanSize } from '../engine/human-units.js';
import { shortId } from '../engine/local-image.js';
import { CONFIG_FILES, PROJECT, numberOf, serviceOf } from './compose-project.js';
import { projectCommand } from './project-command.js';

/** Tables as Compose prints them (compose cmd/formatter). */
function table(rows: readonly (readonly string[])[]): string {
  const writer = new TabWriter({ minWidth: 20, padding: 3 });
  for (const row of rows) writer.write(`${row.join('\t')}\n`);
  return writer.flush();
}

export const images = projectCommand(
  {
    name: 'images',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'List images used by the created containers',
    flags: '--format=, -q --quiet',
  },
  function* (project, call) {
    const { engine, flags, now } = call;
    if ((flags.value('format') ?? 'table') !== 'table') notSimulated(call.process, 'docker compose images --format');
    const containers = project.containers(call.args).sort((a, b) => compareStrings(a.name, b.name));
    if (flags.on('quiet')) {
      const ids = new Set(containers.map(({ settings }) => settings.image.id.replace('sha256:', '')));
      yield* call.out([...ids].map((id) => `${id}\n`).join(''));
      return 0;
    }
    const rows = containers.map(({ name, settings: { image } }) => {
      const [tag = '<none>:<none>'] = engine.images.tagsOf(image.id);
      const colon = tag.lastIndexOf(':');
      const created = `${humanDuration(now - image.createdAt)} ago`;
      return [
        name,
        tag.slice(0, colon),
        tag.slice(colon + 1),
        'linux/amd64',
        shortId(image.id),
        humanSize(image.sizeBytes, 3),
        created,
      ];
    });
    yield* call.out(table([['CONTAINER', 'REPOSITORY', 'TAG', 'PLATFORM', 'IMAGE ID', 'SIZE', 'CREATED'], ...rows]));
    return 0;
  },
);

export const top = projectCommand(
  { name: 'top', usage: '[SERVICES...]', short: 'Display the running processes' },
  function* (project, call) {
    const running = project.containers(call.args).filter((container) => container.running);
    const rows = running
      .sort((a, b) => compareStrings(a.name, b.name))
      .flatMap((container) =>
        processTable(container).map((row) => [serviceOf(container), String(numberOf(container)), ...row]),
      );
    if (rows.length === 0) return 0;
    const writer = new TabWriter({ minWidth: 4, padding: 2 });
    for (const row of [['SERVICE', '#', 'UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'], ...rows])
      writer.write(`${row.join('\t')}\n`);
    yield* call.out(writer.flush());
    return 0;
  },
);

export const port = projectCommand(
  {
    name: 'port',
    usage: '[OPTIONS] SERVICE PRIVATE_PORT',
    short: 'Print the public port for a port binding',
    flags: '--index=#, --protocol=',
    minimum: 2,
  },
  function* (project, call) {
    const [name, wanted] = call.args;
    const container = running(project.containers(), name, Number(call.flags.value('index') ?? 0));
    const protocol = call.flags.value('protocol') ?? 'tcp';
    const [binding] = container.bound.get(`${wanted}/${protocol}`) ?? [];
    if (!binding) {
      const bound = [...container.bound].flatMap(([key, bindings]) =>
        bindings.map(({ hostPort }) => `${hostPort}/${key.split('/')[1]}`),
      );
      throw new DockerFailure(`no port ${wanted}/${protocol} for container ${container.name}: ${bound.join(', ')}`);
    }
    yield* call.out(`${binding.hostIp === '' ? '0.0.0.0' : binding.hostIp}:${binding.hostPort}\n`);
    return 0;
  },
);

/** A service's running container, the first or the one of a number; the errors are Compose's. */
export function running(containers: readonly Container[], service: string, index: number): Container {
  const found = containers.find(
    (each) => serviceOf(each) === service && each.running && (index === 0 || numberOf(each) === index),
  );
  if (found) return found;
  throw new DockerFailure(
    index > 0 ? `service "${service}" is not running container #${index}` : `service "${service}" is not running`,
  );
}

export const ls = defineDockerCommand({
  name: 'ls',
  usage: '[OPTIONS]',
  short: 'List running compose projects',
  flags: '-a --all, --filter=?, --format=, -q --quiet',
  unfollowed: '--dry-run',
  maximum: 0,
  *run(call) {
    const { flags, engine } = call;
    if (flags.has('filter') || (flags.value('format') ?? 'table') !== 'table')
      notSimulated(call.process, 'docker compose ls --filter/--format');
    const projects = new Map<string, Container[]>();
    for (const container of engine.containers.values()) {
      const name = container.settings.labels[PROJECT] as string | undefined;
      if (name === undefined || (!flags.on('all') && !container.running)) continue;
      projects.set(name, [...(projects.get(name) ?? []), container]);
    }
    const names = [...projects.keys()].sort(compareStrings);
    if (flags.on('quiet')) {
      yield* call.out(names.map((name) => `${name}\n`).join(''));
      return 0;
    }
    const rows = names.map((name) => {
      const counts = new Map<string, number>();
      for (const { state } of projects.get(name) ?? []) counts.set(state, (counts.get(state) ?? 0) + 1);
      const status = [...counts].sort(([a], [b]) => compareStrings(a, b)).map(([state, count]) => `${state}(${count})`);
      return [name, status.join(', '), projects.get(name)?.[0].settings.labels[CONFIG_FILES] ?? ''];
    });
    yield* call.out(table([['NAME', 'STATUS', 'CONFIG FILES'], ...rows]));
    return 0;
  },
});
