import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const CONFIG = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 172.18.0.2
nodeRegistration:
  taints: []
bootstrapTokens:
- token: abcdef.0123456789abcdef
  ttl: 2h
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.35.4
controlPlaneEndpoint: api.lab
networking:
  podSubnet: 10.244.0.0/16
`;
const open = () =>
  openWorkstation({ profile: findProfile('kubeadm')!, seed: 'kubeadm-init', files: { 'init.yaml': CONFIG } });

describe('kubeadm init with a configuration', () => {
  it('goes by its file', () => {
    const workstation = open();
    const made = workstation.run('sudo kubeadm init --config init.yaml --upload-certs');
    expect(made).toMatchObject({ exit: 0, stderr: '', unsupported: [] });
    expect(made.stdout).toContain('for DNS names [api.lab kubernetes kubernetes.default kubernetes.default.svc');
    expect(made.stdout).toMatch(
      / {2}kubeadm join api\.lab:6443 --token abcdef\.0123456789abcdef \\\n\t--discovery-token-ca-cert-hash sha256:[0-9a-f]{64} \\\n\t--control-plane --certificate-key [0-9a-f]{64}\n/,
    );
    expect(made.stdout).not.toContain('as control-plane by adding the taints');
    const { stdout } = workstation.run(
      "kubectl get node node1 -o jsonpath='{.spec.taints}'; kubectl -n kube-system get cm kubeadm-config -o yaml | grep -e Endpoint -e Subnet",
    );
    expect(stdout).toBe(
      '[]    controlPlaneEndpoint: api.lab:6443\n      podSubnet: 10.244.0.0/16\n      serviceSubnet: 10.96.0.0/12\n',
    );
    const joined = workstation.run(
      'ssh root@node2 kubeadm join api.lab:6443 --token abcdef.0123456789abcdef --discovery-token-unsafe-skip-ca-verification',
    );
    expect(joined).toMatchObject({ exit: 0, unsupported: [] });
  });

  it('leaves out phases', () => {
    const workstation = open();
    const { stdout } = workstation.run('sudo kubeadm init --skip-phases=addon/kube-proxy,show-join-command');
    expect(stdout.split('\n').slice(-2)).toEqual(['[addons] Applied essential addon: CoreDNS', '']);
    expect(workstation.run('kubectl -n kube-system get ds kube-proxy').exit).toBe(1);
  });

  it.each([
    ['init --pod-network-cidr 10.244.0.0', 'networking.podSubnet: Invalid value: "10.244.0.0": couldn\'t parse subnet'],
    [
      'init --config init.yaml --pod-network-cidr 10.1.0.0/16',
      "can not mix '--config' with arguments [pod-network-cidr]",
    ],
    ['init --skip-phases nothing', 'invalid phase name: nothing'],
    ['init --kubernetes-version 1.30.0', 'this version of kubeadm only supports deploying clusters with the control plane version >= 1.34.0. Current version: v1.30.0'], // prettier-ignore
    ['init --feature-gates X=true', 'unrecognized feature-gate key: X'],
    ['init --apiserver-advertise-address here', 'couldn\'t use "here" as "apiserver-advertise-address", must be ipv4 or ipv6 address'], // prettier-ignore
    ['join', 'discovery: Invalid value: "": bootstrapToken or file must be set'],
    ['join a b', 'accepts at most 1 arg(s), received 2'],
    ['join 127.0.0.1 --token abcdef.0123456789abcdef --discovery-token-unsafe-skip-ca-verification', 'discovery.bootstrapToken.apiServerEndpoint: Invalid value: "127.0.0.1": address 127.0.0.1: missing port in address'], // prettier-ignore
  ])('%s fails', (command, error) => {
    const result = open().run(`sudo kubeadm ${command}`);
    expect(result).toMatchObject({ exit: 1, unsupported: [] });
    expect(result.stderr).toBe(`error: ${error}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
  });

  it.each(['--dry-run', '--service-cidr=10.100.0.0/16', '--kubernetes-version=v1.34.1', '--skip-phases=certs'])(
    'not simulated: %s',
    (flag) => {
      expect(open().run(`sudo kubeadm init ${flag}`).unsupported).toHaveLength(1);
    },
  );
});
