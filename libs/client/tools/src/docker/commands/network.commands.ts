import { compareStrings, type Process } from '@seatrial/kernel';
import { notSimulated } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import type { DockerFlags } from '../docker-flags.js';
import type { EngineNetwork } from '../engine/engine-network.js';
import { networkConnect, networkDisconnect } from './connect.commands.js';
import { shortId } from '../engine/local-image.js';
import { parseLabels } from './container-settings.js';
import { networkInspect } from './inspect.command.js';
import { objectCommands } from './object-commands.js';

const BUILT_IN = ['bridge', 'host', 'none'];

/** The subnet that the flags ask for; those that are no /8, /16 or /24 are not simulated. */
function poolOf(process: Process, flags: DockerFlags): EngineNetwork['pool'] {
  const [subnet, ...more] = flags.list('subnet');
  const gateway = flags.list('gateway').at(0);
  if (flags.list('subnet').length === 0) {
    if (gateway !== undefined) throw new DockerFailure('every ip-range or gateway must have a corresponding subnet');
    return undefined;
  }
  if (more.length > 0) notSimulated(process, 'docker network create with several subnets');
  const [, address, bits] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d+)$/.exec(subnet) ?? [];
  if (address === undefined || address.split('.').some((part) => Number(part) > 255) || Number(bits) > 32)
    daemonFailure(`invalid network config:\ninvalid subnet ${subnet}: invalid CIDR block notation`);
  if (!['8', '16', '24'].includes(bits)) notSimulated(process, `docker network create --subnet ${subnet}`);
  return { subnet, ...(gateway !== undefined && { gateway }) };
}

export const networkCommand = objectCommands({
  noun: 'network',
  usage: '',
  create: {
    usage: '[OPTIONS] NETWORK',
    flags:
      '-d --driver=, --subnet=*, --gateway=*, --internal, --label=*, --attachable, --ip-range=*, --ipv6, -o --opt=*, --scope=',
    unfollowed: '--aux-address=*, --config-from=, --config-only, --ingress, --ipam-driver=, --ipam-opt=*, --ipv4',
    named: true,
    run({ engine, flags, args, process }) {
      const driver = flags.value('driver') ?? 'bridge';
      if (driver !== 'bridge') notSimulated(process, `docker network create --driver ${driver}`);
      for (const flag of ['internal', 'ip-range', 'ipv6'])
        if (flags.has(flag)) notSimulated(process, `docker network create --${flag}`);
      return engine.createNetwork(args[0], parseLabels(flags.list('label')), poolOf(process, flags)).id;
    },
  },
  list: {
    columns: { ID: 'NETWORK ID', Name: 'NAME', Driver: 'DRIVER', Scope: 'SCOPE' },
    type: '*formatter.networkContext',
    key: 'ID',
    flags: '-f --filter=?, --format=, --no-trunc, -q --quiet',
    unfollowed: '',
    rows: ({ engine, flags }, wanted) =>
      [...engine.networks.values()]
        .filter(({ name }) => wanted(name))
        .sort((a, b) => compareStrings(a.name, b.name))
        .map(({ id, name, driver }) => ({
          ID: flags.on('no-trunc') ? id : shortId(id),
          Name: name,
          Driver: driver,
          Scope: 'local',
        })),
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
        daemonFailure(
          `error while removing network: network ${network.name} has active endpoints (${users.join(', ')})`,
        );
      engine.removeNetwork(network);
    },
  },
  prune: {
    short: 'Remove all unused networks',
    flags: '-f --force, --filter=?',
    warning: () => 'This will remove all custom networks not used by at least one container.',
    run({ engine }) {
      const used = new Set([...engine.containers.values()].flatMap(({ endpoints }) => [...endpoints.keys()]));
      const unused = [...engine.networks.values()].filter(({ name }) => !BUILT_IN.includes(name) && !used.has(name));
      for (const network of unused) engine.removeNetwork(network);
      return unused.map(({ name }) => name);
    },
    summary: '',
  },
  inspect: networkInspect,
  more: [networkConnect, networkDisconnect],
});
