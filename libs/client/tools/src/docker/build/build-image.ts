import { resolvePath, sleep, type Coroutine, type FileNode, type Process } from '@seatrial/kernel';
import { notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import { ImageStore } from '../engine/image-store.js';
import type { LocalImage } from '../engine/local-image.js';
import { applyInstruction } from './apply-instruction.js';
import { BuildContext, treeSize, treeText } from './build-context.js';
import { BuildProgress, type Vertex } from './build-progress.js';
import { BuildStage, nodeAt } from './build-stage.js';
import { expandVariables, parseDockerfile, sourceExcerpt, splitWords, type Instruction } from './dockerfile.js';
import { baseOf, planStages, type StagePlan } from './stage-plan.js';

export interface BuildOptions {
  readonly context: string;
  /** As it was given, or `Dockerfile`. */
  readonly file: string;
  readonly tags: readonly string[];
  readonly target: string | undefined;
  readonly args: ReadonlyMap<string, string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  readonly quiet: boolean;
  /** In front of step names, when several images are built (`web`). */
  readonly service?: string;
  readonly write: (text: string) => Coroutine<void>;
}

const METADATA_MS = 600;
const LAYERED = ['FROM', 'RUN', 'COPY', 'ADD', 'WORKDIR'];

/** One build of an image (BuildKit, as `docker build` drives it). */
export class ImageBuild {
  private readonly progress: BuildProgress;
  private readonly stages = new Map<string, BuildStage>();
  private readonly bases = new Map<string, LocalImage>();
  private readonly globals: Map<string, string>;
  private text = '';
  private readonly context: BuildContext;

  constructor(
    private readonly engine: DockerEngine,
    private readonly process: Process,
    private readonly options: BuildOptions,
  ) {
    this.progress = new BuildProgress(options.write, () => engine.simulation.now(), options.quiet);
    this.globals = new Map();
    this.context = new BuildContext(process.machine.files, options.context);
  }

  private failure(message: string): DockerFailure {
    return new DockerFailure(`ERROR: failed to build: failed to solve: ${message}`);
  }

  *run(): Coroutine<LocalImage> {
    const { options, progress } = this;
    const prefix = options.service === undefined ? '' : `${options.service} `;
    if (options.service === undefined) yield* progress.open();
    const path = resolvePath(this.process.cwd, options.file);
    const read = this.process.machine.files.readFile(path);
    const shown = path.slice(path.lastIndexOf('/') + 1);
    yield* progress.step(`[${prefix}internal] load build definition from ${shown}`, function* (vertex) {
      yield* vertex.say(`transferring dockerfile: ${read.ok ? read.value.length + 37 : 2}B done`);
    });
    if (!read.ok) throw this.failure(`failed to read dockerfile: open ${shown}: no such file or directory`);
    this.text = read.value;
    const parsed = parseDockerfile(read.value);
    if (!parsed.ok) {
      const { line, message } = parsed.error;
      if (line === 0) throw this.failure(message);
      yield* progress.print(sourceExcerpt(shown, this.text, line, line));
      throw this.failure(`dockerfile parse error on line ${line}: ${message}`);
    }
    const planned = planStages(parsed.value, options, this.globals);
    if (!planned.ok) throw this.failure(planned.error);
    const plans = planned.value;
    yield* this.loadBases(plans, prefix, shown);
    yield* progress.step(`[${prefix}internal] load .dockerignore`, function* (vertex) {
      yield* vertex.say('transferring context: 2B done');
    });
    yield* this.loadContext(plans, prefix);
    let last: BuildStage | undefined;
    for (const plan of plans) last = yield* this.buildStage(plan, plans.length > 1, prefix, shown);
    if (!last) throw this.failure('no build stage');
    if (Object.keys(options.labels).length > 0)
      last.config = { ...last.config, labels: { ...last.config.labels, ...options.labels } };
    return yield* this.export(last, prefix);
  }

  private *loadBases(plans: readonly StagePlan[], prefix: string, shown: string): Coroutine<void> {
    const names = new Set(plans.map(({ name }) => name));
    for (const { from } of plans) {
      const reference = baseOf(from, this.globals);
      if (reference === 'scratch' || names.has(reference.toLowerCase()) || this.bases.has(reference)) continue;
      const name = ImageStore.parse(reference);
      const full = `${name.repository}:${name.tag}`;
      const title = `[${prefix}internal] load metadata for ${full}`;
      const { engine } = this;
      const error = yield* this.progress.step(title, function* (vertex) {
        const local = engine.images.find(reference);
        if (!local) yield* sleep(METADATA_MS);
        try {
          return { image: local ?? engine.images.pull(reference).image };
        } catch (failure) {
          if (!(failure instanceof DockerFailure)) throw failure;
          vertex.error = failure.message.includes('pull access denied')
            ? 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'
            : failure.message.includes('manifest')
              ? `${full}: not found`
              : failure.message.replace('Error response from daemon: ', 'failed to do request: ');
          return { message: vertex.error };
        }
      });
      if (error.image) {
        this.bases.set(reference, error.image);
        continue;
      }
      yield* this.progress.print(`------\n > ${title}:\n------\n`);
      yield* this.progress.print(sourceExcerpt(shown, this.text, from.first, from.last));
      throw this.failure(`${reference}: failed to resolve source metadata for ${full}: ${error.message ?? ''}`);
    }
  }

  private *loadContext(plans: readonly StagePlan[], prefix: string): Coroutine<void> {
    const copies = plans
      .flatMap(({ steps }) => steps)
      .filter(({ name, flags }) => (name === 'COPY' || name === 'ADD') && !flags.has('from'));
    if (copies.length === 0) return;
    const sources = copies.flatMap(({ json, rest }) => (json ?? splitWords(rest)).slice(0, -1));
    const size = sources
      .flatMap((source) => this.context.sources(source))
      .reduce((sum, { node }) => sum + treeSize(node), 0);
    yield* this.progress.step(`[${prefix}internal] load build context`, function* (vertex) {
      yield* vertex.say(
        `transferring context: ${size < 1000 ? `${size + 32}B` : `${(size / 1000).toFixed(2)}kB`} done`,
      );
    });
  }

  private *buildStage(plan: StagePlan, several: boolean, prefix: string, shown: string): Coroutine<BuildStage> {
    const reference = baseOf(plan.from, this.globals);
    const parent = this.stages.get(reference.toLowerCase());
    const base = this.bases.get(reference) ?? parent?.image();
    const stage = new BuildStage(this.engine, base, plan.name);
    this.stages.set(plan.name, stage);
    this.stages.set(String([...this.stages.keys()].length - 1), stage);
    const layered = plan.steps.filter(({ name }) => LAYERED.includes(name));
    const total = layered.length + (reference === 'scratch' ? 0 : 1);
    const label = `${prefix}${several ? `${plan.label} ` : ''}`;
    let number = 1;
    if (reference !== 'scratch' && !parent) {
      const name = ImageStore.parse(reference);
      const digest = base && this.engine.images.digestsOf(base.id)[0]?.split('@')[1];
      yield* this.progress.step(
        `[${label}${number++}/${total}] FROM ${name.repository}:${name.tag}${digest === undefined ? '' : `@${digest}`}`,
        function* () {
          yield* sleep(5);
        },
      );
    } else number++;
    for (const instruction of plan.steps) {
      if (!LAYERED.includes(instruction.name)) {
        applyInstruction(stage, instruction, { args: this.options.args, globals: this.globals, process: this.process });
        continue;
      }
      const title = `[${label}${number++}/${total}] ${expandCopy(instruction, stage)}`;
      const failed = yield* this.progress.step(title, (vertex) => this.layer(stage, instruction, vertex));
      if (failed === undefined) continue;
      yield* this.progress.print(`------\n > ${title}:\n${failed.lines.map((line) => `${line}\n`).join('')}------\n`);
      yield* this.progress.print(sourceExcerpt(shown, this.text, instruction.first, instruction.last));
      throw this.failure(failed.message);
    }
    return stage;
  }

  /** An instruction that makes a layer; undefined when it went well. */
  private *layer(
    stage: BuildStage,
    instruction: Instruction,
    vertex: Vertex,
  ): Coroutine<{ readonly message: string; readonly lines: readonly string[] } | undefined> {
    const words = instruction.json ?? splitWords(expandVariables(instruction.rest, stage.variables));
    if (instruction.name === 'WORKDIR') {
      const path = resolvePath(stage.config.workingDir ?? '/', words[0]);
      stage.config = { ...stage.config, workingDir: path };
      const done = yield* stage.layer(`WORKDIR ${path}`, '', function* (root) {
        stage.makeFolder(root, path);
        return 0;
      });
      vertex.cached = done === 'cached' && !this.options.noCache;
      return undefined;
    }
    return instruction.name === 'RUN'
      ? yield* this.runLayer(stage, instruction, vertex)
      : yield* this.copyLayer(stage, instruction, words, vertex);
  }

  private *runLayer(stage: BuildStage, instruction: Instruction, vertex: Vertex): ReturnType<ImageBuild['layer']> {
    if (instruction.flags.size > 0 || instruction.rest.includes('<<'))
      notSimulated(this.process, `docker build: ${instruction.text.split('\n')[0]}`);
    const argv = instruction.json ?? [...stage.shell, instruction.rest];
    const variables = JSON.stringify([...stage.variables]);
    const noCache = this.options.noCache ? String(this.engine.simulation.now()) : '';
    let status = 0;
    const done = yield* stage.layer(`RUN ${argv.join(' ')}`, variables + noCache, function* (root) {
      const before = treeSize(root);
      status = yield* stage.execute(root, argv, (line) => vertex.output(line));
      return status === 0 ? Math.max(0, treeSize(root) - before) : undefined;
    });
    vertex.cached = done === 'cached';
    if (done !== 'failed') return undefined;
    vertex.error = `process "${argv.join(' ').replaceAll('"', '\\"')}" did not complete successfully: exit code: ${status}`;
    return { message: vertex.error, lines: vertex.lines };
  }

  private *copyLayer(
    stage: BuildStage,
    instruction: Instruction,
    words: readonly string[],
    vertex: Vertex,
  ): ReturnType<ImageBuild['layer']> {
    const sources = words.slice(0, -1);
    const target = words[words.length - 1];
    const from = instruction.flags.get('from');
    if (
      sources.some(
        (source) =>
          /^[a-z]+:\/\//.test(source) || (instruction.name === 'ADD' && /\.tar(?:\.\w+)?$|\.tgz$/.test(source)),
      )
    )
      notSimulated(this.process, `docker build: ${instruction.text}`);
    const nodes: { readonly name: string; readonly node: FileNode }[] = [];
    for (const source of sources) {
      const found = from === undefined ? this.context.sources(source) : this.fromStage(from, source);
      if (found.length > 0) {
        nodes.push(...found);
        continue;
      }
      const missing = `failed to calculate checksum of ref ${this.engine.random.hex(25)}::${this.engine.random.hex(25)}: "${resolvePath('/', source)}": not found`;
      vertex.error = missing;
      return { message: `failed to compute cache key: ${missing}`, lines: [] };
    }
    const inputs = nodes.map(({ name, node }) => `${name}:${treeText(node)}`).join(',');
    const mode = instruction.flags.get('chmod');
    const attributes = {
      owner: instruction.flags.get('chown'),
      mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
    };
    const text = `${instruction.name} ${words.join(' ')}`;
    const noCache = this.options.noCache ? String(this.engine.simulation.now()) : '';
    const done = yield* stage.layer(text, inputs + noCache, function* (root) {
      stage.copyInto(root, nodes, target, attributes);
      yield* sleep(20);
      return nodes.reduce((sum, { node }) => sum + treeSize(node), 0);
    });
    vertex.cached = done === 'cached';
    return undefined;
  }

  private fromStage(from: string, source: string): { name: string; node: NonNullable<ReturnType<typeof nodeAt>> }[] {
    const stage = this.stages.get(from.toLowerCase());
    const image = stage ? undefined : (this.engine.images.find(from) ?? this.engine.images.pull(from).image);
    const root = stage?.root ?? image?.createRoot(this.engine.simulation.now());
    const path = resolvePath('/', source);
    const node = root && nodeAt(root, path);
    if (stage) for (const [mark, program] of stage.programs) this.extraPrograms.set(mark, program);
    else if (image) for (const [mark, program] of image.programs) this.extraPrograms.set(mark, program);
    return node ? [{ name: path.slice(path.lastIndexOf('/') + 1), node }] : [];
  }

  /** Programs behind files that came from other stages. */
  private readonly extraPrograms = new Map<string, NonNullable<ReturnType<BuildStage['programs']['get']>>>();

  private *export(stage: BuildStage, prefix: string): Coroutine<LocalImage> {
    if (this.extraPrograms.size > 0) stage.programs = new Map([...this.extraPrograms, ...stage.programs]);
    const made = stage.image();
    const { engine, options } = this;
    const image = engine.images.list().find(({ id }) => id === made.id) ?? made;
    yield* this.progress.step(`${prefix === '' ? '' : `[${prefix.trim()}] `}exporting to image`, function* (vertex) {
      yield* vertex.say('exporting layers done');
      yield* vertex.say(`writing image ${image.id} done`);
      engine.images.add(image);
      for (const tag of options.tags) {
        const name = ImageStore.parse(tag);
        engine.images.tag(image, name);
        yield* vertex.say(`naming to ${name.repository}:${name.tag} done`.replace(/:latest done$/, ' done'));
      }
    });
    return image;
  }
}

/** An instruction as its step is named: variables of COPY and WORKDIR are put in. */
function expandCopy(instruction: Instruction, stage: BuildStage): string {
  return instruction.name === 'RUN' ? instruction.text : expandVariables(instruction.text, stage.variables);
}
