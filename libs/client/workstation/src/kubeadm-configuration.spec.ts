import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const OLD = `apiVersion: kubeadm.k8s.io/v1beta3
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 192.168.56.10
nodeRegistration:
  kubeletExtraArgs:
    node-ip: 192.168.56.10
    cgroup-driver: systemd
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: v1.35.4
controlPlaneEndpoint: "lb.lab"
networking:
  podSubnet: 10.244.0.0/16
apiServer:
  timeoutForControlPlane: 4m0s
`;
const cluster = (text: string): string =>
  `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.35.4\n${text}`;
const FILES = {
  'old.yaml': OLD,
  'older.yaml': 'apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\n',
  'unknown.yaml': cluster('foo: bar\nnetworking:\n  bar: 1\n  podSubnet: 10.1.0.0/16\n  podSubnet: 10.2.0.0/16\n'),
  'type.yaml': cluster('apiServer:\n  extraArgs:\n    foo: bar\n'),
  'invalid.yaml': cluster(
    'networking:\n  podSubnet: 10.244.0.0/26\n  serviceSubnet: 10.0.0.0/8\ncertificatesDir: pki\n',
  ),
  'twice.yaml': `${cluster('')}---\n${cluster('')}`,
  'pod.yaml': 'apiVersion: v1\nkind: Pod\n',
  'images.yaml': cluster(
    'imageRepository: registry.lab/k8s\netcd:\n  local:\n    imageTag: 3.5.0\ndns: {disabled: true}\n',
  ),
  'join.yaml':
    'apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ndiscovery:\n  bootstrapToken:\n    token: abc\n',
};
const open = () => openWorkstation({ profile: findProfile('kubeadm')!, seed: 'kubeadm-configuration', files: FILES });
const FAILED = '\nTo see the stack trace of this error execute with --v=5 or higher\n';

describe('kubeadm config', () => {
  it.each([
    [
      'config migrate --old-config old.yaml | grep -A3 -e kubeletExtraArgs -e controlPlaneEndpoint -e podSubnet',
      `  kubeletExtraArgs:
  - name: cgroup-driver
    value: systemd
  - name: node-ip
--
controlPlaneEndpoint: lb.lab:6443
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
--
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`,
    ],
    ['config migrate --old-config old.yaml --new-config new.yaml && kubeadm config validate --config new.yaml', 'ok\n'],
    ['config migrate --old-config old.yaml | grep controlPlaneComponentHealthCheck', '  controlPlaneComponentHealthCheck: 4m0s\n'],
    [
      'config images list --config images.yaml | tail -2',
      'registry.lab/k8s/pause:3.10.1\nregistry.lab/k8s/etcd:3.5.0\n',
    ],
    ['config images list --kubernetes-version 1.36.0 | head -1', 'registry.k8s.io/kube-apiserver:v1.36.0\n'],
    ['config print init-defaults --component-configs KubeletConfiguration | grep cgroup', 'cgroupDriver: systemd\n'],
    ['config print join-defaults | grep -A1 name:', '  name: node1\n  taints: null\n'],
    ['config print reset-defaults | head -2', 'apiVersion: kubeadm.k8s.io/v1beta4\ncertificatesDir: /etc/kubernetes/pki\n'],
    ['config print upgrade-defaults | grep -A1 plan', 'plan:\n  etcdUpgrade: true\n'],
    ['config images list -o json | head -3', '{\n    "kind": "Images",\n    "apiVersion": "output.kubeadm.k8s.io/v1alpha3",\n'],
    ['join phase --help | head -1', 'Use this command to invoke single phase of the "join" workflow\n'],
    ['help certs renew | head -1', 'Renew certificates for a Kubernetes cluster\n'],
  ])('%s', (command, stdout) => {
    expect(open().run(`kubeadm ${command}`)).toMatchObject({ stdout, exit: 0, unsupported: [] });
  }); // prettier-ignore

  it.each([
    ['config validate', 'the --config flag is mandatory'],
    ['config validate --config none.yaml', 'open none.yaml: no such file or directory'],
    [
      'config validate --config older.yaml',
      'your configuration file uses an old API spec: "kubeadm.k8s.io/v1beta2" (kind: "ClusterConfiguration"). Please use kubeadm v1.22 instead and run \'kubeadm config migrate --old-config old-config-file --new-config new-config-file\', which will write the new, similar spec using a newer API version.',
    ],
    [
      'config validate --config unknown.yaml',
      'error unmarshaling configuration schema.GroupVersionKind{Group:"kubeadm.k8s.io", Version:"v1beta4", Kind:"ClusterConfiguration"}: strict decoding error: yaml: unmarshal errors:\n  line 8: key "podSubnet" already set in map, unknown field "foo", unknown field "networking.bar"',
    ],
    [
      'config validate --config type.yaml',
      'error unmarshaling configuration schema.GroupVersionKind{Group:"kubeadm.k8s.io", Version:"v1beta4", Kind:"ClusterConfiguration"}: json: cannot unmarshal object into Go struct field APIServer.apiServer.ControlPlaneComponent.extraArgs of type []v1beta4.Arg',
    ],
    [
      'config validate --config invalid.yaml',
      '[networking.serviceSubnet: Invalid value: "10.0.0.0/8": specified service subnet is too large; for 32-bit addresses, the mask must be >= 12, networking.podSubnet: Invalid value: "10.244.0.0/26": the size of pod subnet with mask 26 is smaller than the size of node subnet with mask 24, certificatesDir: Invalid value: "pki": path is not absolute]',
    ],
    [
      'config migrate --old-config twice.yaml',
      'invalid configuration: kind "ClusterConfiguration" is specified twice in YAML file',
    ],
    [
      'config validate --config pod.yaml',
      'invalid configuration for GroupVersionKind /v1, Kind=Pod: kind and apiVersion is mandatory information that must be specified',
    ],
    [
      'config validate --config join.yaml',
      '[discovery.bootstrapToken: Required value: APIServerEndpoint is not set, discovery.bootstrapToken.caCertHashes: Invalid value: "": using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue, discovery.bootstrapToken.token: Invalid value: "abc": the bootstrap token is invalid, discovery.bootstrapToken.apiServerEndpoint: Invalid value: "": missing port in address, discovery.tlsBootstrapToken: Invalid value: "abc": the bootstrap token is invalid]',
    ],
    [
      'config images list --kubernetes-version v1.28.0',
      'could not convert cfg to an internal cfg: this version of kubeadm only supports deploying clusters with the control plane version >= 1.34.0. Current version: v1.28.0',
    ],
    ['init phase nothing', 'unknown command "nothing" for "kubeadm init phase"'],
  ])('%s fails', (command, error) => {
    const result = open().run(`kubeadm ${command}`);
    expect(result).toMatchObject({ exit: 1, stderr: `error: ${error}${FAILED}`, unsupported: [] });
  }); // prettier-ignore

  it('a group without a subcommand prints its help and fails', () => {
    const { stdout, stderr, exit } = open().run('kubeadm config images');
    expect(stdout).toContain('Available Commands:\n  list  ');
    expect({ stderr, exit }).toEqual({ stderr: `error: \nerror: subcommand is required${FAILED}`, exit: 1 });
  });
});
