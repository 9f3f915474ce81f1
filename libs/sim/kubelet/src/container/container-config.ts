import { AttachedInput } from './attached-input.js';
import type { Pod } from '@seatrial/apiserver';
import {
  fail,
  kernelParameters,
  ok,
  rememberRecent,
  resolvePath,
  type FileSystem,
  type Machine,
  type PidNamespace,
  type ProgramTable,
  type RegularFile,
  type Result,
} from '@seatrial/kernel';
import type { Container } from 'kubernetes-types/core/v1.js';
import type { ContainerImage } from '../kubelet-options.js';
import type { NodeContext } from '../node/node-context.js';
import type { ContainerRecord, PodRuntime } from '../pod/pod-runtime.js';
import { capabilitiesOf } from './capabilities.js';
import { ContainerInstance } from './container-instance.js';
import { makeEnvironment } from './environment.js';
import { expand } from './expansion.js';
import type { StartFailure } from './image-puller.js';
import { imageVolumeProblem } from '../volumes/image-volume.js';
import { LazyDirectory } from './lazy-directory.js';
import { procEntries } from './proc-files.js';
import { mountMismatch, mountVolumes } from './volume-mounts.js';
import { hostsFile, kernelHostname, mountKubeletFiles, newRegularFile, resolvConf } from './kubelet-files.js';

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
  const id = `pod: "${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid})", container: ${container.name}`;
  if (nonRoot) {
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
  const groups = [...(all?.fsGroup === undefined ? [] : [all.fsGroup]), ...(all?.supplementalGroups ?? [])];
  if (groups.length === 0)
    return ok(gid === undefined || (gid === 0 && user === 'root') ? user : `${user}:${name(gid)}`);
  return ok(`${user}:${name(gid ?? 0)}:${groups.join(',')}`);
}

const NO_COMMAND = 'no command specified';

/** containerd's error of a container whose OCI spec cannot be made. */
const specError = ({ random }: NodeContext, why: string): string =>
  `failed to generate container "${random.hex(64)}" spec: failed to generate spec: ${why}`;

/** The image's variables, then the pod's. */
function environmentOf(
  container: Container,
  image: ContainerImage,
  own: ReadonlyMap<string, string>,
  hostname: string,
  user: string,
): Map<string, string> {
  const env = new Map<string, string>([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', hostname],
  ]);
  for (const [name, value] of Object.entries(image.config.env ?? {})) env.set(name, value);
  for (const [name, value] of own) env.set(name, value);
  if (container.tty) env.set('TERM', 'xterm');
  if (!env.has('HOME')) env.set('HOME', user === 'root' ? '/root' : '/');
  return env;
}

/** command replaces the entrypoint and drops the image's cmd; args replaces cmd. */
function argumentsOf(container: Container, image: ContainerImage, own: ReadonlyMap<string, string>): string[] {
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
  onStateChange: (instance: ContainerInstance) => void,
): Result<ContainerInstance, StartFailure> {
  const { pod, sandbox } = runtime;
  const container = record.spec;
  const refuse = (message: string): Result<ContainerInstance, StartFailure> =>
    fail({ reason: 'CreateContainerConfigError', message });
  if (!sandbox) return refuse('no sandbox');
  const ips = sandbox.network.addresses;
  const own = makeEnvironment(container, {
    store: context.apiServer.store,
    pod,
    podIps: ips,
    hostIp: context.node.internalIp,
    nodeStatus: context.nodeStatus(),
  });
  if (!own.ok) return refuse(own.error);
  const user = effectiveUser(pod, container, image);
  if (!user.ok) return refuse(user.error);
  const hostname = kernelHostname(pod, context.node);
  const env = (): Map<string, string> => environmentOf(container, image, own.value, hostname, user.value);
  const path = own.value.get('PATH') ?? image.config.env?.['PATH'] ?? DEFAULT_PATH;
  const argv = argumentsOf(container, image, own.value);
  const problem = argv.length === 0 ? NO_COMMAND : imageVolumeProblem(pod, container, context.node.nodeInfo);
  if (problem !== undefined) return fail({ reason: 'CreateContainerError', message: specError(context, problem) });
  const { simulation } = context;
  const terminationLog = newRegularFile('', simulation.now(), 0o666);
  const instance: ContainerInstance = new ContainerInstance({
    simulation,
    name: container.name,
    attempt,
    image,
    specHash: specHash(container),
    hostname,
    argv,
    env,
    path,
    cwd: container.workingDir ?? image.config.workingDir ?? '/',
    user: user.value,
    programs: programsOf(image, context),
    pids: pidsOf(context, runtime, container),
    resources: record.allocated,
    network: (files) => sandbox.network.stack(files),
    prepareFiles: (files) =>
      prepareFiles(files, context, runtime, container, {
        env,
        hostname,
        terminationLog,
        machine: () => instance.machine,
      }),
    stdin: container.stdin ? new AttachedInput(container.tty) : undefined,
    onMachine: context.onMachine,
    onGrow: () => {
      runtime.onGrow?.();
      context.eviction.diskChanged();
    },
    onMemoryChange: () => context.eviction.memoryChanged(),
    stopSignal: image.config.stopSignal ?? 'TERM',
    onStateChange: (changed) => {
      if (changed.state === 'exited') changed.message ||= terminationMessage(container, changed, terminationLog);
      onStateChange(changed);
    },
  });
  return ok(instance);
}

function prepareFiles(
  files: FileSystem,
  context: NodeContext,
  runtime: PodRuntime,
  container: Container,
  made: {
    readonly env: () => ReadonlyMap<string, string>;
    readonly hostname: string;
    readonly terminationLog: RegularFile;
    readonly machine: () => Machine;
  },
): string | undefined {
  const { pod } = runtime;
  const { simulation } = context;
  const now = simulation.now();
  const ips = runtime.sandbox?.network.addresses ?? [];
  const mountAll = (): void => {
    mountKubeletFiles(files, {
      simulation,
      now,
      hosts: hostsFile(pod, ips, context.node, context.files),
      resolver: resolvConf(pod, context.node, context.files),
      hostname: made.hostname,
      terminationLog: { path: terminationLogPath(container), file: made.terminationLog },
    });
    mountRest(files, context, runtime, container, made, now);
  };
  const failed = mountMismatch(files, runtime, container, made.env, now);
  if (canWait(pod, container)) files.mountLater(mountPoints(container), mountAll);
  else mountAll();
  return failed;
}

const terminationLogPath = ({ terminationMessagePath }: Container): string =>
  terminationMessagePath ?? '/dev/termination-log';

/** What is mounted would be the same later: nothing of it depends on the node's own files or changes a volume. */
const canWait = ({ spec }: Pod, { volumeMounts = [], workingDir }: Container): boolean =>
  workingDir === undefined &&
  spec.hostNetwork !== true &&
  spec.dnsConfig === undefined &&
  (spec.dnsPolicy ?? 'ClusterFirst') === 'ClusterFirst' &&
  volumeMounts.every(({ subPath, subPathExpr }) => subPath === undefined && subPathExpr === undefined);

/** Of many containers they are the same. */
const mountPointsOf = rememberRecent(
  (paths): readonly string[] => [
    '/dev',
    '/etc/hosts',
    '/etc/hostname',
    '/etc/resolv.conf',
    '/proc',
    ...paths.split('\0').map((path) => resolvePath('/', path)),
  ],
  100,
);

function mountPoints(container: Container): readonly string[] {
  let paths = terminationLogPath(container);
  for (const { mountPath } of container.volumeMounts ?? []) paths += `\0${mountPath}`;
  return mountPointsOf(paths);
}

function mountRest(
  files: FileSystem,
  context: NodeContext,
  runtime: PodRuntime,
  container: Container,
  made: {
    readonly env: () => ReadonlyMap<string, string>;
    readonly hostname: string;
    readonly machine: () => Machine;
  },
  now: number,
): void {
  const proc = {
    machine: made.machine,
    files,
    noNewPrivileges: container.securityContext?.allowPrivilegeEscalation === false,
    capabilities: capabilitiesOf(container),
    seccomp: isFiltered(runtime.pod, container) ? (2 as const) : (0 as const),
    kernel: context.node.nodeInfo['kernelVersion'] ?? '',
    capacity: context.node.capacity,
  };
  files.mount('/proc', new LazyDirectory(now, 0o555, () => procEntries(proc, now), true));
  const parameters = { ...parametersOf(context, runtime), 'kernel.hostname': made.hostname };
  const sys = new LazyDirectory(now, 0o555, () => new Map(kernelParameters(parameters, now).entries));
  files.mount('/proc/sys', sys, container.securityContext?.privileged !== true);
  mountVolumes(files, runtime, container, made.env, now);
  if (container.workingDir) files.makeDirectories(resolvePath('/', container.workingDir));
  if (container.securityContext?.readOnlyRootFilesystem) files.mount('/', files.root, true);
}

/** What the kernel's parameters are for a pod beside the usual ones: the node's release, and the pod's own. */
function parametersOf({ node }: NodeContext, { pod }: PodRuntime): Record<string, string> {
  const parameters: Record<string, string> = { 'kernel.osrelease': node.nodeInfo['kernelVersion'] ?? '' };
  for (const { name, value } of pod.spec.securityContext?.sysctls ?? []) parameters[name.replaceAll('/', '.')] = value;
  return parameters;
}

/** Without a profile of its own or of its pod a container runs unconfined. */
function isFiltered(pod: Pod, { securityContext }: Container): boolean {
  if (securityContext?.privileged) return false;
  const type = (securityContext?.seccompProfile ?? pod.spec.securityContext?.seccompProfile)?.type ?? 'Unconfined';
  return type !== 'Unconfined';
}

const MAX_MESSAGE = 4096;
const FALLBACK_LINES = 80;
const FALLBACK_LENGTH = 2048;

function terminationMessage(container: Container, instance: ContainerInstance, log: RegularFile): string {
  const text = log.content;
  if (text !== '') return text.slice(0, MAX_MESSAGE);
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || instance.exitCode === 0) return '';
  return instance.log.tail(FALLBACK_LINES, FALLBACK_LENGTH);
}
