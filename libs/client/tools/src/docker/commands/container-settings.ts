import {
  newDirectory,
  resolvePath,
  SIGNALS,
  type Coroutine,
  type Directory,
  type FileNode,
  type Signal,
} from '@seatrial/kernel';
import { notSimulated, type DockerCall } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import type { DockerFlags } from '../docker-flags.js';
import type { Container } from '../engine/container.js';
import type { ContainerMount, ContainerSettings, PortBinding } from '../engine/container-contract.js';
import type { DockerEngine, EndpointWish } from '../engine/docker-engine.js';
import type { LocalImage } from '../engine/local-image.js';

/** Flags that `run` and `create` share, in the notation of docker-flags.ts. */
export const CREATE_FLAGS =
  '--add-host=*, --cap-add=*, --cap-drop=*, -c --cpu-shares=#, --cpus=, -d --detach, --dns=*, --entrypoint=, -e --env=*, ' +
  '--env-file=*, --expose=*, --gpus=, --health-cmd=, -h --hostname=, --init, -i --interactive, --ip=, -l --label=*, --link=*, ' +
  '-m --memory=, --mount=*, --name=, --network=*, --net=*, --network-alias=*, --no-healthcheck, --platform=, --privileged, ' +
  '-p --publish=*, -P --publish-all, --pull=, -q --quiet, --read-only, --restart=, --rm, --security-opt=*, --shm-size=, ' +
  '--stop-signal=, --stop-timeout=#, --sysctl=*, --tmpfs=*, -t --tty, --ulimit=*, -u --user=, -v --volume=*, --volumes-from=*, -w --workdir=, -a --attach=*, --cidfile=, --sig-proxy, --detach-keys=, --userns=, --pid=, --ipc=';

/** Options whose effect a container here would not show. */
const NOT_SIMULATED = [
  'gpus',
  'health-cmd',
  'init',
  'ip',
  'ipc',
  'link',
  'mount',
  'pid',
  'read-only',
  'tmpfs',
  'userns',
  'volumes-from',
  'add-host',
  'dns',
  'sysctl',
  'memory',
];

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function invalid(message: string): never {
  throw new DockerFailure(`docker: ${message}\n\nRun 'docker run --help' for more information`, 125);
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80`. */
export function parsePort(text: string): PortBinding {
  const found = /^(?:(?:\[?([\da-fA-F:.]*?)\]?:)?(\d*):)?(\d+)(?:\/(tcp|udp))?$/.exec(text);
  if (!found || Number(found[3]) > 65_535 || Number(found[2] ?? 0) > 65_535) {
    const port = text.split(':').at(-1) ?? '';
    if (/^\S+:$/.test(text)) invalid(`no port specified: ${text}<empty>`);
    invalid(`invalid containerPort: ${port.split('/')[0]}`);
  }
  return {
    containerPort: Number(found[3]),
    protocol: found[4] === 'udp' ? 'udp' : 'tcp',
    hostIp: found[1] ?? '',
    hostPort: found[2] === undefined || found[2] === '' ? undefined : Number(found[2]),
  };
}

/** `SOURCE:TARGET[:ro]`, `NAME:TARGET`, `TARGET`. */
export function parseVolume(engine: DockerEngine, text: string, cwd: string): ContainerMount {
  const parts = text.split(':');
  const [source, target, mode] = parts.length === 1 ? [undefined, parts[0], undefined] : parts;
  if (!target.startsWith('/') || parts.length > 3)
    daemonFailure(
      `invalid volume specification: '${text}': invalid mount config for type "volume": invalid mount path: '${target}' mount path must be absolute`,
      125,
    );
  const readOnly = mode?.split(',').includes('ro') ?? false;
  if (source === undefined || !/^[./~]/.test(source)) {
    const name = source ?? engine.random.hex(64);
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name))
      daemonFailure(
        `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
        125,
      );
    const { root } = engine.createVolume(name);
    return { type: 'volume', name, source: `/var/lib/docker/volumes/${name}/_data`, target, readOnly, node: root };
  }
  const path = resolvePath(cwd, source);
  const { files } = engine.host;
  if (!files.exists(path)) files.makeDirectories(path);
  const found = files.stat(path);
  const node = found.ok ? found.value : newDirectory(engine.simulation.now());
  return { type: 'bind', source: path, target, readOnly, node };
}

/** A volume that is new gets what the image has at its place. */
function fillVolumes(image: LocalImage, mounts: readonly ContainerMount[], now: number): void {
  for (const mount of mounts) {
    if (mount.type !== 'volume' || mount.node.type !== 'directory' || mount.node.entries.size > 0) continue;
    let node: Directory | undefined = image.createRoot(now);
    for (const part of mount.target.split('/').filter((name) => name !== '')) {
      const next: FileNode | undefined = node?.entries.get(part);
      node = next?.type === 'directory' ? next : undefined;
    }
    if (node) for (const [name, child] of node.entries) mount.node.entries.set(name, child);
  }
}

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

function parseRestart(text: string | undefined): { readonly name: string; readonly maximum: number } {
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

function envFiles(call: DockerCall): string[] {
  return call.flags.list('env-file').flatMap((path) => {
    const text = call.process.machine.files.readFile(resolvePath(call.process.cwd, path));
    if (!text.ok) invalid(`open ${path}: no such file or directory`);
    return text.value.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  });
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
  return (names.length > 0 ? names : ['bridge']).map((name) => {
    if (name.startsWith('container:')) notSimulated(call.process, `docker run --network ${name}`);
    const wanted = name === 'default' ? 'bridge' : name;
    return { network: call.engine.findNetwork(wanted) ?? daemonFailure(`network ${name} not found`, 125), aliases };
  });
}

/** Makes a container from the flags of `run` or `create`; the image is there. */
export function* createContainer(call: DockerCall, image: LocalImage): Coroutine<Container> {
  const { engine, flags } = call;
  const [imageName, ...command] = call.args;
  for (const name of NOT_SIMULATED) if (flags.has(name)) notSimulated(call.process, `docker run --${name}`);
  const entrypoint = flags.value('entrypoint');
  const own = parseEnvironment([...envFiles(call), ...flags.list('env')], call.process.env);
  const user = flags.value('user') ?? image.config.user ?? '';
  const restart = parseRestart(flags.value('restart'));
  if (flags.on('rm') && restart.name !== 'no') invalid('conflicting options: cannot specify both --restart and --rm');
  const mounts = flags.list('volume').map((text) => parseVolume(engine, text, call.process.cwd));
  fillVolumes(image, mounts, call.now);
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
      autoRemove: flags.on('rm'),
      mounts,
      stopSignal: parseSignal(flags.value('stop-signal')) ?? image.config.stopSignal ?? 'TERM',
    };
  };
  return engine.create(flags.value('name'), settings, networksOf(call));
}
