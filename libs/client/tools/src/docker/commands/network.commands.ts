import { defineDockerCommand, forEachArgument, notSimulated } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import { shortId } from '../engine/local-image.js';
import { formatListing } from './docker-format.js';
import { networkInspect } from './inspect.command.js';
import { parseLabels } from './container-settings.js';
import { compareStrings } from '@seatrial/kernel';

const BUILT_IN = ['bridge', 'host', 'none'];

const create = defineDockerCommand({
  name: 'create',
  usage: '[OPTIONS] NETWORK',
  short: 'Create a network',
  flags:
    '-d --driver=, --subnet=*, --gateway=*, --internal, --label=*, --attachable, --ip-range=*, --ipv6, -o --opt=*, --scope=',
  minimum: 1,
  maximum: 1,
  *run(call) {
    const driver = call.flags.value('driver') ?? 'bridge';
    if (driver !== 'bridge') notSimulated(call.process, `docker network create --driver ${driver}`);
    for (const flag of ['subnet', 'gateway', 'internal', 'ip-range', 'ipv6'])
      if (call.flags.has(flag)) notSimulated(call.process, `docker network create --${flag}`);
    const network = call.engine.createNetwork(call.args[0], parseLabels(call.flags.list('label')));
    yield* call.out(`${network.id}\n`);
    return 0;
  },
});

const list = defineDockerCommand({
  name: 'ls',
  aliases: ['list'],
  usage: '[OPTIONS]',
  short: 'List networks',
  flags: '-f --filter=*, --format=, --no-trunc, -q --quiet',
  maximum: 0,
  *run(call) {
    const names = call.flags.list('filter').map((filter) => {
      if (!filter.startsWith('name=')) notSimulated(call.process, `docker network ls --filter ${filter}`);
      return filter.slice(5);
    });
    const networks = [...call.engine.networks.values()]
      .filter(({ name }) => names.length === 0 || names.some((wanted) => name.includes(wanted)))
      .sort((a, b) => compareStrings(a.name, b.name));
    yield* call.out(
      formatListing({
        columns: { ID: 'NETWORK ID', Name: 'NAME', Driver: 'DRIVER', Scope: 'SCOPE' },
        rows: networks.map(({ id, name, driver }) => ({
          ID: call.flags.on('no-trunc') ? id : shortId(id),
          Name: name,
          Driver: driver,
          Scope: 'local',
        })),
        type: '*formatter.networkContext',
        quiet: { on: call.flags.on('quiet'), field: 'ID' },
        format: call.flags.value('format'),
      }),
    );
    return 0;
  },
});

const remove = defineDockerCommand({
  name: 'rm',
  aliases: ['remove'],
  usage: 'NETWORK [NETWORK...]',
  short: 'Remove one or more networks',
  flags: '-f --force',
  minimum: 1,
  *run(call) {
    return yield* forEachArgument(call, function* (reference) {
      const network = call.engine.findNetwork(reference) ?? daemonFailure(`network ${reference} not found`);
      if (BUILT_IN.includes(network.name))
        daemonFailure(`${network.name} is a pre-defined network and cannot be removed`);
      const users = [...network.attached.values()].map(
        ({ name, endpoints }) => `name:"${name}" id:"${shortId(endpoints.get(network.name)?.endpointId ?? '')}"`,
      );
      if (users.length > 0)
        daemonFailure(
          `error while removing network: network ${network.name} has active endpoints (${users.join(', ')})`,
        );
      call.engine.networks.delete(network.name);
      yield* call.out(`${reference}\n`);
    });
  },
});

const prune = defineDockerCommand({
  name: 'prune',
  usage: '[OPTIONS]',
  short: 'Remove all unused networks',
  flags: '-f --force, --filter=*',
  maximum: 0,
  *run(call) {
    if (!call.flags.on('force')) notSimulated(call.process, 'docker network prune without --force');
    const used = new Set([...call.engine.containers.values()].flatMap(({ endpoints }) => [...endpoints.keys()]));
    const names = [...call.engine.networks.keys()].filter((name) => !BUILT_IN.includes(name) && !used.has(name));
    for (const name of names) call.engine.networks.delete(name);
    if (names.length > 0) yield* call.out(`Deleted Networks:\n${names.join('\n')}\n\n`);
    return 0;
  },
});

export const networkCommand = defineDockerCommand({
  name: 'network',
  usage: 'COMMAND',
  short: 'Manage networks',
  commands: [create, networkInspect, list, prune, remove],
});
