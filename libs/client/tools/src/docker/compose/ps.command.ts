import { compareStrings } from '@seatrial/kernel';
import { formatListing } from '../commands/docker-format.js';
import { containerRow } from '../commands/ps.command.js';
import { notSimulated, type DockerCall } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import { serviceOf } from './compose-project.js';
import { projectCommand } from './project-command.js';

const STATES = ['paused', 'restarting', 'removing', 'running', 'dead', 'created', 'exited'];

/** The states that `--status` and `--filter status=…` ask for; none for no such wish. */
function wantedStates({ flags, process }: DockerCall): readonly string[] {
  const filter = flags.value('filter');
  const [name, value] = filter?.split('=') ?? [];
  if (filter !== undefined && (value === undefined || value === ''))
    throw new DockerFailure('arguments to --filter should be in form KEY=VAL');
  if (name === 'source') notSimulated(process, 'docker compose ps --filter source');
  if (name !== undefined && name !== 'status') throw new DockerFailure(`unknown filter ${name}`);
  const states = [...flags.list('status'), ...(value === undefined ? [] : [value])];
  const unknown = states.find((state) => !STATES.includes(state));
  if (unknown !== undefined) throw new DockerFailure(`unknown status "${unknown}"`);
  return states;
}

/** A container as `--format json` writes it. */
function containerJson(container: Container, row: Readonly<Record<string, string>>, project: string): string {
  const publishers = [...container.bound].flatMap(([key, bindings]) => {
    const [target, protocol] = key.split('/');
    return bindings.map(({ hostIp, hostPort }) => ({
      URL: hostIp === '' ? '0.0.0.0' : hostIp,
      TargetPort: Number(target),
      PublishedPort: hostPort,
      Protocol: protocol,
    }));
  });
  const whole = {
    ...row,
    ExitCode: container.exitCode,
    Health: container.running ? (container.health?.status ?? '') : '',
    Name: container.name,
    Names: container.name,
    Project: project,
    Publishers: publishers,
    Service: serviceOf(container),
  };
  return `${JSON.stringify(Object.fromEntries(Object.entries(whole).sort(([a], [b]) => compareStrings(a, b))))}\n`;
}

/** `docker compose ps`. */
export const ps = projectCommand(
  {
    name: 'ps',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'List containers',
    flags: '-a --all, --filter=, --format=, --no-trunc, --orphans, -q --quiet, --services, --status=*',
  },
  function* (project, call) {
    const { flags } = call;
    const states = wantedStates(call);
    const containers = project
      .containers(call.args)
      .filter(({ state, running }) =>
        states.length > 0 ? states.includes(state) : flags.on('all') || running || state === 'restarting',
      );
    if (flags.on('services')) {
      const names = new Set(containers.map(serviceOf));
      yield* call.out([...names].map((name) => `${name}\n`).join(''));
      return 0;
    }
    if (flags.on('quiet')) {
      yield* call.out(containers.map(({ id }) => `${id}\n`).join(''));
      return 0;
    }
    const sorted = containers.sort((a, b) => compareStrings(a.name, b.name));
    const row = (container: Container) => containerRow(container, call.now, flags.on('no-trunc'));
    if (flags.value('format') === 'json') {
      yield* call.out(sorted.map((each) => containerJson(each, row(each), project.file.name)).join(''));
      return 0;
    }
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
        rows: sorted.map((each) => ({ ...row(each), Name: each.name, Service: serviceOf(each) })),
        type: '*formatter.ContainerContext',
        format: flags.value('format'),
      }),
    );
    return 0;
  },
);
