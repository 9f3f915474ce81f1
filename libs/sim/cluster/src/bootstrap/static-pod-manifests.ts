import type { ClusterProfile, NodeProfile } from '../profile/cluster-profile.js';

const ETCD_VERSION = '3.6.6-0';
const PKI = '/etc/kubernetes/pki';

interface Component {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly cpu: string;
  readonly memory?: string;
  readonly mounts: readonly (readonly [name: string, path: string, readOnly: boolean, type: string])[];
  readonly annotation?: readonly [key: string, value: string];
}

const CERTS: Component['mounts'] = [
  ['ca-certs', '/etc/ssl/certs', true, 'DirectoryOrCreate'],
  ['k8s-certs', PKI, true, 'DirectoryOrCreate'],
];

const image = (component: string, profile: ClusterProfile): string =>
  `registry.k8s.io/${component}:${profile.kubernetesVersion}`;
const conf = (file: string): Component['mounts'][number] => [
  'kubeconfig',
  `/etc/kubernetes/${file}`,
  true,
  'FileOrCreate',
];

const etcd = (_profile: ClusterProfile, { name, address }: NodeProfile): Component => ({
  name: 'etcd',
  image: `registry.k8s.io/etcd:${ETCD_VERSION}`,
  command: [
    'etcd',
    `--advertise-client-urls=https://${address}:2379`,
    `--cert-file=${PKI}/etcd/server.crt`,
    '--client-cert-auth=true',
    '--data-dir=/var/lib/etcd',
    '--feature-gates=InitialCorruptCheck=true',
    `--initial-advertise-peer-urls=https://${address}:2380`,
    `--initial-cluster=${name}=https://${address}:2380`,
    `--key-file=${PKI}/etcd/server.key`,
    `--listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`,
    '--listen-metrics-urls=http://127.0.0.1:2381',
    `--listen-peer-urls=https://${address}:2380`,
    `--name=${name}`,
    `--peer-cert-file=${PKI}/etcd/peer.crt`,
    '--peer-client-cert-auth=true',
    `--peer-key-file=${PKI}/etcd/peer.key`,
    `--peer-trusted-ca-file=${PKI}/etcd/ca.crt`,
    '--snapshot-count=10000',
    `--trusted-ca-file=${PKI}/etcd/ca.crt`,
    '--watch-progress-notify-interval=5s',
  ],
  cpu: '100m',
  memory: '100Mi',
  mounts: [
    ['etcd-data', '/var/lib/etcd', false, 'DirectoryOrCreate'],
    ['etcd-certs', `${PKI}/etcd`, false, 'DirectoryOrCreate'],
  ],
  annotation: ['kubeadm.kubernetes.io/etcd.advertise-client-urls', `https://${address}:2379`],
});

const apiServer = (profile: ClusterProfile, { address }: NodeProfile): Component => ({
  name: 'kube-apiserver',
  image: image('kube-apiserver', profile),
  command: [
    'kube-apiserver',
    `--advertise-address=${address}`,
    '--allow-privileged=true',
    '--authorization-mode=Node,RBAC',
    `--client-ca-file=${PKI}/ca.crt`,
    '--enable-admission-plugins=NodeRestriction',
    '--enable-bootstrap-token-auth=true',
    `--etcd-cafile=${PKI}/etcd/ca.crt`,
    `--etcd-certfile=${PKI}/apiserver-etcd-client.crt`,
    `--etcd-keyfile=${PKI}/apiserver-etcd-client.key`,
    '--etcd-servers=https://127.0.0.1:2379',
    `--kubelet-client-certificate=${PKI}/apiserver-kubelet-client.crt`,
    `--kubelet-client-key=${PKI}/apiserver-kubelet-client.key`,
    '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
    `--proxy-client-cert-file=${PKI}/front-proxy-client.crt`,
    `--proxy-client-key-file=${PKI}/front-proxy-client.key`,
    '--requestheader-allowed-names=front-proxy-client',
    `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
    `--secure-port=${profile.apiPort}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${PKI}/sa.pub`,
    `--service-account-signing-key-file=${PKI}/sa.key`,
    `--service-cluster-ip-range=${profile.serviceCidr}`,
    `--tls-cert-file=${PKI}/apiserver.crt`,
    `--tls-private-key-file=${PKI}/apiserver.key`,
  ],
  cpu: '250m',
  mounts: CERTS,
  annotation: ['kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint', `${address}:${profile.apiPort}`],
});

const controllerManager = (profile: ClusterProfile): Component => ({
  name: 'kube-controller-manager',
  image: image('kube-controller-manager', profile),
  command: [
    'kube-controller-manager',
    ...(profile.podCidr === '' ? [] : ['--allocate-node-cidrs=true']),
    '--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf',
    '--authorization-kubeconfig=/etc/kubernetes/controller-manager.conf',
    '--bind-address=127.0.0.1',
    `--client-ca-file=${PKI}/ca.crt`,
    ...(profile.podCidr === '' ? [] : [`--cluster-cidr=${profile.podCidr}`]),
    `--cluster-name=${profile.kubeconfig.cluster}`,
    `--cluster-signing-cert-file=${PKI}/ca.crt`,
    `--cluster-signing-key-file=${PKI}/ca.key`,
    '--controllers=*,bootstrapsigner,tokencleaner',
    '--kubeconfig=/etc/kubernetes/controller-manager.conf',
    '--leader-elect=true',
    `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
    `--root-ca-file=${PKI}/ca.crt`,
    `--service-account-private-key-file=${PKI}/sa.key`,
    `--service-cluster-ip-range=${profile.serviceCidr}`,
    '--use-service-account-credentials=true',
  ],
  cpu: '200m',
  mounts: [...CERTS, conf('controller-manager.conf')],
});

const scheduler = (profile: ClusterProfile): Component => ({
  name: 'kube-scheduler',
  image: image('kube-scheduler', profile),
  command: [
    'kube-scheduler',
    '--authentication-kubeconfig=/etc/kubernetes/scheduler.conf',
    '--authorization-kubeconfig=/etc/kubernetes/scheduler.conf',
    '--bind-address=127.0.0.1',
    '--kubeconfig=/etc/kubernetes/scheduler.conf',
    '--leader-elect=true',
  ],
  cpu: '100m',
  mounts: [conf('scheduler.conf')],
});

/** The components of a control-plane node with the flags that kubeadm gives them. */
const COMPONENTS: readonly ((profile: ClusterProfile, node: NodeProfile) => Component)[] = [
  etcd,
  apiServer,
  controllerManager,
  scheduler,
];

function manifest(component: Component): string {
  const { name, image, command, cpu, memory, mounts, annotation } = component;
  const annotations = annotation ? `  annotations:\n    ${annotation[0]}: ${annotation[1]}\n` : '';
  const mount = ([volume, path, readOnly]: Component['mounts'][number]): string =>
    `    - mountPath: ${path}\n      name: ${volume}\n${readOnly ? '      readOnly: true\n' : ''}`;
  const volume = ([volumeName, path, , type]: Component['mounts'][number]): string =>
    `  - hostPath:\n      path: ${path}\n      type: ${type}\n    name: ${volumeName}\n`;
  return `apiVersion: v1
kind: Pod
metadata:
${annotations}  labels:
    component: ${name}
    tier: control-plane
  name: ${name}
  namespace: kube-system
spec:
  containers:
  - command:
${command.map((word) => `    - ${word}\n`).join('')}    image: ${image}
    imagePullPolicy: IfNotPresent
    name: ${name}
    resources:
      requests:
        cpu: ${cpu}
${memory === undefined ? '' : `        memory: ${memory}\n`}    volumeMounts:
${mounts.map(mount).join('')}  hostNetwork: true
  priority: 2000001000
  priorityClassName: system-node-critical
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  volumes:
${mounts.map(volume).join('')}status: {}
`;
}

/** The manifests that kubeadm leaves in a control-plane node's folder of static pods (cmd/kubeadm/app/phases/controlplane, v1.35), without their probes. */
export function staticPodManifests(profile: ClusterProfile, node: NodeProfile): Readonly<Record<string, string>> {
  return Object.fromEntries(
    COMPONENTS.map((component) => component(profile, node)).map((each) => [`${each.name}.yaml`, manifest(each)]),
  );
}

/** What kubeadm writes of a kubelet's settings that students look up. */
export const kubeletConfig = (profile: ClusterProfile): string => `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: ${PKI}/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
cgroupDriver: systemd
clusterDNS:
- ${profile.dnsAddress}
clusterDomain: cluster.local
evictionPressureTransitionPeriod: 0s
fileCheckFrequency: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
httpCheckFrequency: 0s
kind: KubeletConfiguration
nodeStatusReportFrequency: 0s
nodeStatusUpdateFrequency: 0s
rotateCertificates: true
staticPodPath: ${profile.staticPodPath ?? ''}
syncFrequency: 0s
volumeStatsAggPeriod: 0s
`;
