import { sha256Hex, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { HealthCheck } from '../engine/container-contract.js';
import type { Container } from '../engine/container.js';
import { gatewayOf, macOf, prefixLengthOf, type Endpoint } from '../engine/engine-network.js';
import { apiTime } from '../engine/human-units.js';
import { exposedPorts, listOrNull, variables } from './inspect-parts.js';

/** 64 MiB of /dev/shm. */
const SHM_BYTES = 67_108_864;
/** What runc hides from a container, and what it may only read (moby oci/defaults.go). */
const MASKED = ['/proc/asound', '/proc/acpi', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug', '/proc/scsi', '/sys/firmware', '/sys/devices/virtual/powercap']; // prettier-ignore
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

function endpointObject({ network, aliases, endpointId, address }: Endpoint, container: Container): JsonObject {
  const up = address !== '';
  const names = network.name === 'bridge' ? null : [container.name, ...aliases, container.id.slice(0, 12)];
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: aliases.length > 0 ? [...aliases] : null,
    MacAddress: macOf(endpointId, address),
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

/** A health check, in nanoseconds. */
export const healthCheckObject = (check: HealthCheck): JsonObject => ({
  Test: [...check.test],
  Interval: check.intervalMs * 1_000_000,
  Timeout: check.timeoutMs * 1_000_000,
  Retries: check.retries,
});

/** A container's state. */
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

/** The limits of a container, as the API's `Resources` has them. */
function resourcesObject({ resources }: Container): JsonObject {
  return {
    CpuShares: resources.cpuShares,
    Memory: resources.memory,
    NanoCpus: resources.nanoCpus,
    CgroupParent: '',
    BlkioWeight: 0,
    BlkioWeightDevice: [],
    BlkioDeviceReadBps: [],
    BlkioDeviceWriteBps: [],
    BlkioDeviceReadIOps: [],
    BlkioDeviceWriteIOps: [],
    CpuPeriod: 0,
    CpuQuota: 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: '',
    CpusetMems: '',
    Devices: [],
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MemoryReservation: resources.memoryReservation,
    MemorySwap: resources.memorySwap,
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: resources.pidsLimit === 0 ? null : resources.pidsLimit,
    Ulimits: [],
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
  };
}

/** What a container was asked for of its host (api/types/container HostConfig). */
function hostConfigObject(container: Container): JsonObject {
  const { settings, endpoints } = container;
  const [first] = [...endpoints.values()] as (Endpoint | undefined)[];
  const privileged = settings.privileged ?? false;
  const links = (settings.links ?? []).map(
    ({ id, alias }) => `/${container.engine.containers.get(id)?.name ?? ''}:/${container.name}/${alias}`,
  );
  return {
    Binds: listOrNull(
      settings.mounts
        .filter(({ type }) => type !== 'tmpfs')
        .map(({ name, source, target }) => `${name ?? source}:${target}`),
    ),
    ContainerIDFile: '',
    LogConfig: { Type: 'json-file', Config: {} },
    NetworkMode: first?.network.name ?? 'default',
    PortBindings: portBindings(container),
    RestartPolicy: { Name: container.restart.name, MaximumRetryCount: container.restart.maximum },
    AutoRemove: settings.autoRemove,
    VolumeDriver: '',
    VolumesFrom: null,
    ConsoleSize: [0, 0],
    CapAdd: listOrNull(settings.capAdd),
    CapDrop: listOrNull(settings.capDrop),
    CgroupnsMode: privileged ? 'host' : 'private',
    Dns: [...(settings.dns ?? [])],
    DnsOptions: [],
    DnsSearch: [],
    ExtraHosts: listOrNull(settings.extraHosts?.map((line) => line.split('\t').reverse().join(':'))),
    GroupAdd: null,
    IpcMode: 'private',
    Cgroup: '',
    Links: listOrNull(links),
    OomScoreAdj: 0,
    PidMode: '',
    Privileged: privileged,
    PublishAllPorts: settings.publishAll ?? false,
    ReadonlyRootfs: settings.readOnly ?? false,
    SecurityOpt: privileged ? ['label=disable'] : null,
    UTSMode: '',
    UsernsMode: '',
    ShmSize: SHM_BYTES,
    Runtime: 'runc',
    Isolation: '',
    ...resourcesObject(container),
    MaskedPaths: privileged ? null : MASKED,
    ReadonlyPaths: privileged ? null : READ_ONLY,
  };
}

/** Where the layers of a container are on the engine's disk. */
function graphDriverObject({ id, settings }: Container): JsonObject {
  const place = (of: string): string => `/var/lib/docker/overlay2/${sha256Hex(`overlay ${of}`)}`;
  const lower = [...settings.image.layers].reverse().map((layer) => `${place(layer)}/diff`);
  const own = place(id);
  return {
    Data: {
      ID: id,
      LowerDir: [`${own}-init/diff`, ...lower].join(':'),
      MergedDir: `${own}/merged`,
      UpperDir: `${own}/diff`,
      WorkDir: `${own}/work`,
    },
    Name: 'overlay2',
  };
}

function configObject({ settings }: Container): JsonObject {
  const attached = !(settings.detached ?? false);
  return {
    Hostname: settings.hostname,
    Domainname: '',
    User: settings.user === 'root' ? '' : settings.user,
    AttachStdin: attached && settings.openStdin,
    AttachStdout: attached,
    AttachStderr: attached,
    ...(settings.exposed.length > 0 && { ExposedPorts: exposedPorts(settings.exposed) }),
    Tty: settings.tty,
    OpenStdin: settings.openStdin,
    StdinOnce: attached && settings.openStdin,
    Env: variables([...settings.env].filter(([name]) => !['HOSTNAME', 'HOME', 'TERM'].includes(name))),
    Cmd: listOrNull(settings.cmd),
    ...(settings.healthCheck && { Healthcheck: healthCheckObject(settings.healthCheck) }),
    Image: settings.imageName,
    Volumes: null,
    WorkingDir: settings.cwd === '/' ? (settings.image.config.workingDir ?? '') : settings.cwd,
    Entrypoint: listOrNull(settings.entrypoint),
    OnBuild: null,
    Labels: { ...settings.labels },
    ...(settings.stopSignal !== 'TERM' && { StopSignal: `SIG${settings.stopSignal}` }),
  };
}

function networkSettingsObject(container: Container): JsonObject {
  const { id, endpoints, startedAt, running } = container;
  const inDefault = endpoints.get('bridge');
  const up = inDefault !== undefined && inDefault.address !== '';
  const sandbox = running ? sha256Hex(`sandbox ${id} ${startedAt}`) : '';
  return {
    Bridge: '',
    SandboxID: sandbox,
    SandboxKey: running ? `/var/run/docker/netns/${sandbox.slice(0, 12)}` : '',
    Ports: portsObject(container),
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: up ? inDefault.endpointId : '',
    Gateway: up ? gatewayOf(inDefault.network) : '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: inDefault?.address ?? '',
    IPPrefixLen: up ? prefixLengthOf(inDefault.network) : 0,
    IPv6Gateway: '',
    MacAddress: up ? macOf(inDefault.endpointId, inDefault.address) : '',
    Networks: Object.fromEntries([...endpoints].map(([name, endpoint]) => [name, endpointObject(endpoint, container)])),
  };
}

/** What `docker container inspect` prints of a container (API 1.51). */
export function containerObject(container: Container): JsonObject {
  const { settings, id } = container;
  const [path = '', ...args] = container.argv;
  const folder = `/var/lib/docker/containers/${id}`;
  return {
    Id: id,
    Created: apiTime(container.createdAt),
    Path: path,
    Args: args,
    State: stateObject(container),
    Image: settings.image.id,
    ResolvConfPath: `${folder}/resolv.conf`,
    HostnamePath: `${folder}/hostname`,
    HostsPath: `${folder}/hosts`,
    LogPath: `${folder}/${id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: settings.privileged ? 'unconfined' : 'docker-default',
    ExecIDs: null,
    HostConfig: hostConfigObject(container),
    GraphDriver: graphDriverObject(container),
    Mounts: settings.mounts.map(({ type, name, source, target, readOnly }) => ({
      Type: type,
      ...(name !== undefined && { Name: name }),
      Source: source,
      Destination: target,
      ...(type === 'volume' && { Driver: 'local' }),
      Mode: type === 'volume' ? 'z' : '',
      RW: !readOnly,
      Propagation: type === 'bind' ? 'rprivate' : '',
    })),
    Config: configObject(container),
    NetworkSettings: networkSettingsObject(container),
  };
}
