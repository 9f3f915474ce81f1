import { AttachedInput } from './attached-input.js';
import type { Node, ObjectReader, Pod } from '@seatrial/apiserver';
import {
  fail,
  ok,
  type FileSystem,
  type Machine,
  type NetworkStack,
  type PidNamespace,
  type ProgramTable,
  type RegularFile,
  type Result,
  type Signal,
  type Simulation,
} from '@seatrial/kernel';
import type { Container, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { ContainerImage } from '../kubelet-options.js';
import type { NodeContext } from '../node/node-context.js';
import type { ContainerRecord, PodRuntime, Sandbox } from '../pod/pod-runtime.js';
import { ContainerInstance, type InstanceSettings, type InstanceWatcher } from './container-instance.js';
import { restingProgram, type Executable } from './executable.js';
import { makeEnvironment, type EnvironmentSources } from './environment.js';
import { expand } from './expansion.js';
import type { StartFailure } from './image-puller.js';
import { imageVolumeProblem } from '../volumes/image-volume.js';
import { SERVICE_ACCOUNT, subPathProblem } from './volume-mounts.js';
import { canWait, prepareFiles } from './container-files.js';
import { kernelHostname, newRegularFile } from './kubelet-files.js';

/** Merged tables by image, then by what the cluster's own programs are. */
const PROGRAMS = new WeakMap<ContainerImage, WeakMap<ProgramTable, ProgramTable>>();
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function programsOf(image: ContainerImage, context: NodeContext): ProgramTable {
  if (image.programs.size === 0) return context.programs;
  const tables = PROGRAMS.get(image) ?? new WeakMap<ProgramTable, ProgramTable>();
  PROGRAMS.set(image, tables);
  const known = tables.get(context.programs);
  if (known) return known;
  const merged = new Map([...context.programs, ...image.programs]);
  tables.set(context.programs, merged);
  return merged;
}

/** Hash of what a change of makes the kubelet restart the container: its image (kubecontainer.HashContainer). */
export function specHash(container: Container): string {
  return container.image ?? '';
}

/** Who a container runs as: `user`, `user:group` or `user:group:more,groups`; numbers but for root. */
function effectiveUser(pod: Pod, container: Container, image: ContainerImage): Result<string, string> {
  const own = container.securityContext;
  const all = pod.spec.securityContext;
  const uid = own?.runAsUser ?? all?.runAsUser;
  const nonRoot = own?.runAsNonRoot ?? all?.runAsNonRoot ?? false;
  const imageUser = (image.config.user ?? '').split(':')[0];
  if (nonRoot) {
    const id = `pod: "${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid})", container: ${container.name}`;
    if (uid === 0) return fail(`container's runAsUser breaks non-root policy (${id})`);
    if (uid === undefined && (imageUser === '' || imageUser === '0' || imageUser === 'root'))
      return fail(
        imageUser === 'root'
          ? `container has runAsNonRoot and image has non-numeric user (${imageUser}), cannot verify user is non-root (${id})`
          : `container has runAsNonRoot and image will run as root (${id})`,
      );
    if (uid === undefined && !/^\d+$/.test(imageUser))
      return fail(
        `container has runAsNonRoot and image has non-numeric user (${imageUser}), cannot verify user is non-root (${id})`,
      );
  }
  const name = (number: number | string): string => (String(number) === '0' ? 'root' : String(number));
  const user = name(uid ?? (imageUser === '' ? 0 : imageUser));
  const gid = own?.runAsGroup ?? all?.runAsGroup ?? (uid === undefined ? undefined : 0);
  if (all?.fsGroup === undefined && !all?.supplementalGroups?.length)
    return ok(gid === undefined || (gid === 0 && user === 'root') ? user : `${user}:${name(gid)}`);
  const groups = [...(all.fsGroup === undefined ? [] : [all.fsGroup]), ...(all.supplementalGroups ?? [])];
  return ok(`${user}:${name(gid ?? 0)}:${groups.join(',')}`);
}

const NO_COMMAND = 'no command specified';

/** containerd's error of a container whose OCI spec cannot be made. */
const specError = ({ random }: NodeContext, why: string): string =>
  `failed to generate container "${random.hex(64)}" spec: failed to generate spec: ${why}`;

/** The image's variables, then the pod's; a terminal's own stands before them (containerd/pkg/cri/server containerSpec). */
function environmentOf(
  container: Container,
  image: ContainerImage,
  own: ReadonlyMap<string, string>,
  hostname: string,
  user: string,
): Map<string, string> {
  const env = new Map<string, string>([
    ['PATH', DEFAULT_PATH],
    ...(container.tty ? ([['TERM', 'xterm']] as const) : []),
    ['HOSTNAME', hostname],
  ]);
  for (const [name, value] of Object.entries(image.config.env ?? {})) env.set(name, value);
  for (const [name, value] of own) env.set(name, value);
  if (!env.has('HOME')) env.set('HOME', user === 'root' ? '/root' : '/');
  return env;
}

const imagesArguments = new WeakMap<ContainerImage, readonly string[]>();

/** Entrypoint and cmd of an image: one list for all of its containers. */
function imageArguments(image: ContainerImage): readonly string[] {
  let argv = imagesArguments.get(image);
  if (!argv) {
    argv = [...(image.config.entrypoint ?? []), ...(image.config.cmd ?? [])];
    imagesArguments.set(image, argv);
  }
  return argv;
}

/** command replaces the entrypoint and drops the image's cmd; args replaces cmd. */
function argumentsOf(container: Container, image: ContainerImage, own: ReadonlyMap<string, string>): readonly string[] {
  if (!container.command?.length && !container.args?.length) return imageArguments(image);
  const lookup = (name: string): string | undefined => own.get(name);
  const command = (container.command ?? []).map((part) => expand(part, lookup));
  const args = (container.args ?? []).map((part) => expand(part, lookup));
  const entrypoint = command.length > 0 ? command : (image.config.entrypoint ?? []);
  const rest = args.length > 0 ? args : command.length > 0 ? [] : (image.config.cmd ?? []);
  return [...entrypoint, ...rest];
}

/** The process ids that a container shares: its node's, its pod's, or those of the container that it is to debug. */
function pidsOf(
  { hostPids }: NodeContext,
  { pod, sandbox, records }: PodRuntime,
  container: Container,
): PidNamespace | undefined {
  const { targetContainerName: target } = container as { readonly targetContainerName?: string };
  if (pod.spec.hostPID) return hostPids;
  if (pod.spec.shareProcessNamespace) return sandbox?.pause?.machine.processes.namespace;
  return target ? records.get(target)?.current?.machine.processes.namespace : undefined;
}

/** Makes a container ready to start; the error is a waiting reason with its message. */
export function createInstance(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  image: ContainerImage,
  attempt: number,
  watcher: InstanceWatcher,
): Result<ContainerInstance, StartFailure> {
  const { pod, sandbox } = runtime;
  const container = record.spec;
  const refuse = (message: string): Result<ContainerInstance, StartFailure> =>
    fail({ reason: 'CreateContainerConfigError', message });
  if (!sandbox) return refuse('no sandbox');
  const own = makeEnvironment(container, new InstanceSources(context, pod, sandbox.network.addresses));
  if (!own.ok) return refuse(own.error);
  const noPart = subPathProblem(container, own.value, runtime.volumes);
  if (noPart !== undefined) return refuse(noPart);
  const user = effectiveUser(pod, container, image);
  if (!user.ok) return refuse(user.error);
  const hostname = kernelHostname(pod, context.node);
  const path = own.value.get('PATH') ?? image.config.env?.['PATH'] ?? DEFAULT_PATH;
  const argv = argumentsOf(container, image, own.value);
  const problem = argv.length === 0 ? NO_COMMAND : imageVolumeProblem(pod, container, context.node.nodeInfo);
  if (problem !== undefined) return fail({ reason: 'CreateContainerError', message: specError(context, problem) });
  return ok(
    new ContainerInstance(
      new ContainerSettings(
        context,
        runtime,
        sandbox,
        container,
        attempt,
        image,
        hostname,
        argv,
        path,
        user.value,
        own.value,
        pidsOf(context, runtime, container),
        record.allocated,
        watcher,
      ),
    ),
  );
}

class InstanceSources implements EnvironmentSources {
  constructor(
    private readonly context: NodeContext,
    readonly pod: Pod,
    readonly podIps: readonly string[],
  ) {}

  get store(): ObjectReader {
    return this.context.apiServer.store;
  }

  get hostIp(): string {
    return this.context.node.internalIp;
  }

  get nodeStatus(): Node['status'] {
    return this.context.nodeStatus();
  }
}

/** What one container is made of, as its pod and image say. */
class ContainerSettings implements InstanceSettings {
  readonly stdin: AttachedInput | undefined;
  private readonly createdAt: number;
  private terminationLog: RegularFile | undefined;

  constructor(
    private readonly context: NodeContext,
    private readonly runtime: PodRuntime,
    private readonly sandbox: Sandbox,
    private readonly container: Container,
    readonly attempt: number,
    readonly image: ContainerImage,
    readonly hostname: string,
    readonly argv: readonly string[],
    readonly path: string,
    readonly user: string,
    private readonly own: ReadonlyMap<string, string>,
    readonly pids: PidNamespace | undefined,
    readonly resources: ResourceRequirements,
    private readonly watcher: InstanceWatcher,
  ) {
    this.createdAt = context.simulation.now();
    this.stdin = container.stdin ? new AttachedInput(container.tty) : undefined;
  }

  get simulation(): Simulation {
    return this.context.simulation;
  }

  get name(): string {
    return this.container.name;
  }

  get specHash(): string {
    return specHash(this.container);
  }

  get cwd(): string {
    return this.container.workingDir ?? this.image.config.workingDir ?? '/';
  }

  get programs(): ProgramTable {
    return programsOf(this.image, this.context);
  }

  get stopSignal(): Signal {
    return this.image.config.stopSignal ?? 'TERM';
  }

  env(): ReadonlyMap<string, string> {
    return environmentOf(this.container, this.image, this.own, this.hostname, this.user);
  }

  network(files: () => FileSystem): NetworkStack {
    return this.sandbox.network.stack(files);
  }

  resting(): Executable | undefined {
    const { container, runtime } = this;
    if (!canRest(runtime.pod, container) || this.user !== 'root' || this.pids || this.stdin) return undefined;
    return restingProgram(this.image, this.programs, this.argv, { cwd: this.cwd, path: this.path });
  }

  beforeUse(instance: ContainerInstance): void {
    this.sandbox.network.beforeUse(instance);
  }

  prepareFiles(files: FileSystem, machine: () => Machine, now: number): string | undefined {
    const { context, runtime, container, hostname } = this;
    this.terminationLog ??= newRegularFile('', this.createdAt, 0o666);
    const { terminationLog } = this;
    const env = (): ReadonlyMap<string, string> => this.env();
    return prepareFiles(files, context, runtime, container, { env, hostname, terminationLog, machine }, now);
  }

  onGrow(): void {
    this.runtime.limitedFiles?.checkStorage();
    this.context.eviction.diskChanged();
  }

  onMemoryChange(): void {
    this.context.eviction.memoryChanged();
  }

  onMachine(machine: Machine): void {
    this.context.onMachine?.(machine);
  }

  onStateChange(changed: ContainerInstance): void {
    if (changed.state === 'exited')
      changed.message ||= terminationMessage(this.container, changed, this.terminationLog?.content ?? '');
    this.watcher.changed(changed);
  }
}

/** It is the pod's only container, and nothing that the pod asks for changes the image's own files or users. */
const canRest = (pod: Pod, container: Container): boolean =>
  canWait(pod, container) &&
  pod.spec.containers.length === 1 &&
  pod.spec.initContainers === undefined &&
  pod.spec.ephemeralContainers === undefined &&
  container.securityContext === undefined &&
  (container.volumeMounts ?? []).every(({ mountPath }) => mountPath === SERVICE_ACCOUNT);

const MAX_MESSAGE = 4096;
const FALLBACK_LINES = 80;
const FALLBACK_LENGTH = 2048;

function terminationMessage(container: Container, instance: ContainerInstance, text: string): string {
  if (text !== '') return text.slice(0, MAX_MESSAGE);
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || instance.exitCode === 0) return '';
  return instance.log.tail(FALLBACK_LINES, FALLBACK_LENGTH);
}
