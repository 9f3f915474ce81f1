import type { Coroutine } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import type { Tool } from '../tool/tool.js';
import { nodeOf, type ToolCall } from './cluster-tool.js';
import { newCertificateKey } from './kubeadm-certificate-key.js';
import { InstalledCluster } from './installed-cluster.js';
import { kubeadmFailure } from './kubeadm-failure.js';

/** Certificates by kubeadm's name, with what they are for (cmd/kubeadm/app/phases/certs/renewal, v1.35). */
const RENEWABLE: Readonly<Record<string, string>> = {
  'admin.conf': 'certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself',
  apiserver: 'certificate for serving the Kubernetes API',
  'apiserver-etcd-client': 'certificate the apiserver uses to access etcd',
  'apiserver-kubelet-client': 'certificate for the API server to connect to kubelet',
  'controller-manager.conf': 'certificate embedded in the kubeconfig file for the controller manager to use',
  'etcd-healthcheck-client': 'certificate for liveness probes to healthcheck etcd',
  'etcd-peer': 'certificate for etcd nodes to communicate with each other',
  'etcd-server': 'certificate for serving etcd',
  'front-proxy-client': 'certificate for the front proxy client',
  'scheduler.conf': 'certificate embedded in the kubeconfig file for the scheduler manager to use',
  'super-admin.conf': 'certificate embedded in the kubeconfig file for the super-admin',
};

const YEAR_MS = 365 * 86_400_000;

/** The file that a certificate of its own is in; undefined for those within kubeconfigs. */
export const certificateFile = (name: string): string | undefined =>
  name.endsWith('.conf') ? undefined : `/etc/kubernetes/pki/${name.replace(/^etcd-/, 'etcd/')}.crt`;

/** Under which key a cluster keeps when a node's kubeconfig was renewed. */
const renewalKey = (tool: Tool, name: string): string => `${tool.machine.hostname}/${name}`;

/** When the certificate within a node's kubeconfig was renewed, virtual ms. */
export function renewalOf(tool: Tool, name: string): number | undefined {
  const node = nodeOf(tool);
  return node && InstalledCluster.of(tool, node.profile.name)?.renewedAt.get(renewalKey(tool, name));
}

/** Certificates are good for a year from now: files are written anew, kubeconfigs' renewals are kept in mind. */
export function renewFiles(tool: Tool, names: readonly string[]): void {
  const { files, simulation } = tool.machine;
  const now = simulation.now();
  const node = nodeOf(tool);
  const cluster = node && InstalledCluster.of(tool, node.profile.name);
  const dates = { notBefore: formatTime(now), notAfter: formatTime(now + YEAR_MS) };
  for (const name of names) {
    const path = certificateFile(name);
    if (path === undefined) cluster?.renewedAt.set(renewalKey(tool, name), now);
    const read = files.readFile(path ?? '');
    if (path === undefined || !read.ok) continue;
    const text = read.value.replace(
      /^(notBefore|notAfter): .*$/gm,
      (_, key: keyof typeof dates) => `${key}: ${dates[key]}`,
    );
    files.writeFile(path, text);
  }
}

/** `kubeadm certs renew NAME|all`: they are good for a year from now. */
export function* renewCertificates({ tool, args }: ToolCall): Coroutine<number> {
  const [name = ''] = args;
  if (name !== 'all' && !Object.hasOwn(RENEWABLE, name))
    return yield* kubeadmFailure(
      tool,
      name === ''
        ? 'missing subcommand; "renew" is not meant to be run on its own'
        : `unknown command ${JSON.stringify(name)} for "kubeadm certs renew"`,
    );
  const node = nodeOf(tool);
  const cluster = node && InstalledCluster.of(tool, node.profile.name);
  if (!cluster || tool.process.user !== 'root')
    return yield* kubeadmFailure(
      tool,
      'failed to load existing certificate apiserver-etcd-client: open /etc/kubernetes/pki/apiserver-etcd-client.crt: permission denied',
    );
  const chosen = name === 'all' ? Object.keys(RENEWABLE) : [name];
  const isThere = (each: string): boolean =>
    node.profile.staticControlPlane !== true || tool.machine.files.exists(certificateFile(each) ?? '/');
  renewFiles(tool, chosen.filter(isThere));
  yield* tool.out(
    '[renew] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[renew] Use \'kubeadm init phase upload-config kubeadm --config your-config-file\' to re-upload it.\n\n',
  );
  yield* tool.out(
    chosen.map((each) => (isThere(each) ? `${RENEWABLE[each]} renewed\n` : `MISSING! ${RENEWABLE[each]}\n`)).join(''),
  );
  if (name === 'all') {
    yield* tool.out(
      '\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.\n',
    );
  }
  return 0;
}

/** A key for certificates that are uploaded. */
export function* certificateKey({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(`${newCertificateKey(tool)}\n`);
  return 0;
}
