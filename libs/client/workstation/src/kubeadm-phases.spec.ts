import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const open = () => openWorkstation({ profile: findProfile('kubeadm')!, seed: 'kubeadm-phases' });
const PKI = '/etc/kubernetes/pki';

describe('phases of kubeadm', () => {
  it.each([
    ['sudo kubeadm init phase certs apiserver', 0, /^\[certs\] Using existing apiserver certificate and key on disk\n$/],
    [
      `sudo rm ${PKI}/apiserver.crt ${PKI}/apiserver.key; sudo kubeadm certs check-expiration | grep MISSING; sudo kubeadm init phase certs apiserver --apiserver-cert-extra-sans=api.lab,10.1.2.3; openssl x509 -noout -text -in ${PKI}/apiserver.crt | grep DNS:`,
      0,
      /^!MISSING! apiserver +\n\[certs\] Generating "apiserver" certificate and key\n\[certs\] apiserver serving cert is signed for DNS names \[api\.lab kubernetes .* node1\] and IPs \[10\.96\.0\.1 172\.18\.0\.2 10\.1\.2\.3\]\n *DNS:api\.lab/,
    ],
    [
      'sudo kubeadm init phase certs all',
      0,
      /^\[certs\] Using certificateDir folder "\/etc\/kubernetes\/pki"\n\[certs\] Using existing ca certificate authority\n[^]*\[certs\] Using the existing "sa" key\n$/,
    ],
    [
      'sudo kubeadm init phase kubeconfig admin; sudo rm /etc/kubernetes/scheduler.conf; sudo kubeadm init phase kubeconfig scheduler',
      0,
      /Using existing kubeconfig file: "\/etc\/kubernetes\/admin\.conf"\n\[kubeconfig\] Writing "scheduler\.conf" kubeconfig file\n$/,
    ],
    [
      'sudo rm /etc/kubernetes/manifests/kube-scheduler.yaml; sleep 5; sudo kubeadm init phase control-plane scheduler; sleep 8; kubectl -n kube-system get pod kube-scheduler-node1 --no-headers',
      0,
      /Creating static Pod manifest for "kube-scheduler"\nkube-scheduler-node1 +1\/1 +Running/,
    ],
    [
      'sudo kubeadm init phase upload-certs; sudo kubeadm init phase upload-certs --upload-certs; kubectl -n kube-system get secret kubeadm-certs --no-headers; sudo kubeadm token list',
      0,
      /Please see --upload-certs\n[^]*Using certificate key:\n[0-9a-f]{64}\nkubeadm-certs +Opaque +8 +[^]* 1h +\S+ +<none> +Proxy for managing TTL for the kubeadm-certs secret +<none>/,
    ],
    [
      "kubectl taint node node1 node-role.kubernetes.io/control-plane- > log; sudo kubeadm init phase mark-control-plane >> log; kubectl get node node1 -o jsonpath='{.spec.taints[*].key}'",
      0,
      /^node-role\.kubernetes\.io\/control-plane$/,
    ],
    ['sudo kubeadm init phase preflight', 1, /\[ERROR Port-6443\]: Port 6443 is in use\n/],
    [
      'sudo kubeadm token create --print-join-command --certificate-key abc',
      0,
      /--discovery-token-ca-cert-hash sha256:[0-9a-f]{64} --control-plane --certificate-key abc\n$/,
    ],
    ['sudo kubeadm token create --usages signing; kubectl -n kube-system get secret -o yaml | grep -c auth-extra', 1, /\n0\n$/],
    ['sudo kubeadm config images list --kubernetes-version v1.35.2', 0, /^registry\.k8s\.io\/kube-apiserver:v1\.35\.2\n[^]*registry\.k8s\.io\/etcd:3\.6\.6-0\n$/],
    ['sudo kubeadm config images list --image-repository example.com/k8s', 0, /\nexample\.com\/k8s\/coredns:v1\.13\.1\n/],
    ['sudo kubeadm certs renew scheduler.conf; sleep 2; sudo kubeadm certs check-expiration', 0, /kube scheduler|scheduler manager to use renewed/],
  ])('%s', (command, exit, text) => {
    const result = open().run(command);
    expect({ ...result, text: result.stdout + result.stderr }).toMatchObject({
      exit,
      text: expect.stringMatching(text) as string,
      unsupported: [],
    });
  }); // prettier-ignore

  it.each([
    'sudo kubeadm init phase addon coredns',
    'sudo kubeadm join phase kubelet-start',
    `sudo rm ${PKI}/ca.crt; sudo kubeadm init phase certs ca`,
  ])('not simulated: %s', (command) => {
    expect(open().run(command).unsupported).toHaveLength(1);
  });
});
