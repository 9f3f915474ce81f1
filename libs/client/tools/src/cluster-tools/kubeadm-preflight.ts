import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { nodeOf } from './cluster-tool.js';
import { kubeadmFailure } from './kubeadm-failure.js';

/** A check that failed: its name and why. */
export interface FailedCheck {
  readonly name: string;
  readonly text: string;
}

const MANIFESTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'];

function portsInUse(ports: readonly number[]): FailedCheck[] {
  return ports.map((port) => ({ name: `Port-${port}`, text: `Port ${port} is in use` }));
}

function filesThere(tool: Tool, paths: readonly string[]): FailedCheck[] {
  return paths
    .filter((path) => tool.machine.files.exists(path))
    .map((path) => ({ name: `FileAvailable-${path.replaceAll('/', '-')}`, text: `${path} already exists` }));
}

/** What stands in the way of `kubeadm init` on a machine that is a node already. */
export function initChecks(tool: Tool): FailedCheck[] {
  const node = nodeOf(tool);
  const controlPlane = node?.node.controlPlane === true;
  const etcd = '/var/lib/etcd';
  return [
    ...portsInUse(controlPlane ? [6443, 10259, 10257] : []),
    ...filesThere(
      tool,
      MANIFESTS.map((name) => `/etc/kubernetes/manifests/${name}.yaml`),
    ),
    ...portsInUse(node ? [10250] : []),
    ...portsInUse(controlPlane ? [2379, 2380] : []),
    ...(tool.machine.files.exists(etcd) ? [{ name: 'DirAvailable--var-lib-etcd', text: `${etcd} is not empty` }] : []),
  ];
}

/** What stands in the way of `kubeadm join` on a machine that is a node already. */
export function joinChecks(tool: Tool): FailedCheck[] {
  return [
    ...filesThere(tool, ['/etc/kubernetes/kubelet.conf', '/etc/kubernetes/bootstrap-kubelet.conf']),
    ...portsInUse(nodeOf(tool) ? [10250] : []),
    ...filesThere(tool, ['/etc/kubernetes/pki/ca.crt']),
  ];
}

/**
 * Runs checks as cmd/kubeadm/app/preflight does it in v1.35: warnings for what is ignored, then every error; undefined
 * when nothing stands in the way. `failure` is how it ends otherwise.
 */
export function* runPreflight(
  tool: Tool,
  checks: readonly FailedCheck[],
  ignored: readonly string[],
  failure = 'error execution phase preflight: preflight checks failed',
): Coroutine<number | undefined> {
  const privileged = tool.process.user === 'root';
  const failed = privileged ? checks : [{ name: 'IsPrivilegedUser', text: 'user is not running as root' }];
  const names = ignored.map((name) => name.toLowerCase());
  const isIgnored = ({ name }: FailedCheck): boolean => names.includes('all') || names.includes(name.toLowerCase());
  for (const check of failed.filter(isIgnored)) yield* tool.err(`\t[WARNING ${check.name}]: ${check.text}\n`);
  const fatal = failed.filter((check) => !isIgnored(check));
  if (fatal.length === 0) return undefined;
  const lines = fatal.map(({ name, text }) => `\t[ERROR ${name}]: ${text}\n`).join('');
  yield* tool.err(
    `[preflight] Some fatal errors occurred:\n${lines}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`\n`,
  );
  return yield* kubeadmFailure(tool, failure);
}
