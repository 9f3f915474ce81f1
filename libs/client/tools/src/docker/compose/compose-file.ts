import {
  compareStrings,
  isJsonObject,
  resolvePath,
  type JsonObject,
  type JsonValue,
  type Process,
} from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { notSimulated } from '../docker-command.js';
import {
  KNOWN_NAMES,
  USED,
  type ComposeFile,
  type ComposeNetwork,
  type ComposeService,
  type DependencyCondition,
} from './compose-model.js';
import { DockerFailure } from '../docker-failure.js';
import { castValue } from './compose-casts.js';
import { dependencyCycle } from './dependency-cycle.js';
import { shapeProblem } from './compose-schema.js';
import { serviceLimits, healthCheckOf, tmpfsOf, extraHostsOf, watchRules } from './service-settings.js';
import { bad, command, list, pairs, text } from './compose-values.js';
import { interpolate, parseEnvFile } from './interpolate.js';

/** Where a project's file is: given, or looked for from here up. */
function locate(process: Process, given: readonly string[]): string {
  if (given.length > 1) notSimulated(process, 'docker compose with several files');
  if (given.length === 1) return resolvePath(process.cwd, given[0]);
  for (let folder = process.cwd; ; folder = resolvePath(folder, '..')) {
    const found = KNOWN_NAMES.find((name) => process.machine.files.exists(resolvePath(folder, name)));
    if (found !== undefined) return resolvePath(folder, found);
    if (folder === '/') return bad('no configuration file provided: not found');
  }
}

const projectName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[_-]+/, '');

/** Reads one file as Compose v2 does: variables, shape, references. */
export class ComposeReader {
  private readonly warnings: string[] = [];
  private readonly env: Map<string, string>;
  private readonly path: string;
  private readonly directory: string;
  private project = '';

  constructor(
    private readonly process: Process,
    private readonly options: {
      readonly files: readonly string[];
      readonly name: string | undefined;
      readonly profiles: readonly string[];
      /** Services that are named: theirs is active, whatever their profiles. */
      readonly named: readonly string[];
    },
  ) {
    const given = options.files.length > 0 ? options.files : (process.env.get('COMPOSE_FILE')?.split(':') ?? []);
    this.path = locate(process, given);
    this.directory = resolvePath(this.path, '..');
    const dotEnv = process.machine.files.readFile(resolvePath(this.directory, '.env'));
    this.env = new Map([...(dotEnv.ok ? parseEnvFile(dotEnv.value) : []), ...process.env]);
  }

  /** The project; what was warned of stands before a failure. */
  read(): ComposeFile {
    try {
      return this.readFile();
    } catch (failure) {
      if (!(failure instanceof DockerFailure)) throw failure;
      throw new DockerFailure([...this.warnings, failure.message].join('\n'), failure.status);
    }
  }

  private readFile(): ComposeFile {
    const content = this.process.machine.files.readFile(this.path);
    if (!content.ok) return bad(`open ${this.path}: no such file or directory`);
    const parsed = yamlToJson(content.value, { ordered: true, contextLines: true });
    if (!parsed.ok) return bad(parsed.error.startsWith('yaml:') ? parsed.error : `yaml: ${parsed.error}`);
    if (parsed.value === null) return bad('empty compose file');
    if (!isJsonObject(parsed.value)) return bad(`validating ${this.path}: (root) must be a mapping`);
    const root = this.expand(parsed.value) as JsonObject;
    this.checkShape(root);
    this.project = projectName(
      this.options.name ??
        this.env.get('COMPOSE_PROJECT_NAME') ??
        text(root['name']) ??
        this.directory.split('/').at(-1) ??
        '',
    );
    const services = Object.entries(isJsonObject(root['services']) ? root['services'] : {})
      .map(([name, service]) => this.service(name, isJsonObject(service) ? service : {}))
      .sort((a, b) => compareStrings(a.name, b.name))
      .filter((service) => this.active(service));
    if (services.length === 0) return bad('no service selected');
    const networks = this.resources(root['networks'], 'default');
    const volumes = this.resources(root['volumes']);
    this.checkReferences(services, networks, volumes);
    return {
      path: this.path,
      directory: this.directory,
      name: this.project,
      services,
      networks,
      volumes,
      source: root,
      warnings: this.warnings,
    };
  }

  /** Services without profiles, those whose profile is asked for, and those that are named. */
  private active({ name, profiles }: ComposeService): boolean {
    const asked = [...this.options.profiles, ...(this.env.get('COMPOSE_PROFILES')?.split(',') ?? [])];
    if (profiles.length === 0 || this.options.named.includes(name)) return true;
    return asked.includes('*') || profiles.some((profile) => asked.includes(profile));
  }

  private warn(message: string): void {
    const now = `${new Date(this.process.machine.simulation.now()).toISOString().slice(0, 19)}Z`;
    const line = `time="${now}" level=warning msg=${JSON.stringify(message)}`;
    if (!this.warnings.includes(line)) this.warnings.push(line);
  }

  /** Puts variables in; what stands at a place for numbers or switches becomes one. */
  private expand(value: JsonValue, place: readonly string[] = []): JsonValue {
    if (typeof value === 'string') return this.expandText(value, place);
    if (Array.isArray(value)) return value.map((each) => this.expand(each, [...place, '[]']));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, this.expand(each ?? null, [...place, name])]),
    );
  }

  private expandText(value: string, place: readonly string[]): JsonValue {
    const at = place.join('.');
    const text = interpolate(value, this.env, at, (name) =>
      this.warn(`The "${name}" variable is not set. Defaulting to a blank string.`),
    );
    const cast = castValue(text, place, (message) => this.warn(message));
    return cast.ok
      ? cast.value
      : bad(`error while interpolating ${at}: failed to cast to expected type: ${cast.error}`);
  }

  private checkShape(root: JsonObject): void {
    const services = Object.values(isJsonObject(root['services']) ? root['services'] : {}).filter(isJsonObject);
    // Other files are read before the shape is looked at.
    if (root['include'] !== undefined) notSimulated(this.process, 'docker compose: include');
    if (services.some((service) => service['extends'] !== undefined))
      notSimulated(this.process, 'docker compose: extends of a service');
    const problem = shapeProblem(root);
    if (problem !== undefined) bad(`validating ${this.path}: ${problem}`);
    if (root['version'] !== undefined)
      this.warn(
        `${this.path}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
      );
    for (const key of ['configs', 'secrets', 'models'])
      if (root[key] !== undefined) notSimulated(this.process, `docker compose: ${key}`);
    for (const key of services.flatMap(Object.keys))
      if (!USED.includes(key) && !key.startsWith('x-'))
        notSimulated(this.process, `docker compose: ${key} of a service`);
  }

  private service(name: string, spec: JsonObject): ComposeService {
    const deploy = isJsonObject(spec['deploy']) ? spec['deploy'] : {};
    const files = list(spec['env_file']).map((each) => text(isJsonObject(each) ? each['path'] : each) ?? '');
    const environment = new Map<string, string>();
    for (const file of files) {
      const found = this.process.machine.files.readFile(resolvePath(this.directory, file));
      if (!found.ok)
        return bad(
          `env file ${resolvePath(this.directory, file)} not found: stat ${resolvePath(this.directory, file)}: no such file or directory`,
        );
      for (const [key, value] of parseEnvFile(found.value)) environment.set(key, value);
    }
    for (const [key, value] of pairs(spec['environment'], this.env)) environment.set(key, value);
    return {
      name,
      image: text(spec['image']),
      build: this.build(spec['build']),
      command: command(spec['command']),
      entrypoint: command(spec['entrypoint']),
      environment,
      ports: list(spec['ports']).map((port) => this.port(port)),
      expose: list(spec['expose']).map((port) => Number.parseInt(text(port) ?? '', 10)),
      volumes: list(spec['volumes']).map((volume) => this.volume(volume)),
      networks: this.networksOf(spec['networks']),
      dependsOn: this.dependencies(spec['depends_on'], spec['links']),
      conditions: this.conditions(spec['depends_on']),
      profiles: list(spec['profiles']).map((profile) => text(profile) ?? ''),
      healthCheck: healthCheckOf(spec['healthcheck']),
      resources: serviceLimits(spec),
      extraHosts: extraHostsOf(spec['extra_hosts']),
      dns: list(spec['dns']).map((server) => text(server) ?? ''),
      readOnly: spec['read_only'] === true,
      tmpfs: tmpfsOf(spec['tmpfs']),
      addresses: this.addresses(spec['networks']),
      stopSignal: text(spec['stop_signal']),
      labels: Object.fromEntries(pairs(spec['labels'], this.env)),
      restart: text(spec['restart']) ?? 'no',
      containerName: text(spec['container_name']),
      hostname: text(spec['hostname']),
      user: text(spec['user']),
      workingDir: text(spec['working_dir']),
      tty: spec['tty'] === true,
      scale: Number(text(spec['scale']) ?? text(deploy['replicas']) ?? 1),
      watched: watchRules(spec['develop']),
    };
  }

  private build(value: JsonValue | undefined): ComposeService['build'] {
    if (value === undefined || value === null) return undefined;
    const spec: JsonObject = isJsonObject(value) ? value : { context: value };
    const context = resolvePath(this.directory, text(spec['context']) ?? '.');
    return {
      context,
      dockerfile: resolvePath(context, text(spec['dockerfile']) ?? 'Dockerfile'),
      target: text(spec['target']),
      args: pairs(spec['args'], this.env),
    };
  }

  private port(value: JsonValue): string {
    if (!isJsonObject(value)) {
      const port = text(value) ?? '';
      if (/\d-\d/.test(port)) notSimulated(this.process, 'docker compose: a range of ports');
      return port;
    }
    const published = text(value['published']);
    const address = text(value['host_ip']);
    const host = published === undefined ? '' : `${address === undefined ? '' : `${address}:`}${published}:`;
    return `${host}${text(value['target']) ?? ''}/${text(value['protocol']) ?? 'tcp'}`;
  }

  private volume(value: JsonValue): string {
    if (!isJsonObject(value)) return text(value) ?? '';
    if (value['type'] === 'tmpfs') notSimulated(this.process, 'docker compose: tmpfs volumes');
    const [source, target] = [text(value['source']), text(value['target']) ?? ''];
    return `${source === undefined ? '' : `${source}:`}${target}${value['read_only'] === true ? ':ro' : ''}`;
  }

  private networksOf(value: JsonValue | undefined): Map<string, readonly string[]> {
    if (value === undefined || value === null) return new Map([['default', []]]);
    if (!isJsonObject(value)) return new Map(list(value).map((name) => [text(name) ?? '', []]));
    return new Map(
      Object.entries(value).map(([name, spec]) => [
        name,
        isJsonObject(spec) ? list(spec['aliases']).map((alias) => text(alias) ?? '') : [],
      ]),
    );
  }

  /** Fixed addresses by network. */
  private addresses(value: JsonValue | undefined): Map<string, string> {
    const found = new Map<string, string>();
    if (isJsonObject(value))
      for (const [name, spec] of Object.entries(value)) {
        const address = isJsonObject(spec) ? text(spec['ipv4_address']) : undefined;
        if (address !== undefined) found.set(name, address);
      }
    return found;
  }

  private dependencies(value: JsonValue | undefined, links: JsonValue | undefined): string[] {
    const linked = list(links).map((link) => (text(link) ?? '').split(':')[0]);
    const named = isJsonObject(value) ? Object.keys(value) : list(value).map((name) => text(name) ?? '');
    return [...new Set([...named, ...linked])];
  }

  private conditions(value: JsonValue | undefined): ComposeService['conditions'] {
    const found = new Map<string, DependencyCondition>();
    if (!isJsonObject(value)) return found;
    for (const [name, spec] of Object.entries(value)) {
      const condition = (isJsonObject(spec) ? text(spec['condition']) : undefined) ?? 'service_started';
      if (condition === 'service_healthy' || condition === 'service_completed_successfully') found.set(name, condition);
      else if (condition !== 'service_started') notSimulated(this.process, `docker compose: condition ${condition}`);
    }
    return found;
  }

  private resources(value: JsonValue | undefined, standard?: string): Map<string, ComposeNetwork> {
    const found = new Map<string, ComposeNetwork>();
    if (standard !== undefined) found.set(standard, { name: `${this.project}_${standard}`, external: false });
    for (const [name, spec] of Object.entries(isJsonObject(value) ? value : {})) {
      const own = isJsonObject(spec) ? spec : {};
      const external = own['external'] === true;
      const pool = this.pool(own['ipam']);
      found.set(name, { name: text(own['name']) ?? (external ? name : `${this.project}_${name}`), external, pool });
    }
    return found;
  }

  /** The subnet that a network's `ipam` names. */
  private pool(ipam: JsonValue | undefined): ComposeNetwork['pool'] {
    const [config] = isJsonObject(ipam) ? list(ipam['config']) : [];
    const subnet = isJsonObject(config) ? text(config['subnet']) : undefined;
    if (!isJsonObject(config) || subnet === undefined) return undefined;
    if (!/\/(?:8|16|24)$/.test(subnet)) notSimulated(this.process, `docker compose: subnet ${subnet}`);
    const gateway = text(config['gateway']);
    return { subnet, ...(gateway !== undefined && { gateway }) };
  }

  /** What only shows when the whole is there (checkConsistency, graph.CheckCycle and the validations of compose-go). */
  private checkReferences(
    services: readonly ComposeService[],
    networks: ReadonlyMap<string, unknown>,
    volumes: ReadonlyMap<string, unknown>,
  ): void {
    for (const service of services) {
      if (service.scale < 0) bad(`services.${service.name}.scale: must be greater than or equal to 0`);
      if (!service.image && !service.build)
        bad(`service "${service.name}" has neither an image nor a build context specified: invalid compose project`);
      for (const name of service.networks.keys())
        if (!networks.has(name))
          bad(`service "${service.name}" refers to undefined network ${name}: invalid compose project`);
      for (const name of service.dependsOn)
        if (!services.some((other) => other.name === name))
          bad(`service "${service.name}" depends on undefined service "${name}": invalid compose project`);
      for (const volume of service.volumes) {
        const [source, target] = volume.split(':');
        if (target !== undefined && !/^[./~]/.test(source) && !volumes.has(source))
          bad(`service "${service.name}" refers to undefined volume ${source}: invalid compose project`);
      }
    }
    const cycle = dependencyCycle(services);
    if (cycle !== undefined) bad(`dependency cycle detected: ${cycle}`);
  }
}
