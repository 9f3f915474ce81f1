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
    [
      'kubectl -n kube-system delete deploy/coredns svc/kube-dns ds/kube-proxy >log; sudo kubeadm init phase addon all; sleep 20; kubectl -n kube-system get deploy,svc,ds --no-headers',
      0,
      /^\[addons\] Applied essential addon: CoreDNS\n\[addons\] Applied essential addon: kube-proxy\ndeployment\.apps\/coredns +2\/2 [^]*service\/kube-dns +ClusterIP +10\.96\.0\.10 [^]*daemonset\.apps\/kube-proxy +3 +3 +3/,
    ],
    [
      'kubectl -n kube-system set image deploy/coredns coredns=coredns:0 >log; kubectl -n kube-system scale deploy/coredns --replicas=3 >log; sudo kubeadm init phase addon coredns; kubectl -n kube-system get deploy coredns -o wide --no-headers',
      0,
      /CoreDNS\ncoredns +\d\/3 .* registry\.k8s\.io\/coredns\/coredns:v1\.13\.1 /,
    ],
    [
      'kubectl -n kube-system delete cm kubeadm-config kubelet-config >log; sudo kubeadm init phase upload-config all; kubectl -n kube-system get cm kubelet-config kubeadm-config -o name',
      0,
      /^\[upload-config\] Storing the configuration .*\n\[kubelet\] Creating a ConfigMap "kubelet-config" .*\nconfigmap\/kubelet-config\nconfigmap\/kubeadm-config\n$/,
    ],
    ['sudo systemctl stop kubelet; sudo kubeadm init phase kubelet-start; systemctl is-active kubelet', 0, /Starting the kubelet\nactive\n$/],
    ['sudo kubeadm init phase wait-control-plane', 0, /kube-apiserver is healthy after/],
    ['sudo kubeadm init phase show-join-command | tail -2', 0, /^kubeadm join 172\.18\.0\.2:6443 --token/],
    ['sudo kubeadm init phase upload-config all --config none', 1, /^error: unable to read config from "none" : open none: no such file or directory\n/],
    [
      'T=$(sudo kubeadm token create); A="172.18.0.2:6443 --token $T --discovery-token-unsafe-skip-ca-verification"; ssh root@node2 "kubeadm reset -f >/dev/null; for P in preflight \'control-plane-prepare all\' kubelet-start kubelet-wait-bootstrap; do kubeadm join phase \\$P $A; done"; sleep 20; kubectl get node node2 --no-headers',
      0,
      /^\[preflight\] Running pre-flight checks\n\[preflight\] Reading configuration[^]*\[kubelet-start\] Starting the kubelet\n[^]*TLS Bootstrap\nnode2 +Ready /,
    ],
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
    'sudo kubeadm init phase addon coredns --print-manifest',
    'sudo kubeadm reset phase cleanup-node',
    `sudo rm ${PKI}/ca.crt; sudo kubeadm init phase certs ca`,
  ])('not simulated: %s', (command) => {
    expect(open().run(command).unsupported).toHaveLength(1);
  });
});
