import { compareStrings } from '@seatrial/kernel';
import { notSimulated } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import { shortId } from '../engine/local-image.js';
import { parseLabels } from './container-settings.js';
import { networkInspect } from './inspect.command.js';
import { objectCommands } from './object-commands.js';

const BUILT_IN = ['bridge', 'host', 'none'];

export const networkCommand = objectCommands({
  noun: 'network',
  create: {
    usage: '[OPTIONS] NETWORK',
    flags: '-d --driver=, --subnet=*, --gateway=*, --internal, --label=*, --attachable, --ip-range=*, --ipv6, -o --opt=*, --scope=', // prettier-ignore
    named: true,
    run({ engine, flags, args, process }) {
      const driver = flags.value('driver') ?? 'bridge';
      if (driver !== 'bridge') notSimulated(process, `docker network create --driver ${driver}`);
      for (const flag of ['subnet', 'gateway', 'internal', 'ip-range', 'ipv6'])
        if (flags.has(flag)) notSimulated(process, `docker network create --${flag}`);
      return engine.createNetwork(args[0], parseLabels(flags.list('label'))).id;
    },
  },
  list: {
    columns: { ID: 'NETWORK ID', Name: 'NAME', Driver: 'DRIVER', Scope: 'SCOPE' },
    type: '*formatter.networkContext',
    key: 'ID',
    flags: '-f --filter=*, --format=, --no-trunc, -q --quiet',
    rows: ({ engine, flags }, wanted) =>
      [...engine.networks.values()]
        .filter(({ name }) => wanted(name))
        .sort((a, b) => compareStrings(a.name, b.name))
        .map(({ id, name, driver }) => ({ ID: flags.on('no-trunc') ? id : shortId(id), Name: name, Driver: driver, Scope: 'local' })), // prettier-ignore
  },
  remove: {
    usage: 'NETWORK [NETWORK...]',
    run({ engine }, reference) {
      const network = engine.findNetwork(reference) ?? daemonFailure(`network ${reference} not found`);
      if (BUILT_IN.includes(network.name))
        daemonFailure(`${network.name} is a pre-defined network and cannot be removed`);
      const users = [...network.attached.values()].map(
        ({ name, endpoints }) => `name:"${name}" id:"${shortId(endpoints.get(network.name)?.endpointId ?? '')}"`,
      );
      if (users.length > 0)
        daemonFailure(`error while removing network: network ${network.name} has active endpoints (${users.join(', ')})`); // prettier-ignore
      engine.networks.delete(network.name);
    },
  },
  prune: {
    short: 'Remove all unused networks',
    flags: '-f --force, --filter=*',
    warning: () => 'This will remove all custom networks not used by at least one container.',
    run({ engine }) {
      const used = new Set([...engine.containers.values()].flatMap(({ endpoints }) => [...endpoints.keys()]));
      const names = [...engine.networks.keys()].filter((name) => !BUILT_IN.includes(name) && !used.has(name));
      for (const name of names) engine.networks.delete(name);
      return names;
    },
    summary: '',
  },
  inspect: networkInspect,
});
