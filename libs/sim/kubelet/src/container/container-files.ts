import type { Pod } from '@seatrial/apiserver';
import {
  kernelParameters,
  LazyDirectory,
  rememberRecent,
  resolvePath,
  type FileSystem,
  type Machine,
  type RegularFile,
} from '@seatrial/kernel';
import type { Container } from 'kubernetes-types/core/v1.js';
import type { NodeContext } from '../node/node-context.js';
import type { PodRuntime } from '../pod/pod-runtime.js';
import { hostsFile, mountKubeletFiles, resolvConf } from './kubelet-files.js';
import { procEntries } from './proc-files.js';
import { mountMismatch, mountVolumes } from './volume-mounts.js';

/** What there is of a container when its files are made. */
interface MadeContainer {
  readonly env: () => ReadonlyMap<string, string>;
  readonly hostname: string;
  readonly machine: () => Machine;
}

/** Mounts a container's volumes and the files that the kubelet keeps, as they were at an instant; the error is runc's. */
export function prepareFiles(
  files: FileSystem,
  context: NodeContext,
  runtime: PodRuntime,
  container: Container,
  made: MadeContainer & { readonly terminationLog: RegularFile },
  now: number,
): string | undefined {
  const { pod } = runtime;
  const { simulation } = context;
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
export const canWait = ({ spec }: Pod, { volumeMounts = [], workingDir }: Container): boolean =>
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
  made: MadeContainer,
  now: number,
): void {
  const proc = {
    machine: made.machine,
    files,
    noNewPrivileges: container.securityContext?.allowPrivilegeEscalation === false,
    container,
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
