import { compareStrings, sha256Hex, sleep, type Coroutine } from '@seatrial/kernel';
import { ImageBuild } from '../build/build-image.js';
import { removeContainer, stopContainer } from '../commands/lifecycle.commands.js';
import { pullImage } from '../commands/pull-image.js';
import type { DockerCall } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import { addressProblem } from '../engine/engine-network.js';
import { awaitDependencies } from './depends-on.js';
import { stopAll } from './stop-all.js';
import { serviceContainer } from './service-container.js';
import type { Container } from '../engine/container.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import type { LocalImage } from '../engine/local-image.js';
import { ComposeReader } from './compose-file.js';
import type { ComposeFile, ComposeService } from './compose-model.js';

export const PROJECT = 'com.docker.compose.project';
const SERVICE = 'com.docker.compose.service';
const NUMBER = 'com.docker.compose.container-number';
const HASH = 'com.docker.compose.config-hash';
const ONE_OFF = 'com.docker.compose.oneoff';
export const CONFIG_FILES = 'com.docker.compose.project.config_files';
const WORKING_DIRECTORY = 'com.docker.compose.project.working_dir';

export const serviceOf = (container: Container): string => container.settings.labels[SERVICE] ?? '';
export const numberOf = (container: Container): number => Number(container.settings.labels[NUMBER] ?? 1);
/** `redis-1`, as logs call a container. */
export const logName = (container: Container): string => `${serviceOf(container)}-${numberOf(container)}`;

/** A project at work: its file, and what the engine has of it. */
export class ComposeProject {
  readonly file: ComposeFile;
  private readonly engine: DockerEngine;

  constructor(readonly call: DockerCall) {
    this.engine = call.engine;
    this.file = new ComposeReader(call.process, {
      files: call.parent?.list('file') ?? [],
      name: call.parent?.value('project-name'),
      profiles: call.parent?.list('profile') ?? [],
      named: call.args,
    }).read();
  }

  /** A line of the progress, as it is where there is no terminal. */
  *say(id: string, status: string): Coroutine<void> {
    yield* this.call.err(` ${id}  ${status}\n`);
  }

  *open(): Coroutine<void> {
    for (const warning of this.file.warnings) yield* this.call.err(`${warning}\n`);
  }

  /** The project's containers, by service and number; of these services when some are named. */
  containers(names: readonly string[] = []): Container[] {
    for (const name of names) this.service(name);
    return [...this.engine.containers.values()]
      .filter(({ settings: { labels } }) => labels[PROJECT] === this.file.name && labels[ONE_OFF] !== 'True')
      .filter((container) => names.length === 0 || names.includes(serviceOf(container)))
      .sort((a, b) => compareStrings(serviceOf(a), serviceOf(b)) || numberOf(a) - numberOf(b));
  }

  service(name: string): ComposeService {
    const found = this.file.services.find((service) => service.name === name);
    if (!found) throw new DockerFailure(`no such service: ${name}`);
    return found;
  }

  /** The named services (all when none is) with what they depend on, dependencies first. */
  ordered(names: readonly string[], alone = false): ComposeService[] {
    const result: ComposeService[] = [];
    // Nobody waits for himself: the reader has seen to that.
    const visit = (name: string): void => {
      const service = this.service(name);
      if (result.includes(service)) return;
      if (!alone) for (const other of [...service.dependsOn].sort(compareStrings)) visit(other);
      if (!result.includes(service)) result.push(service);
    };
    for (const name of names.length > 0 ? names : this.file.services.map((service) => service.name)) visit(name);
    return result;
  }

  imageName(service: ComposeService): string {
    return service.image ?? `${this.file.name}-${service.name}`;
  }

  *build(services: readonly ComposeService[], noCache = false): Coroutine<void> {
    const built = services.filter((service) => service.build);
    if (built.length === 0) return;
    yield* this.call.err('#0 building with "default" instance using docker driver\n\n');
    for (const { name, build, ...service } of built) {
      if (!build) continue;
      const image = new ImageBuild(this.engine, this.call.process, {
        context: build.context,
        file: build.dockerfile,
        tags: [this.imageName({ name, build, ...service })],
        target: build.target,
        args: build.args,
        labels: {},
        noCache,
        quiet: false,
        service: name,
        write: (text) => this.call.err(text),
      });
      yield* image.run();
    }
    for (const { name } of built) yield* this.say(name, 'Built');
  }

  *pull(services: readonly ComposeService[]): Coroutine<void> {
    const wanted = services.filter(({ image }) => image !== undefined);
    for (const { name } of wanted) yield* this.call.err(` ${name} Pulling \n`);
    for (const { name, image = '' } of wanted) {
      try {
        yield* pullImage(this.engine, image, function* () {
          yield* [];
        });
      } catch (failure) {
        if (!(failure instanceof DockerFailure)) throw failure;
        yield* this.call.err(` ${name} Error ${failure.message.replace('Error response from daemon: ', '')}\n`);
        throw failure;
      }
      yield* this.call.err(` ${name} Pulled \n`);
    }
  }

  /** Has every image: pulled, or built when the service can be. */
  *images(services: readonly ComposeService[], rebuild: boolean): Coroutine<void> {
    const missing = services.filter((service) => !this.engine.images.find(this.imageName(service)));
    yield* this.pull(missing.filter((service) => !service.build));
    yield* this.build(services.filter((service) => service.build && (rebuild || missing.includes(service))));
  }

  *prepareNetworks(services: readonly ComposeService[]): Coroutine<void> {
    const used = new Set(services.flatMap((service) => [...service.networks.keys()]));
    for (const [key, { name, external, pool }] of this.file.networks) {
      if (!used.has(key) || this.engine.networks.has(name)) continue;
      if (external) throw new DockerFailure(`network ${name} declared as external, but could not be found`);
      yield* this.say(`Network ${name}`, 'Creating');
      yield* sleep(60);
      this.engine.createNetwork(name, { [PROJECT]: this.file.name, 'com.docker.compose.network': key }, pool);
      yield* this.say(`Network ${name}`, 'Created');
    }
    for (const [key, { name, external }] of this.file.volumes) {
      if (this.engine.volumes.has(name)) continue;
      if (external) throw new DockerFailure(`external volume "${name}" not found`);
      yield* this.say(`Volume ${name}`, 'Creating');
      this.engine.createVolume(name, { [PROJECT]: this.file.name, 'com.docker.compose.volume': key });
      yield* this.say(`Volume ${name}`, 'Created');
    }
  }

  /** Makes a container of a service; `oneOff`: the one that `compose run` asks for, under its own name. */
  create(service: ComposeService, number: number, image: LocalImage, hash: string, oneOff?: string): Container {
    const name = oneOff ?? service.containerName ?? `${this.file.name}-${service.name}-${number}`;
    const networks = [...service.networks].map(([key, aliases]) => {
      const target = this.file.networks.get(key)?.name ?? key;
      const network = this.engine.networks.get(target) ?? daemonFailure(`network ${target} not found`);
      const ip = oneOff === undefined ? service.addresses.get(key) : undefined;
      const problem = ip === undefined ? undefined : addressProblem(network, ip);
      if (problem !== undefined) daemonFailure(problem);
      return { network, aliases: oneOff === undefined ? [service.name, ...aliases] : [], ip };
    });
    const labels = {
      [CONFIG_FILES]: this.file.path,
      [HASH]: hash,
      [NUMBER]: String(number),
      [ONE_OFF]: oneOff === undefined ? 'False' : 'True',
      [PROJECT]: this.file.name,
      [SERVICE]: service.name,
      [WORKING_DIRECTORY]: this.file.directory,
    };
    const imageName = this.imageName(service);
    return this.engine.create(
      name,
      (id) => serviceContainer(this.engine, this.file, service, { id, image, imageName, labels }),
      networks,
    );
  }

  /** Makes one service what the file says: so many containers, of its image and settings. */
  private *converge(service: ComposeService, scale: number, recreate: boolean): Coroutine<Container[]> {
    const image = this.engine.images.find(this.imageName(service));
    if (!image) return daemonFailure(`No such image: ${this.imageName(service)}`);
    const { environment, networks, addresses, conditions, scale: _scale, ...rest } = service;
    const hash = sha256Hex(
      JSON.stringify([rest, [...environment], [...networks], [...addresses], [...conditions], image.id]),
    );
    const existing = this.containers([service.name]);
    for (const extra of existing.filter((container) => numberOf(container) > scale)) yield* this.remove(extra);
    const result: Container[] = [];
    for (let number = 1; number <= scale; number++) {
      const old = existing.find((container) => numberOf(container) === number);
      if (old && old.settings.labels[HASH] === hash && !recreate) {
        if (old.running) yield* this.say(`Container ${old.name}`, 'Running');
        result.push(old);
        continue;
      }
      if (old) {
        yield* this.say(`Container ${old.name}`, 'Recreate');
        yield* stopContainer(old, 10);
        this.engine.forget(old);
      }
      const name = service.containerName ?? `${this.file.name}-${service.name}-${number}`;
      if (!old) yield* this.say(`Container ${name}`, 'Creating');
      yield* sleep(50);
      result.push(this.create(service, number, image, hash));
      yield* this.say(`Container ${name}`, old ? 'Recreated' : 'Created');
    }
    return result;
  }

  *start(containers: readonly Container[]): Coroutine<void> {
    for (const container of containers) {
      if (container.running) continue;
      yield* awaitDependencies(this, this.service(serviceOf(container)));
      yield* this.say(`Container ${container.name}`, 'Starting');
      yield* sleep(200);
      const started = container.start();
      if (!started.ok) daemonFailure(started.error.message);
      yield* this.say(`Container ${container.name}`, 'Started');
    }
  }

  /** `up` without following: images, networks, containers, start. */
  *up(
    names: readonly string[],
    options: {
      readonly build: boolean;
      readonly recreate: boolean;
      readonly scale: ReadonlyMap<string, number>;
      readonly start: boolean;
      readonly alone: boolean;
    },
  ): Coroutine<Container[]> {
    const services = this.ordered(names, options.alone);
    yield* this.images(services, options.build);
    yield* this.prepareNetworks(services);
    const containers: Container[] = [];
    for (const service of services)
      containers.push(
        ...(yield* this.converge(service, options.scale.get(service.name) ?? service.scale, options.recreate)),
      );
    if (options.start) yield* this.start(containers);
    return containers;
  }

  *remove(container: Container, volumes = false): Coroutine<void> {
    if (container.running || container.state === 'restarting') yield* stopAll(this, [container]);
    yield* this.say(`Container ${container.name}`, 'Removing');
    yield* removeContainer(container, volumes);
    yield* this.say(`Container ${container.name}`, 'Removed');
  }

  *down(volumes: boolean, images: string | undefined): Coroutine<void> {
    const order = this.ordered([]).map(({ name }) => name);
    const containers = this.containers().sort(
      (a, b) => order.indexOf(serviceOf(b)) - order.indexOf(serviceOf(a)) || numberOf(b) - numberOf(a),
    );
    for (const container of containers) yield* this.remove(container, volumes);
    if (volumes)
      for (const { name, external } of this.file.volumes.values()) {
        if (external || !this.engine.removeVolume(name)) continue;
        yield* this.say(`Volume ${name}`, 'Removing');
        yield* this.say(`Volume ${name}`, 'Removed');
      }
    if (images !== undefined)
      for (const service of this.file.services) {
        const image = this.engine.images.find(this.imageName(service));
        if (!image || (images === 'local' && service.image !== undefined)) continue;
        yield* this.say(`Image ${this.imageName(service)}`, 'Removing');
        this.engine.images.remove(image.id);
        yield* this.say(`Image ${this.imageName(service)}`, 'Removed');
      }
    for (const { name, external } of this.file.networks.values()) {
      const network = this.engine.networks.get(name);
      if (external || !network) continue;
      yield* this.say(`Network ${name}`, 'Removing');
      yield* sleep(100);
      this.engine.removeNetwork(network);
      yield* this.say(`Network ${name}`, 'Removed');
    }
  }
}
