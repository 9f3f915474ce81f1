import { FileSystem, kernelParameters, LazyDirectory, type Device, type Simulation } from '@seatrial/kernel';
import { kubeletConfig, staticPodManifests } from './bootstrap/static-pod-manifests.js';
import {
  CONTAINERD_UNIT_TEXT,
  KUBELET_CONFIG,
  KUBELET_DROP_IN,
  KUBELET_DROP_IN_TEXT,
  KUBELET_KUBECONFIG,
  KUBELET_UNIT,
  KUBELET_UNIT_TEXT,
} from './kubelet-unit/unit-files.js';
import { componentKubeconfig, kubeletKubeconfig } from './bootstrap/node-kubeconfigs.js';
import { placeNetworkPlugins } from './bootstrap/network-plugin-files.js';
import { placeCertificates } from './bootstrap/pki-files.js';
import type { ClusterProfile, NodeProfile } from './profile/cluster-profile.js';

const DIRECTORIES = [
  '/dev',
  '/etc/apt/keyrings',
  '/etc/apt/sources.list.d',
  '/etc/default',
  '/etc/modules-load.d',
  '/etc/sysctl.d',
  '/home',
  '/mnt',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr/bin',
  '/usr/local/bin',
  '/var/lib',
  '/var/log',
  '/var/tmp',
];

const MODES: readonly (readonly [path: string, mode: number])[] = [
  ['/root', 0o700],
  ['/tmp', 0o1777],
  ['/var/tmp', 0o1777],
];

function setMode(files: FileSystem, path: string, mode: number): void {
  const found = files.stat(path);
  if (found.ok) found.value.mode = mode;
}

function device(now: number, read: Device['read']): Device {
  return { type: 'device', mode: 0o666, owner: 'root', group: 'root', modifiedAt: now, read, write: () => undefined };
}

/** A new node's files: what an installed Linux has that students' commands look at. */
export function createNodeFiles(simulation: Simulation, profile: ClusterProfile, node: NodeProfile): FileSystem {
  const files = new FileSystem({
    now: () => simulation.now(),
    onGrow: (bytes) => {
      simulation.charge('bytes', bytes);
    },
  });
  for (const path of DIRECTORIES) files.makeDirectories(path);
  for (const [path, mode] of MODES) setMode(files, path, mode);
  files.makeLink('/bin', '/usr/bin');
  files.makeLink('/lib', '/usr/lib');
  const now = simulation.now();
  const random = simulation.random.split(`urandom/${node.name}`);
  files.place(
    '/dev/null',
    device(now, () => undefined),
  );
  files.place(
    '/dev/zero',
    device(now, (length) => '\0'.repeat(length)),
  );
  files.place(
    '/dev/urandom',
    device(now, (length) => random.characters(length, 'abcdefghijklmnopqrstuvwxyz0123456789+/')),
  );
  const hosts = profile.nodes.slice(0, 100).map(({ name, address }) => `${address}\t${name}\n`);
  files.writeFile('/etc/hostname', `${node.name}\n`);
  files.writeFile('/etc/hosts', `127.0.0.1\tlocalhost\n${hosts.join('')}`);
  files.writeFile('/etc/resolv.conf', 'nameserver 192.0.2.53\n');
  files.writeFile(
    '/etc/passwd',
    'root:x:0:0:root:/root:/bin/bash\nstudent:x:1000:1000:student:/home/student:/bin/bash\n',
  );
  files.writeFile('/etc/shadow', 'root:*:20000:0:99999:7:::\nstudent:!:20000:0:99999:7:::\n', {
    mode: 0o640,
    owner: 'root:shadow',
  });
  files.writeFile('/etc/group', 'root:x:0:\nshadow:x:42:\nstudent:x:1000:\n');
  files.writeFile(
    '/etc/os-release',
    `PRETTY_NAME="${node.osImage}"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n`,
  );
  const parameters = { 'kernel.hostname': node.name, 'kernel.osrelease': node.kernelVersion };
  files.makeDirectories('/proc');
  files.place('/proc/sys', new LazyDirectory(now, 0o555, () => kernelParameters(parameters, now).entries));
  if (profile.packaged === true) placePackageSource(files);
  if (profile.staticPodPath !== undefined) placeKubeletFiles(files, profile, node, now);
  return files;
}

/** Kubernetes' repository among apt's, as its documentation adds it. */
function placePackageSource(files: FileSystem): void {
  const keyring = '/etc/apt/keyrings/kubernetes-apt-keyring.gpg';
  files.writeFile(keyring, '');
  files.writeFile(
    '/etc/apt/sources.list.d/kubernetes.list',
    `deb [signed-by=${keyring}] https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /\n`,
  );
}

/** Where kubeadm says which runtime a node has (NodeLocalCRISocket). */
const INSTANCE_CONFIG = `apiVersion: kubelet.config.k8s.io/v1beta1
containerRuntimeEndpoint: unix:///var/run/containerd/containerd.sock
kind: KubeletConfiguration
`;

/** The kubelet's unit, settings and kubeconfig, and its folder of static pods. */
function placeKubeletFiles(files: FileSystem, profile: ClusterProfile, node: NodeProfile, now: number): void {
  const folder = profile.staticPodPath ?? '';
  files.makeDirectories(folder);
  files.makeDirectories('/var/lib/kubelet');
  files.writeFile(KUBELET_CONFIG, kubeletConfig(profile));
  files.writeFile('/var/lib/kubelet/kubeadm-flags.env', 'KUBELET_KUBEADM_ARGS=""\n');
  files.writeFile('/var/lib/kubelet/instance-config.yaml', INSTANCE_CONFIG);
  files.makeDirectories('/usr/lib/systemd/system/kubelet.service.d');
  files.writeFile(KUBELET_UNIT, KUBELET_UNIT_TEXT);
  files.writeFile(KUBELET_DROP_IN, KUBELET_DROP_IN_TEXT);
  files.writeFile('/usr/lib/systemd/system/containerd.service', CONTAINERD_UNIT_TEXT);
  files.makeDirectories('/etc/kubernetes');
  files.writeFile(KUBELET_KUBECONFIG, kubeletKubeconfig(profile, node), { mode: 0o600 });
  if (profile.staticControlPlane !== true) return;
  placeCertificates(files, profile, node, now);
  placeNetworkPlugins(files, profile, node);
  if (!node.controlPlane) return;
  for (const component of ['controller-manager', 'scheduler'])
    files.writeFile(`/etc/kubernetes/${component}.conf`, componentKubeconfig(profile, node, component), {
      mode: 0o600,
    });
  for (const [name, text] of Object.entries(staticPodManifests(profile, node)))
    files.writeFile(`${folder}/${name}`, text, { mode: 0o600 });
}
