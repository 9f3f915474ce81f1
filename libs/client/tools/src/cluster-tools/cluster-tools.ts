import type { CommandDefinition } from '../command.js';
import { GIT_VERSION, git } from '../git/git.command.js';
import { aptCache } from './apt/apt-cache.command.js';
import { aptKey } from './apt/apt-key.command.js';
import { aptMark } from './apt/apt-mark.command.js';
import { APT_VERSION, apt, aptGet } from './apt/apt.command.js';
import { dpkg } from './apt/dpkg.command.js';
import { AWS, aws } from './aws.command.js';
import type { ClusterTool } from './cluster-tool.js';
import { CRICTL, crictl } from './crictl.command.js';
import { EKSCTL, eksctl } from './eksctl.command.js';
import { ETCDCTL, etcdctl } from './etcd/etcdctl.command.js';
import { ETCDUTL, etcdutl } from './etcd/etcdutl.command.js';
import { K3D, k3d } from './k3d.command.js';
import { KIND, kind } from './kind.command.js';
import { KUBEADM, kubeadm } from './kubeadm.command.js';
import { MINIKUBE, minikube } from './minikube.command.js';
import { containerd, kubelet } from './node-programs.commands.js';
import { OC, oc } from './oc.command.js';
import { halt, poweroff, reboot, shutdown } from './power.commands.js';
import { ssh } from './ssh.command.js';
import { journalctl } from './journal/journalctl.command.js';
import { service } from './systemctl/service.command.js';
import { systemctl } from './systemctl/systemctl.command.js';

/** The tools around a cluster: its installers, its nodes' services and the machines' own administration, by name. */
export const CLUSTER_TOOL_COMMANDS: readonly CommandDefinition[] = [
  apt,
  aptCache,
  aptGet,
  aptKey,
  aptMark,
  aws,
  containerd,
  crictl,
  dpkg,
  eksctl,
  etcdctl,
  etcdutl,
  git,
  halt,
  journalctl,
  k3d,
  kind,
  kubeadm,
  kubelet,
  minikube,
  oc,
  poweroff,
  reboot,
  service,
  shutdown,
  ssh,
  systemctl,
];

/** The tools with subcommands, for the list of what is simulated. */
export const CLUSTER_TOOLS: readonly ClusterTool[] = [
  AWS,
  CRICTL,
  EKSCTL,
  ETCDCTL,
  ETCDUTL,
  K3D,
  KIND,
  KUBEADM,
  MINIKUBE,
  OC,
];

/** The releases whose texts the other tools print, by command; GNU's tools and busybox's are Debian 12's. */
export const TOOL_VERSIONS: Readonly<Record<string, string>> = {
  apt: APT_VERSION,
  'apt-cache': APT_VERSION,
  'apt-get': APT_VERSION,
  'apt-key': APT_VERSION,
  'apt-mark': APT_VERSION,
  awk: 'busybox 1.35.0',
  bash: '5.2.15',
  curl: '7.88.1',
  dig: '9.18',
  git: GIT_VERSION,
  helm: '4.1.4',
  journalctl: 'systemd 252',
  jq: '1.6',
  kubectl: '1.35.4',
  kustomize: 'v5.7.1',
  nslookup: '9.18',
  python3: '3.11.2',
  'redis-cli': '7.0',
  sh: 'bash 5.2.15, in containers busybox ash 1.35.0',
  ssh: 'OpenSSH 9.2',
  sudo: '1.9.13',
  systemctl: 'systemd 252',
  wget: '1.21.3',
};
