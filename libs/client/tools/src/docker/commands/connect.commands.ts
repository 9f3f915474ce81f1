import { sleep } from '@seatrial/kernel';
import { defineDockerCommand, notSimulated, type DockerCall } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import { connectNetwork, disconnectNetwork } from '../engine/container-endpoints.js';
import type { EngineNetwork } from '../engine/engine-network.js';

const CONNECT_MS = 100;
/** moby runconfig/errors.go. */
const SHARED =
  'container sharing network namespace with another container or host cannot be connected to any other network';
const HOST = 'container cannot be disconnected from host network or connected to host network';

function ends({ engine, args: [name, reference] }: DockerCall): { network: EngineNetwork; container: Container } {
  const network = engine.findNetwork(name) ?? daemonFailure(`network ${name} not found`);
  return { network, container: engine.get(reference) };
}

export const networkConnect = defineDockerCommand({
  name: 'connect',
  usage: '[OPTIONS] NETWORK CONTAINER',
  short: 'Connect a container to a network',
  flags: '--alias=*, --driver-opt=*, --gw-priority=#, --ip=, --ip6=, --link=*, --link-local-ip=*',
  minimum: 2,
  maximum: 2,
  *run(call) {
    for (const flag of ['ip', 'ip6', 'link', 'link-local-ip', 'driver-opt', 'gw-priority'])
      if (call.flags.has(flag)) notSimulated(call.process, `docker network connect --${flag}`);
    const { network, container } = ends(call);
    yield* sleep(CONNECT_MS);
    if (container.endpoints.has('host') || network.name === 'host') daemonFailure(SHARED);
    if (container.running && container.endpoints.has(network.name))
      daemonFailure(`endpoint with name ${container.name} already exists in network ${network.name}`);
    const aliases = call.flags.list('alias');
    if (aliases.length > 0 && network.name === 'bridge')
      daemonFailure('network-scoped aliases are only supported for user-defined networks');
    connectNetwork(container, network, aliases);
    return 0;
  },
});

export const networkDisconnect = defineDockerCommand({
  name: 'disconnect',
  usage: '[OPTIONS] NETWORK CONTAINER',
  short: 'Disconnect a container from a network',
  flags: '-f --force',
  minimum: 2,
  maximum: 2,
  *run(call) {
    const { network, container } = ends(call);
    yield* sleep(CONNECT_MS);
    if (container.endpoints.has('host') && network.name === 'host') daemonFailure(HOST);
    if (!container.endpoints.has(network.name))
      daemonFailure(
        `container ${container.id} is not connected to ${container.running ? '' : 'the '}network ${network.name}`,
      );
    disconnectNetwork(container, network);
    return 0;
  },
});
