import { newDirectory, resolvePath } from '@seatrial/kernel';
import { nodeAt } from '../build/build-stage.js';
import { notSimulated, type DockerCall } from '../docker-command.js';
import { daemonFailure, invalidFlag } from '../docker-failure.js';
import type { ContainerMount } from '../engine/container-contract.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import type { LocalImage } from '../engine/local-image.js';

const VOLUME_MODES: ReadonlySet<string> = new Set(
  'ro rw z Z nocopy cached consistent delegated private rprivate shared rshared slave rslave'.split(' '),
);

/** `SOURCE:TARGET[:ro]`, `NAME:TARGET`, `TARGET`. */
export function parseVolume(engine: DockerEngine, text: string, cwd: string): ContainerMount {
  const parts = text.split(':');
  if (parts.length > 3 || parts[0] === '') daemonFailure(`invalid volume specification: '${text}'`, 125);
  const wrongMode = parts.length === 3 && !parts[2].split(',').every((mode) => VOLUME_MODES.has(mode));
  if (wrongMode) daemonFailure(`invalid mode: ${parts[2]}`, 125);
  const [source, target, mode] = parts.length === 1 ? [undefined, parts[0], undefined] : parts;
  if (!target.startsWith('/'))
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
export function fillVolumes(image: LocalImage, mounts: readonly ContainerMount[], now: number): void {
  for (const mount of mounts) {
    if (mount.type !== 'volume' || mount.node.type !== 'directory' || mount.node.entries.size > 0) continue;
    const node = nodeAt(image.createRoot(now), mount.target);
    if (node?.type === 'directory') for (const [name, child] of node.entries) mount.node.entries.set(name, child);
  }
}

const BIND_OPTIONS = ['bind-propagation', 'bind-nonrecursive', 'bind-recursive', 'consistency'];
const OTHER_OPTIONS = ['volume-driver', 'volume-opt', 'volume-subpath', 'volume-label', 'tmpfs-size', 'tmpfs-mode'];

const MOUNT_ALIASES: ReadonlyMap<string, string> = new Map([
  ['src', 'source'],
  ['dst', 'target'],
  ['destination', 'target'],
  ['ro', 'readonly'],
]);

function badMount(text: string, why: string): never {
  invalidFlag(text, '--mount', why);
}

/** The fields of a `--mount`: `type=bind,source=…,target=…,readonly` (docker/cli opts/mount.go). */
export function mountFields(text: string): ReadonlyMap<string, string> {
  if (text === '') badMount(text, 'EOF');
  const fields = new Map<string, string>();
  for (const field of text.split(',')) {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const name = MOUNT_ALIASES.get(key) ?? key;
    if (name === 'readonly' || name === 'volume-nocopy') {
      fields.set(name, equals < 0 ? 'true' : field.slice(equals + 1));
      continue;
    }
    if (equals < 0) badMount(text, `invalid field '${field}' must be a key=value pair`);
    if (!['type', 'source', 'target', ...BIND_OPTIONS, ...OTHER_OPTIONS].includes(name))
      badMount(text, `unexpected key '${key}' in '${field}'`);
    fields.set(name, field.slice(equals + 1));
  }
  if ((fields.get('target') ?? '') === '') badMount(text, 'target is required');
  return fields;
}

function parseMount(call: DockerCall, text: string): ContainerMount {
  const { engine, process } = call;
  const fields = mountFields(text);
  const type = fields.get('type') ?? 'volume';
  const target = fields.get('target') ?? '';
  if (!['bind', 'volume', 'tmpfs'].includes(type)) notSimulated(process, `docker run --mount type=${type}`);
  for (const option of OTHER_OPTIONS) if (fields.has(option)) notSimulated(process, `docker run --mount ${option}`);
  const readOnly = /^(?:true|1)$/i.test(fields.get('readonly') ?? '');
  const source = fields.get('source');
  const invalid = (why: string): never => daemonFailure(`invalid mount config for type "${type}": ${why}`, 125);
  if (!target.startsWith('/')) invalid(`invalid mount path: '${target}' mount path must be absolute`);
  if (type === 'tmpfs') {
    if (source !== undefined) invalid('field Source must not be specified');
    return tmpfs(target, readOnly, call.now);
  }
  if (type === 'volume')
    return { ...parseVolume(engine, source === undefined ? target : `${source}:${target}`, process.cwd), readOnly };
  if (source === undefined || source === '') return invalid('field Source must not be empty');
  const path = /^\.{0,2}\//.test(source) || source === '.' ? resolvePath(process.cwd, source) : source;
  if (!path.startsWith('/')) invalid(`invalid mount path: '${path}' mount path must be absolute`);
  const found = engine.host.files.stat(path);
  if (!found.ok) return invalid(`bind source path does not exist: ${path}`);
  return { type: 'bind', source: path, target, readOnly, node: found.value };
}

/** A file system in memory. */
export const tmpfs = (target: string, readOnly: boolean, now: number): ContainerMount => ({
  type: 'tmpfs',
  source: '',
  target,
  readOnly,
  node: newDirectory(now, 0o1777),
});

/** The mounts of other containers (`--volumes-from NAME[:ro]`). */
function borrowed({ engine, flags }: DockerCall): ContainerMount[] {
  return flags.list('volumes-from').flatMap((text) => {
    const [reference, mode = 'rw'] = text.split(':');
    const from = engine.find(reference) ?? daemonFailure(`No such container: ${reference}`, 125);
    return from.settings.mounts.map((mount) => ({ ...mount, readOnly: mount.readOnly || mode === 'ro' }));
  });
}

/** Everything that a new container has mounted: what the flags say, and the volumes that its image asks for. */
export function mountsOf(call: DockerCall, image: LocalImage): ContainerMount[] {
  const { engine, flags, process } = call;
  const mounts = [
    ...borrowed(call),
    ...flags.list('volume').map((text) => parseVolume(engine, text, process.cwd)),
    ...flags.list('mount').map((text) => parseMount(call, text)),
    ...flags.list('tmpfs').map((text) => tmpfs(text.split(':')[0], false, call.now)),
  ];
  const targets = new Set<string>();
  for (const { target } of mounts) {
    if (targets.has(target)) daemonFailure(`Duplicate mount point: ${target}`, 125);
    targets.add(target);
  }
  const asked = (image.config.volumes ?? []).filter((target) => !targets.has(target));
  for (const target of asked) mounts.push(parseVolume(engine, target, process.cwd));
  fillVolumes(image, mounts, call.now);
  return mounts;
}
