import { formatIp, parseCidr, parseIp } from '@seatrial/schema';
import { objectAt, textAt } from '../kubeadm-configuration/default-configuration.js';
import type { InitializedConfiguration } from '../kubeadm-configuration/load-configuration.js';
import { discoveryHash } from '../kubeadm-token.js';

/** The address of the Service `kubernetes`: the first of the services' range. */
export function firstAddress(range: string): string {
  const cidr = parseCidr(range.split(',')[0]);
  if (!cidr) return '';
  const { bits, value } = cidr.address;
  const width = BigInt(bits - cidr.prefix);
  return formatIp({ bits, value: ((value >> width) << width) + 1n });
}

/** What `kubelet-start` says while it writes the kubelet's files. */
export const KUBELET_FILES =
  '[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/instance-config.yaml"\n[patches] Applied patch of type "application/strategic-merge-patch+json" to target "kubeletconfiguration"\n[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"\n';
export const KUBELET_FLAGS =
  '[kubelet-start] Writing kubelet environment file with flags to file "/var/lib/kubelet/kubeadm-flags.env"\n';
export const KUBELET_START = '[kubelet-start] Starting the kubelet\n';
export const KUBELET_CHECK =
  '[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s\n';
export const KUBELET_HEALTHY = '[kubelet-check] The kubelet is healthy after 501.233104ms\n';

/** The names that the API server's certificate is for, as it lists them. */
function servingNames({ init, cluster }: InitializedConfiguration): { names: string; addresses: string } {
  const networking = objectAt(cluster, 'networking');
  const endpoint = textAt(cluster, 'controlPlaneEndpoint').replace(/:[^:\]]*$/, '');
  const { certSANs } = objectAt(cluster, 'apiServer');
  const further = [endpoint, ...(Array.isArray(certSANs) ? certSANs : [])].filter(
    (name): name is string => typeof name === 'string' && name !== '',
  );
  const service = 'kubernetes.default.svc';
  const names = ['kubernetes', 'kubernetes.default', service, `${service}.${textAt(networking, 'dnsDomain')}`];
  const own = textAt(objectAt(init, 'nodeRegistration'), 'name');
  const sorted = new Set([...names, own, ...further.filter((name) => !parseIp(name))].sort());
  const addresses = [
    firstAddress(textAt(networking, 'serviceSubnet')),
    textAt(objectAt(init, 'localAPIEndpoint'), 'advertiseAddress'),
    ...further.filter((name) => parseIp(name)),
  ];
  return { names: [...sorted].join(' '), addresses: [...new Set(addresses)].join(' ') };
}

/** What `certs` says. */
export function certificateLines(configuration: InitializedConfiguration): string {
  const serving = (certificate: string, names: string, ips: string): string =>
    `[certs] Generating "${certificate}" certificate and key\n[certs] ${certificate} serving cert is signed for DNS names [${names}] and IPs [${ips}]\n`;
  const plain = (certificate: string): string => `[certs] Generating "${certificate}" certificate and key\n`;
  const { names, addresses } = servingNames(configuration);
  const name = textAt(objectAt(configuration.init, 'nodeRegistration'), 'name');
  const address = textAt(objectAt(configuration.init, 'localAPIEndpoint'), 'advertiseAddress');
  const etcd = [`localhost ${name}`, `${address} 127.0.0.1 ::1`] as const;
  return [
    '[certs] Using certificateDir folder "/etc/kubernetes/pki"\n',
    plain('ca'),
    serving('apiserver', names, addresses),
    plain('apiserver-kubelet-client'),
    plain('front-proxy-ca'),
    plain('front-proxy-client'),
    plain('etcd/ca'),
    serving('etcd/server', ...etcd),
    serving('etcd/peer', ...etcd),
    plain('etcd/healthcheck-client'),
    plain('apiserver-etcd-client'),
    '[certs] Generating "sa" key and public key\n',
  ].join('');
}

/** What `wait-control-plane` says. */
export function controlPlaneChecks(address: string): string {
  const component = (name: string, after: string): string =>
    `[control-plane-check] ${name} is healthy after ${after}\n`;
  return [
    KUBELET_CHECK,
    KUBELET_HEALTHY,
    '[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s\n',
    `[control-plane-check] Checking kube-apiserver at https://${address}:6443/livez\n`,
    '[control-plane-check] Checking kube-controller-manager at https://127.0.0.1:10257/healthz\n',
    '[control-plane-check] Checking kube-scheduler at https://127.0.0.1:10259/livez\n',
    component('kube-controller-manager', '1.503421511s'),
    component('kube-scheduler', '2.011870395s'),
    component('kube-apiserver', '3.501925482s'),
  ].join('');
}

/** The last words: how to use the cluster, and how to join it with each of its tokens. */
export function showJoinCommand(
  endpoint: string,
  token: string,
  controlPlane?: { readonly certificateKey: string },
): string {
  const join = `kubeadm join ${endpoint} --token ${token} \\\n\t--discovery-token-ca-cert-hash ${discoveryHash()} `;
  const key = controlPlane?.certificateKey ?? '';
  const joinControlPlane = `  ${join}\\\n\t--control-plane ${key === '' ? '' : `--certificate-key ${key}`}\n`;
  const uploaded = `You can now join any number of control-plane nodes running the following command on each as root:

${joinControlPlane}
Please note that the certificate-key gives access to cluster sensitive data, keep it secret!
As a safeguard, uploaded-certs will be deleted in two hours; If necessary, you can use
"kubeadm init phase upload-certs --upload-certs" to reload certs afterward.

`;
  const copied = `You can now join any number of control-plane nodes by copying certificate authorities
and service account keys on each node and then running the following as root:

${joinControlPlane}
`;
  return `
Your Kubernetes control-plane has initialized successfully!

To start using your cluster, you need to run the following as a regular user:

  mkdir -p $HOME/.kube
  sudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
  sudo chown $(id -u):$(id -g) $HOME/.kube/config

Alternatively, if you are the root user, you can run:

  export KUBECONFIG=/etc/kubernetes/admin.conf

You should now deploy a pod network to the cluster.
Run "kubectl apply -f [podnetwork].yaml" with one of the options listed at:
  https://kubernetes.io/docs/concepts/cluster-administration/addons/

${controlPlane ? (key === '' ? copied : uploaded) : ''}Then you can join any number of worker nodes by running the following on each as root:

${join}
`;
}
