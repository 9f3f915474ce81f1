import {
  TextInput,
  TextOutput,
  baseName,
  newDirectory,
  reportUnsupported,
  resolvePath,
  sha256Hex,
  sleep,
  waitFor,
  type Coroutine,
  type Directory,
  type FileNode,
  type ProgramTable,
} from '@seatrial/kernel';
import { copyTree } from '../engine/container-files.js';
import { containerEnvironment } from '../commands/container-settings.js';
import { Container } from '../engine/container.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import type { HistoryEntry, LocalImage, LocalImageConfig } from '../engine/local-image.js';

/** A stage of a build, as far as it has come. */
export class BuildStage {
  root: Directory;
  config: LocalImageConfig;
  programs: ProgramTable;
  layers: string[];
  history: HistoryEntry[];
  sizeBytes: number;
  shell: readonly string[] = ['/bin/sh', '-c'];
  readonly variables = new Map<string, string>();
  /** What all instructions so far come to; equal keys mean equal results. */
  key: string;

  constructor(
    private readonly engine: DockerEngine,
    base: LocalImage | undefined,
    readonly name: string,
  ) {
    const now = engine.simulation.now();
    this.root = base?.createRoot(now) ?? newDirectory(now);
    this.config = base?.config ?? {};
    this.programs = base?.programs ?? new Map();
    this.layers = [...(base?.layers ?? [])];
    this.history = [...(base?.history ?? [])];
    this.sizeBytes = base?.sizeBytes ?? 0;
    this.key = base?.id ?? 'scratch';
    for (const [name_, value] of Object.entries(base?.config.env ?? {})) this.variables.set(name_, value);
  }

  private copied(tree: Directory): Directory {
    return copyTree(tree, (nodes) => this.engine.simulation.charge('steps', nodes));
  }

  /** Notes an instruction that changes no file. */
  note(text: string): void {
    this.key = sha256Hex(`${this.key}\n${text}`);
    this.addHistory(text, 0);
  }

  private addHistory(createdBy: string, sizeBytes: number): void {
    this.history.unshift({
      createdAt: this.engine.simulation.now(),
      createdBy,
      sizeBytes,
      comment: 'buildkit.dockerfile.v0',
    });
  }

  /** Runs a layer's change unless the cache has it; true when it was cached. */
  *layer(
    text: string,
    inputs: string,
    change: (root: Directory) => Coroutine<number | undefined>,
  ): Coroutine<'cached' | 'made' | 'failed'> {
    const key = sha256Hex(`${this.key}\n${text}\n${inputs}`);
    const cached = this.engine.buildCache.get(key);
    if (cached) {
      this.root = cached.root;
      this.accept(key, text, cached.sizeBytes);
      return 'cached';
    }
    const root = this.copied(this.root);
    const size = yield* change(root);
    if (size === undefined) return 'failed';
    this.root = root;
    this.engine.buildCache.set(key, { root, sizeBytes: size });
    this.accept(key, text, size);
    return 'made';
  }

  private accept(key: string, text: string, size: number): void {
    this.key = key;
    this.layers.push(`sha256:${sha256Hex(`layer ${key}`)}`);
    this.sizeBytes += size;
    this.addHistory(`${text} # buildkit`, size);
  }

  /** Runs a command in the stage's files; its status. */
  *execute(root: Directory, argv: readonly string[], write: (line: string) => Coroutine<void>): Coroutine<number> {
    const { engine } = this;
    const user = this.config.user ?? 'root';
    const image = { ...this.image(), createRoot: () => root };
    const container = new Container(engine, 'buildkitsandbox', engine.random.hex(64), {
      imageName: '',
      image,
      entrypoint: [],
      cmd: argv,
      env: containerEnvironment(image, this.variables, { hostname: 'buildkitsandbox', tty: false, user }),
      cwd: this.config.workingDir ?? '/',
      user,
      hostname: 'buildkitsandbox',
      tty: false,
      openStdin: false,
      labels: {},
      ports: [],
      exposed: [],
      restart: { name: 'no', maximum: 0 },
      autoRemove: false,
      mounts: [],
      stopSignal: 'TERM',
    });
    container.prepare();
    const output = new TextOutput();
    yield* sleep(100);
    const started = container.spawn(argv, { stdin: new TextInput(''), stdout: output, stderr: output });
    if (!started.ok) {
      container.discard();
      yield* write(started.error.text);
      return started.error.status;
    }
    yield* waitFor([started.value.exited]);
    container.discard();
    for (const line of output.text.split('\n')) if (line !== '') yield* write(line);
    const status = started.value.exitStatus?.code ?? 0;
    if (status === 127) reportUnsupported(engine.host, `docker build: ${argv.join(' ')}`);
    return status;
  }

  /** Puts files at a place of a tree, as COPY does; the number of bytes. */
  copyInto(
    root: Directory,
    sources: readonly { readonly name: string; readonly node: FileNode }[],
    target: string,
    options: { readonly owner: string | undefined; readonly mode: number | undefined },
  ): void {
    const now = this.engine.simulation.now();
    const path = resolvePath(this.config.workingDir ?? '/', target);
    const intoFolder = target.endsWith('/') || target === '.' || sources.length > 1;
    for (const { name, node } of sources) {
      if (node.type === 'directory') {
        merge(makeFolder(root, path, now), this.copied(node), options);
        continue;
      }
      const existing = nodeAt(root, path);
      const folder = intoFolder || existing?.type === 'directory';
      const parent = makeFolder(root, folder ? path : path.slice(0, Math.max(1, path.lastIndexOf('/'))), now);
      const copied = own({ ...node }, options);
      parent.entries.set(folder ? name : baseName(path), copied);
    }
  }

  makeFolder(root: Directory, path: string): void {
    makeFolder(root, path, this.engine.simulation.now());
  }

  /** The stage as an image. */
  image(): LocalImage {
    const { root, engine } = this;
    const { config, history, layers, programs, sizeBytes, key } = this;
    return {
      id: `sha256:${sha256Hex(`${key}\n${JSON.stringify(config)}`)}`,
      createdAt: this.engine.simulation.now(),
      sizeBytes,
      config,
      history: [...history],
      layers: [...layers],
      programs,
      createRoot: () => copyTree(root, (nodes) => engine.simulation.charge('steps', nodes)),
    };
  }
}

function own(
  node: FileNode,
  options: { readonly owner: string | undefined; readonly mode: number | undefined },
): FileNode {
  if (options.owner !== undefined) {
    const [owner, group = owner] = options.owner.split(':');
    node.owner = owner;
    node.group = group;
  }
  if (options.mode !== undefined) node.mode = options.mode;
  return node;
}

function merge(
  into: Directory,
  from: Directory,
  options: { readonly owner: string | undefined; readonly mode: number | undefined },
): void {
  for (const [name, node] of from.entries) {
    const old = into.entries.get(name);
    if (node.type === 'directory' && old?.type === 'directory') merge(old, node, options);
    else {
      if (node.type === 'directory') merge(node, { ...node, entries: new Map(node.entries) }, options);
      into.entries.set(name, own(node, options));
    }
  }
}

const MAX_LINKS = 16;

/** What is at a path of a tree, links followed; undefined when there is nothing. */
export function nodeAt(root: Directory, path: string, links = 0): FileNode | undefined {
  let node: FileNode | undefined = root;
  let here = '';
  const parts = path.split('/').filter((part) => part !== '');
  for (const [index, part] of parts.entries()) {
    if (node?.type !== 'directory') return undefined;
    const next: FileNode | undefined = node.entries.get(part);
    if (next?.type === 'link') {
      if (links > MAX_LINKS) return undefined;
      const target = resolvePath(here === '' ? '/' : here, next.target);
      return nodeAt(root, [target, ...parts.slice(index + 1)].join('/'), links + 1);
    }
    here += `/${part}`;
    node = next;
  }
  return node;
}

function makeFolder(root: Directory, path: string, now: number): Directory {
  let here = root;
  for (const part of path.split('/').filter((name) => name !== '')) {
    const next = here.entries.get(part);
    if (next?.type === 'directory') here = next;
    else {
      const made = newDirectory(now);
      here.entries.set(part, made);
      here = made;
    }
  }
  return here;
}
