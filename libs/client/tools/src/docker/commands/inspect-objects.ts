import type { JsonObject, JsonValue } from '@seatrial/kernel';
import type { HealthCheck } from '../engine/container-contract.js';
import type { Container } from '../engine/container.js';
import type { DockerEngine, EngineVolume } from '../engine/docker-engine.js';
import {
  gatewayOf,
  macOf,
  prefixLengthOf,
  subnetOf,
  type Endpoint,
  type EngineNetwork,
} from '../engine/engine-network.js';
import { apiTime } from '../engine/human-units.js';
import type { LocalImage } from '../engine/local-image.js';

const exposedPorts = (ports: readonly number[] | undefined): JsonObject =>
  Object.fromEntries((ports ?? []).map((port) => [`${port}/tcp`, {}]));

const variables = (env: Iterable<readonly [string, string]>): string[] =>
  [...env].map(([name, value]) => `${name}=${value}`);

const listOrNull = (words: readonly string[] | undefined): JsonValue => (words && words.length > 0 ? [...words] : null);

function endpointObject({ network, aliases, endpointId, address }: Endpoint, container: Container): JsonObject {
  const up = address !== '';
  const names = network.name === 'bridge' ? null : [container.name, ...aliases, container.id.slice(0, 12)];
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: aliases.length > 0 ? [...aliases] : null,
    MacAddress: macOf(address),
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: network.id,
    EndpointID: up ? endpointId : '',
    Gateway: up ? gatewayOf(network) : '',
    IPAddress: address,
    IPPrefixLen: up ? prefixLengthOf(network) : 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: names,
  };
}

function portsObject(container: Container): JsonObject {
  const ports: Record<string, JsonValue> = {};
  if (!container.running) return ports;
  for (const port of container.settings.exposed) ports[`${port}/tcp`] = null;
  for (const [port, bindings] of container.bound)
    ports[port] = bindings.flatMap(({ hostIp, hostPort }) => [
      { HostIp: hostIp === '' ? '0.0.0.0' : hostIp, HostPort: String(hostPort) },
      ...(hostIp === '' ? [{ HostIp: '::', HostPort: String(hostPort) }] : []),
    ]);
  return ports;
}

function portBindings(container: Container): JsonObject {
  return Object.fromEntries(
    container.settings.ports.map(({ containerPort, protocol, hostIp, hostPort }) => [
      `${containerPort}/${protocol}`,
      [{ HostIp: hostIp, HostPort: hostPort === undefined ? '' : String(hostPort) }],
    ]),
  );
}

const healthCheckObject = (check: HealthCheck): JsonObject => ({
  Test: [...check.test],
  Interval: check.intervalMs * 1_000_000,
  Timeout: check.timeoutMs * 1_000_000,
  Retries: check.retries,
});

function stateObject(container: Container): JsonObject {
  const { state, running, health } = container;
  return {
    Status: state,
    Running: running || state === 'restarting',
    Paused: state === 'paused',
    Restarting: state === 'restarting',
    OOMKilled: container.oomKilled,
    Dead: false,
    Pid: running ? hostPid(container) : 0,
    ExitCode: container.exitCode,
    Error: container.error,
    StartedAt: apiTime(container.startedAt),
    FinishedAt: apiTime(container.finishedAt),
    ...(health && {
      Health: {
        Status: health.status,
        FailingStreak: health.failingStreak,
        Log: health.log.map(({ start, end, exitCode, output }) => ({
          Start: apiTime(start),
          End: apiTime(end),
          ExitCode: exitCode,
          Output: output,
        })),
      },
    }),
  };
}

/** The process id that the host sees: any, but always the same for a container's start. */
export function hostPid(container: Container): number {
  return 2000 + (Number.parseInt(container.id.slice(0, 4), 16) % 30_000);
}

function hostConfigObject(container: Container): JsonObject {
  const { settings, endpoints } = container;
  const [first] = [...endpoints.values()] as (Endpoint | undefined)[];
  return {
    Binds: listOrNull(settings.mounts.map(({ name, source, target }) => `${name ?? source}:${target}`)),
    NetworkMode: first?.network.name ?? 'default',
    PortBindings: portBindings(container),
    RestartPolicy: { Name: container.restart.name, MaximumRetryCount: container.restart.maximum },
    AutoRemove: settings.autoRemove,
    ExtraHosts: listOrNull(settings.extraHosts?.map((line) => line.split('\t').reverse().join(':'))),
    Dns: [...(settings.dns ?? [])],
    ReadonlyRootfs: settings.readOnly ?? false,
    CpuShares: container.resources.cpuShares,
    Memory: container.resources.memory,
    NanoCpus: container.resources.nanoCpus,
    MemoryReservation: container.resources.memoryReservation,
    MemorySwap: container.resources.memorySwap,
    PidsLimit: container.resources.pidsLimit === 0 ? null : container.resources.pidsLimit,
  };
}

/** What `docker container inspect` prints of a container (API 1.51), as far as the engine has it. */
export function containerObject(container: Container): JsonObject {
  const { settings, id, endpoints } = container;
  const [path = '', ...args] = container.argv;
  const inDefault = endpoints.get('bridge');
  return {
    Id: id,
    Created: apiTime(container.createdAt),
    Path: path,
    Args: args,
    State: stateObject(container),
    Image: settings.image.id,
    ResolvConfPath: `/var/lib/docker/containers/${id}/resolv.conf`,
    HostnamePath: `/var/lib/docker/containers/${id}/hostname`,
    HostsPath: `/var/lib/docker/containers/${id}/hosts`,
    LogPath: `/var/lib/docker/containers/${id}/${id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    HostConfig: hostConfigObject(container),
    Mounts: settings.mounts.map(({ type, name, source, target, readOnly }) => ({
      Type: type,
      ...(name !== undefined && { Name: name }),
      Source: source,
      Destination: target,
      ...(type === 'volume' && { Driver: 'local' }),
      Mode: type === 'volume' ? 'z' : '',
      RW: !readOnly,
      Propagation: type === 'volume' ? '' : 'rprivate',
    })),
    Config: {
      Hostname: settings.hostname,
      Domainname: '',
      User: settings.user === 'root' ? '' : settings.user,
      Tty: settings.tty,
      OpenStdin: settings.openStdin,
      ...(settings.exposed.length > 0 && { ExposedPorts: exposedPorts(settings.exposed) }),
      Env: variables([...settings.env].filter(([name]) => name !== 'HOSTNAME' && name !== 'HOME')),
      Cmd: listOrNull(settings.cmd),
      ...(settings.healthCheck && { Healthcheck: healthCheckObject(settings.healthCheck) }),
      Image: settings.imageName,
      Volumes: null,
      WorkingDir: settings.cwd === '/' ? (settings.image.config.workingDir ?? '') : settings.cwd,
      Entrypoint: listOrNull(settings.entrypoint),
      Labels: { ...settings.labels },
    },
    NetworkSettings: {
      Bridge: '',
      Ports: portsObject(container),
      EndpointID: inDefault && inDefault.address !== '' ? inDefault.endpointId : '',
      Gateway: inDefault && inDefault.address !== '' ? gatewayOf(inDefault.network) : '',
      IPAddress: inDefault?.address ?? '',
      IPPrefixLen: inDefault && inDefault.address !== '' ? prefixLengthOf(inDefault.network) : 0,
      MacAddress: macOf(inDefault?.address ?? ''),
      Networks: Object.fromEntries(
        [...endpoints].map(([name, endpoint]) => [name, endpointObject(endpoint, container)]),
      ),
    },
  };
}

/** What `docker image inspect` prints. */
export function imageObject(engine: DockerEngine, image: LocalImage): JsonObject {
  const { config } = image;
  return {
    Id: image.id,
    RepoTags: [...engine.images.tagsOf(image.id)],
    RepoDigests: [...engine.images.digestsOf(image.id)],
    Parent: '',
    Comment: image.comment ?? 'buildkit.dockerfile.v0',
    Created: apiTime(image.createdAt),
    DockerVersion: '',
    Author: image.author ?? '',
    Config: {
      User: config.user ?? '',
      ...(config.exposedPorts && { ExposedPorts: exposedPorts(config.exposedPorts) }),
      Env: variables(Object.entries(config.env ?? {})),
      Cmd: listOrNull(config.cmd),
      WorkingDir: config.workingDir ?? '/',
      Entrypoint: listOrNull(config.entrypoint),
      ...(config.healthCheck && { Healthcheck: healthCheckObject(config.healthCheck) }),
      ...(config.volumes && { Volumes: Object.fromEntries(config.volumes.map((path) => [path, {}])) }),
      Labels: config.labels ? { ...config.labels } : null,
    },
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.sizeBytes,
    RootFS: { Type: 'layers', Layers: [...image.layers] },
  };
}

/** What `docker network inspect` prints. */
export function networkObject(network: EngineNetwork): JsonObject {
  const bridge = network.prefix !== '';
  return {
    Name: network.name,
    Id: network.id,
    Created: apiTime(network.createdAt),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: network.name === 'bridge' ? null : {},
      Config: bridge ? [{ Subnet: subnetOf(network), Gateway: gatewayOf(network) }] : null,
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(
      [...network.attached].map(([id, container]) => {
        const endpoint = container.endpoints.get(network.name);
        const address = endpoint?.address ?? '';
        return [
          id,
          {
            Name: container.name,
            EndpointID: endpoint?.endpointId ?? '',
            MacAddress: macOf(address),
            IPv4Address: address === '' ? '' : `${address}/${prefixLengthOf(network)}`,
            IPv6Address: '',
          },
        ];
      }),
    ),
    Options: {},
    Labels: { ...network.labels },
  };
}

/** What `docker volume inspect` prints. */
export function volumeObject(volume: EngineVolume): JsonObject {
  return {
    CreatedAt: `${apiTime(volume.createdAt).slice(0, 19)}Z`,
    Driver: 'local',
    Labels: Object.keys(volume.labels).length > 0 ? { ...volume.labels } : null,
    Mountpoint: `/var/lib/docker/volumes/${volume.name}/_data`,
    Name: volume.name,
    Options: null,
    Scope: 'local',
  };
}
