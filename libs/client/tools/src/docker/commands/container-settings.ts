import { SIGNALS, type Coroutine, type Signal } from '@seatrial/kernel';
import { notSimulated, type DockerCall } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import type { DockerFlags } from '../docker-flags.js';
import type { Container } from '../engine/container.js';
import {
  NO_LIMITS,
  type ContainerResources,
  type ContainerSettings,
  type HealthCheck,
  type PortBinding,
  type RestartPolicy,
} from '../engine/container-contract.js';
import type { EndpointWish } from '../engine/docker-engine.js';
import { addressProblem, type EngineNetwork } from '../engine/engine-network.js';
import { parseHealthCheck } from '../engine/health-check.js';
import type { LocalImage } from '../engine/local-image.js';
import { HOST_CPUS } from './information.commands.js';
import { mountsOf } from './container-mounts.js';
import { parsePort } from './container-ports.js';
import { envFileLines, splitExtraHost } from './create-options.js';
import { RESOURCE_FLAGS, resourceProblem, resourcesOf } from './resources.js';

/** Flags that `run` and `create` share, in the notation of docker-flags.ts. */
export const CREATE_FLAGS =
  `${RESOURCE_FLAGS}, --add-host=*, --annotation=*, --cap-add=*, --cap-drop=*, --cgroupns=, -d --detach, --device=*, --dns=*, ` +
  '--dns-option=*, --dns-search=*, --domainname=, --entrypoint=, -e --env=*, --env-file=*, --expose=*, --gpus=, --group-add=*, ' +
  '--health-cmd=, --health-interval=~, --health-retries=#, --health-start-interval=~, --health-start-period=~, --health-timeout=~, ' +
  '-h --hostname=, --init, -i --interactive, --ip=, --ip6=, --isolation=, -l --label=*, --label-file=*, --link=*, --log-driver=, ' +
  '--log-opt=*, --mac-address=, --memory-swappiness=#, --mount=*, --name=, --network=*, --net=*, --network-alias=*, ' +
  '--no-healthcheck, --oom-kill-disable, --oom-score-adj=#, --platform=, --privileged, -p --publish=*, -P --publish-all, --pull=, ' +
  '-q --quiet, --read-only, --restart=, --rm, --runtime=, --security-opt=*, --shm-size=, --stop-signal=, --stop-timeout=#, ' +
  '--storage-opt=*, --sysctl=*, --tmpfs=*, -t --tty, --ulimit=*, -u --user=, --uts=, -v --volume=*, --volume-driver=, ' +
  '--volumes-from=*, -w --workdir=, -a --attach=*, --cidfile=, --sig-proxy, --detach-keys=, --userns=, --pid=, --ipc=, --disable-content-trust';

/** The same, of those that are not followed. */
export const UNFOLLOWED_CREATE_FLAGS =
  '--blkio-weight=#, --blkio-weight-device=*, --cgroup-parent=, --cpu-count=#, --cpu-percent=#, --cpu-rt-period=#, --cpu-rt-runtime=#, ' +
  '--cpuset-mems=, --device-cgroup-rule=*, --device-read-bps=*, --device-read-iops=*, --device-write-bps=*, --device-write-iops=*, ' +
  '--io-maxbandwidth=, --io-maxiops=#, --kernel-memory=, --link-local-ip=*, --use-api-socket';

/** Options whose effect a container here would not show. */
const NOT_SIMULATED = [
  'cpu-period',
  'cpu-quota',
  'cpuset-cpus',
  'device',
  'dns-option',
  'dns-search',
  'gpus',
  'init',
  'ip6',
  'ipc',
  'label-file',
  'mac-address',
  'oom-kill-disable',
  'pid',
  'pids-limit',
  'runtime',
  'storage-opt',
  'sysctl',
  'ulimit',
  'userns',
  'uts',
  'volume-driver',
];

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function parseEnvironment(words: readonly string[], own: ReadonlyMap<string, string>): Map<string, string> {
  const env = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) env.set(word.slice(0, equals), word.slice(equals + 1));
    else if (equals < 0 && own.has(word)) env.set(word, own.get(word) ?? '');
  }
  return env;
}

export function parseLabels(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

/** `on-failure:3`. */
export function parseRestart(text: string | undefined): RestartPolicy {
  const [name, maximum] = (text ?? 'no').split(':');
  if (!['no', 'always', 'unless-stopped', 'on-failure', ''].includes(name))
    daemonFailure(
      `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
      125,
    );
  return { name: name === '' ? 'no' : name, maximum: Number(maximum ?? 0) || 0 };
}

function parseSignal(text: string | undefined): Signal | undefined {
  const name = text?.replace(/^SIG/, '');
  return name !== undefined && Object.hasOwn(SIGNALS, name) ? (name as Signal) : undefined;
}

/** Variables of a container: the engine's, the image's, its own. */
export function containerEnvironment(
  image: LocalImage,
  own: ReadonlyMap<string, string>,
  options: { readonly hostname: string; readonly tty: boolean; readonly user: string },
): Map<string, string> {
  const env = new Map([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', options.hostname],
  ]);
  if (options.tty) env.set('TERM', 'xterm');
  for (const [name, value] of Object.entries(image.config.env ?? {})) env.set(name, value);
  for (const [name, value] of own) env.set(name, value);
  if (!env.has('HOME')) env.set('HOME', options.user === 'root' ? '/root' : '/');
  return env;
}

function portsOf(flags: DockerFlags, image: LocalImage): PortBinding[] {
  const exposed = flags.on('publish-all') ? (image.config.exposedPorts ?? []) : [];
  return [
    ...flags.list('publish').map(parsePort),
    ...exposed.map((containerPort) => ({ containerPort, protocol: 'tcp' as const, hostIp: '', hostPort: undefined })),
  ];
}

function networksOf(call: DockerCall): EndpointWish[] {
  const names = [...call.flags.list('network'), ...call.flags.list('net')];
  const aliases = call.flags.list('network-alias');
  const ip = call.flags.value('ip');
  return (names.length > 0 ? names : ['bridge']).map((name) => {
    if (name.startsWith('container:')) notSimulated(call.process, `docker run --network ${name}`);
    const wanted = name === 'default' ? 'bridge' : name;
    const network = call.engine.findNetwork(wanted) ?? daemonFailure(`network ${name} not found`, 125);
    return { network, aliases, ...(ip !== undefined && { ip: checkedAddress(network, ip) }) };
  });
}

/** `net_admin` as the engine has it. */
function capability(name: string): string {
  const upper = name.toUpperCase();
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

function checkedAddress(network: EngineNetwork, ip: string): string {
  const problem = addressProblem(network, ip);
  return problem === undefined ? ip : daemonFailure(problem, 125);
}

/** A new container's limits; swap is twice the memory unless it is said. */
function newResources(flags: DockerFlags): ContainerResources {
  const wanted = resourcesOf(flags);
  const problem = resourceProblem(wanted, HOST_CPUS, false);
  if (problem !== undefined) daemonFailure(problem, 125);
  return { ...NO_LIMITS, ...wanted, memorySwap: wanted.memorySwap === 0 ? 2 * wanted.memory : wanted.memorySwap };
}

function healthCheckOf(flags: DockerFlags, image: LocalImage): HealthCheck | undefined {
  if (flags.on('no-healthcheck')) return undefined;
  const command = flags.value('health-cmd');
  const own = image.config.healthCheck;
  const test = command === undefined ? own?.test : ['CMD-SHELL', command];
  if (!test) return undefined;
  const given = parseHealthCheck(test, {
    interval: flags.value('health-interval'),
    timeout: flags.value('health-timeout'),
    startPeriod: flags.value('health-start-period'),
    retries: flags.value('health-retries'),
  });
  if (!own) return given;
  return {
    test,
    intervalMs: flags.has('health-interval') ? given.intervalMs : own.intervalMs,
    timeoutMs: flags.has('health-timeout') ? given.timeoutMs : own.timeoutMs,
    startPeriodMs: flags.has('health-start-period') ? given.startPeriodMs : own.startPeriodMs,
    retries: flags.has('health-retries') ? given.retries : own.retries,
  };
}

/** `name:1.2.3.4` as a line of /etc/hosts. */
function extraHost(text: string, gateway: string): string {
  const [name, address] = splitExtraHost(text);
  return `${address === 'host-gateway' ? gateway : address}\t${name}`;
}

/** `--link NAME[:ALIAS]`. */
function linksOf({ engine, flags }: DockerCall): { readonly id: string; readonly alias: string }[] {
  return flags.list('link').map((text) => {
    const [reference, alias = reference] = text.split(':');
    const other =
      engine.find(reference) ??
      daemonFailure(`could not get container for ${reference}: No such container: ${reference}`, 125);
    if (!other.endpoints.has('bridge'))
      daemonFailure(`Cannot link to /${other.name}, as it does not belong to the default network`, 125);
    if (!other.running) daemonFailure(`Cannot link to a non running container: /${other.name} AS /${alias}`, 125);
    return { id: other.id, alias };
  });
}

/** Makes a container from the flags of `run` or `create`; the image is there. */
export function* createContainer(call: DockerCall, image: LocalImage): Coroutine<Container> {
  const { engine, flags } = call;
  const [imageName, ...command] = call.args;
  for (const name of NOT_SIMULATED) if (flags.has(name)) notSimulated(call.process, `docker run --${name}`);
  const entrypoint = flags.value('entrypoint');
  const own = parseEnvironment([...envFileLines(call.process, flags), ...flags.list('env')], call.process.env);
  const user = flags.value('user') ?? image.config.user ?? '';
  const restart = parseRestart(flags.value('restart'));
  const mounts = mountsOf(call, image);
  const resources = newResources(flags);
  const healthCheck = healthCheckOf(flags, image);
  const useImageCmd = entrypoint === undefined && command.length === 0;
  const words = {
    entrypoint: entrypoint === undefined ? (image.config.entrypoint ?? []) : entrypoint === '' ? [] : [entrypoint],
    cmd: useImageCmd ? (image.config.cmd ?? []) : command,
  };
  if (words.entrypoint.length + words.cmd.length === 0) daemonFailure('no command specified', 125);
  const settings = (id: string): ContainerSettings => {
    const hostname =
      flags.value('hostname') ?? (flags.list('network').includes('host') ? engine.host.hostname : id.slice(0, 12));
    return {
      imageName,
      image,
      ...words,
      env: containerEnvironment(image, own, {
        hostname,
        tty: flags.on('tty'),
        user: user === '' || user === '0' ? 'root' : user,
      }),
      cwd: flags.value('workdir') ?? image.config.workingDir ?? '/',
      user: user === '' || user === '0' ? 'root' : user,
      hostname,
      tty: flags.on('tty'),
      openStdin: flags.on('interactive'),
      labels: { ...image.config.labels, ...parseLabels(flags.list('label')) },
      ports: portsOf(flags, image),
      exposed: [...(image.config.exposedPorts ?? []), ...flags.list('expose').map((port) => Number.parseInt(port, 10))],
      restart,
      resources,
      healthCheck,
      readOnly: flags.on('read-only'),
      privileged: flags.on('privileged'),
      capAdd: flags.list('cap-add').map(capability),
      capDrop: flags.list('cap-drop').map(capability),
      publishAll: flags.on('publish-all'),
      detached: flags.on('detach'),
      extraHosts: flags.list('add-host').map((text) => extraHost(text, engine.host.network.addresses[0])),
      ...(flags.has('dns') && { dns: flags.list('dns') }),
      links: linksOf(call),
      autoRemove: flags.on('rm'),
      mounts,
      stopSignal: parseSignal(flags.value('stop-signal')) ?? image.config.stopSignal ?? 'TERM',
    };
  };
  return engine.create(flags.value('name'), settings, networksOf(call));
}
