import {
  FileSystem,
  newDirectory,
  resolvePath,
  sha256Hex,
  sleep,
  type Coroutine,
  type Directory,
  type JsonValue,
} from '@seatrial/kernel';
import { readTar, readTree, writeEntry, writeTar, type TarEntry } from '@seatrial/kubectl';
import { nodeAt } from '../build/build-stage.js';
import { treeSize } from '../build/build-context.js';
import { defineDockerCommand, type DockerCall } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import { copyTree } from '../engine/container-files.js';
import type { Container } from '../engine/container.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import { ImageStore, type ImageName } from '../engine/image-store.js';
import type { LocalImage } from '../engine/local-image.js';
import { readAll } from './read-all.js';

const ARCHIVE_MS = 300;

/** Writes an archive to `--output` or to standard output, which must not be a terminal. */
function* put(call: DockerCall, what: string, archive: () => string): Coroutine<number> {
  const { process, flags } = call;
  const output = flags.value('output') ?? '';
  if (output === '' && process.stdout.isTerminal)
    throw new DockerFailure('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  const text = archive();
  yield* sleep(ARCHIVE_MS);
  if (output === '') {
    yield* call.out(text);
    return 0;
  }
  const path = resolvePath(process.cwd, output);
  const written = process.machine.files.writeFile(path, text, { mode: 0o600, owner: process.user });
  if (!written.ok)
    throw new DockerFailure(
      `failed to ${what}: invalid output path: directory "${resolvePath(path, '..')}" does not exist`,
    );
  return 0;
}

/** A tree as the members of an archive, without what is mounted. */
function members(engine: DockerEngine, root: Directory): TarEntry[] {
  const files = new FileSystem({ now: () => engine.simulation.now() }, root);
  const names = files.readDirectory('/');
  return (names.ok ? names.value : []).flatMap((name) => {
    const tree = readTree(files, `/${name}`, name);
    return tree.ok ? tree.value : [];
  });
}

export const exportCommand = defineDockerCommand({
  name: 'export',
  usage: '[OPTIONS] CONTAINER',
  short: "Export a container's filesystem as a tar archive",
  flags: '-o --output=',
  minimum: 1,
  maximum: 1,
  *run(call) {
    return yield* exportContainer(call, call.engine.get(call.args[0]));
  },
});

/** A container's files as an archive, into a file or onto standard output. */
export function* exportContainer(call: DockerCall, container: Container): Coroutine<number> {
  container.note('export');
  return yield* put(call, 'export container', () => writeTar(members(call.engine, container.root)));
}

/** The images that names ask for, with the tags to save (moby image/tarexport/save.go). */
function wanted({ engine, args }: DockerCall): Map<LocalImage, Set<string>> {
  const chosen = new Map<LocalImage, Set<string>>();
  const add = (image: LocalImage, tags: readonly string[]): void => {
    chosen.set(image, new Set([...(chosen.get(image) ?? []), ...tags]));
  };
  for (const word of args) {
    const nameOnly = !/:[^/]*$|@/.test(word);
    const all = nameOnly ? engine.images.list() : [];
    const tagged = all.flatMap((image) => {
      const tags = engine.images.tagsOf(image.id).filter((tag) => tag.slice(0, tag.lastIndexOf(':')) === word);
      return tags.length > 0 ? [{ image, tags }] : [];
    });
    for (const { image, tags } of tagged) add(image, tags);
    if (tagged.length > 0) continue;
    const image = engine.images.find(word);
    if (!image) daemonFailure(nameOnly ? `No such image: ${word}` : 'reference does not exist');
    add(image, nameOnly ? [] : [ImageStore.parse(word).familiar]);
  }
  return chosen;
}

const blob = (digest: string): string => `blobs/sha256/${digest.replace('sha256:', '')}`;

/** Images as an archive with OCI's blobs; the files of all layers are in the last one. */
function imageArchive(call: DockerCall): string {
  const { engine } = call;
  const at = { mode: 0o644, modifiedAt: call.now / 1000 };
  const file = (name: string, content: string): TarEntry => ({ ...at, name, type: 'file', content });
  const entries: TarEntry[] = [];
  const manifest: JsonValue[] = [];
  for (const [image, tags] of wanted(call)) {
    const config = {
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: [...(image.config.cmd ?? [])] },
      rootfs: { type: 'layers', diff_ids: [...image.layers] },
    };
    entries.push(file(blob(image.id), JSON.stringify(config)));
    for (const [index, layer] of image.layers.entries()) {
      const last = index === image.layers.length - 1;
      entries.push(file(blob(layer), writeTar(last ? members(engine, image.createRoot(call.now)) : [])));
    }
    manifest.push({
      Config: blob(image.id),
      RepoTags: tags.size > 0 ? [...tags] : null,
      Layers: image.layers.map(blob),
    });
    engine.images.keep(image);
    engine.events.note('image', 'save', image.id, { name: image.id });
  }
  const layout = file('oci-layout', '{"imageLayoutVersion":"1.0.0"}');
  return writeTar([...entries, file('manifest.json', JSON.stringify(manifest)), layout]);
}

export const saveCommand = defineDockerCommand({
  name: 'save',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  flags: '-o --output=, --platform=',
  minimum: 1,
  *run(call) {
    return yield* put(call, 'save image', () => imageArchive(call));
  },
});

/** What an archive of `docker save` says of its images. */
export interface SavedImage {
  readonly id: string;
  readonly tags: readonly string[];
}

/** Reads an archive; undefined when it is none of images. */
export function savedImages(archive: string): SavedImage[] | undefined {
  const manifest = readTar(archive).find(({ name }) => name === 'manifest.json');
  if (!manifest) return undefined;
  try {
    const parsed = JSON.parse(manifest.content) as { Config: string; RepoTags: string[] | null }[];
    return parsed.map(({ Config, RepoTags }) => ({
      id: `sha256:${Config.split('/').at(-1) ?? ''}`,
      tags: RepoTags ?? [],
    }));
  } catch {
    return undefined;
  }
}

export const loadCommand = defineDockerCommand({
  name: 'load',
  usage: '[OPTIONS]',
  short: 'Load an image from a tar archive or STDIN',
  flags: '-i --input=, -q --quiet, --platform=',
  maximum: 0,
  *run(call) {
    const { engine, process } = call;
    const input = call.flags.value('input') ?? '';
    if (input === '' && process.stdin.isTerminal)
      throw new DockerFailure('requested load from stdin, but stdin is empty');
    const archive = yield* readAll(process, input);
    yield* sleep(ARCHIVE_MS);
    const saved = savedImages(archive);
    if (!saved) {
      if (archive === '') daemonFailure('unexpected EOF');
      daemonFailure('open /var/lib/docker/tmp/docker-import/repositories: no such file or directory');
    }
    for (const { id, tags } of saved) {
      const image = engine.images.kept(id) ?? daemonFailure(`invalid diffID for layer 0: expected "${id}"`);
      engine.images.add(image);
      engine.events.note('image', 'load', id, { name: id });
      for (const tag of tags) {
        const old = engine.images.find(tag);
        if (old && old.id !== id)
          yield* call.out(`The image ${tag} already exists, renaming the old one with ID ${old.id} to empty string\n`);
        engine.images.tag(image, ImageStore.parse(tag));
        yield* call.out(`Loaded image: ${tag}\n`);
      }
      if (tags.length === 0) yield* call.out(`Loaded image ID: ${id}\n`);
    }
    return 0;
  },
});

/** An archive has no programs: a file is the one that an image has at its place. The number of images asked. */
function restoreProgram(root: Directory, path: string, origins: readonly Directory[]): number {
  const file = nodeAt(root, path);
  for (const origin of origins) {
    const same = file?.type === 'file' ? nodeAt(origin, path) : undefined;
    if (file?.type !== 'file' || same?.type !== 'file' || same.program === undefined) continue;
    if (same.content === file.content) file.program = same.program;
  }
  return origins.length;
}

/** An image of one layer, made of an archive's files. */
function importedImage(call: DockerCall, archive: string, message: string): LocalImage {
  const { engine, now } = call;
  const root = newDirectory(now);
  const files = new FileSystem({ now: () => now, onGrow: (bytes) => engine.simulation.charge('bytes', bytes) }, root);
  const entries = readTar(archive);
  for (const entry of entries) writeEntry(files, '/', entry);
  const origins = engine.images.list().map((image) => image.createRoot(now));
  for (const { name, type } of entries)
    if (type === 'file') engine.simulation.charge('steps', restoreProgram(root, `/${name}`, origins));
  const id = `sha256:${sha256Hex(`import ${now} ${archive.length}`)}`;
  const sizeBytes = treeSize(root);
  return {
    id,
    createdAt: now,
    sizeBytes,
    config: {},
    history: [{ createdAt: now, createdBy: '', sizeBytes, comment: message }],
    layers: [`sha256:${sha256Hex(`layer ${archive.slice(0, 1 << 20)}`)}`],
    programs: engine.images.allPrograms(),
    comment: message,
    createRoot: () => copyTree(root, (nodes) => engine.simulation.charge('steps', nodes)),
  };
}

export const importCommand = defineDockerCommand({
  name: 'import',
  usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  short: 'Import the contents from a tarball to create a filesystem image',
  flags: '-m --message=, --platform=',
  unfollowed: '-c --change=*',
  minimum: 1,
  maximum: 2,
  *run(call) {
    const [source, target] = call.args;
    const name: ImageName | undefined = target === undefined ? undefined : ImageStore.parse(target);
    const archive = yield* readAll(call.process, source === '-' ? '' : source);
    yield* sleep(ARCHIVE_MS);
    const image = importedImage(call, archive, call.flags.value('message') ?? `Imported from ${source}`);
    call.engine.images.add(image);
    if (name) call.engine.images.tag(image, name);
    call.engine.events.note('image', 'import', image.id, { name: image.id });
    yield* call.out(`${image.id}\n`);
    return 0;
  },
});
