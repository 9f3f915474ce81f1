import type { FileSystem } from '@seatrial/kernel';
import type { ClusterProfile, NodeProfile } from '../profile/cluster-profile.js';

/** What the package kubernetes-cni brings (containernetworking/plugins 1.8). */
const PLUGINS = ['bandwidth', 'bridge', 'dhcp', 'dummy', 'firewall', 'host-device', 'host-local', 'ipvlan', 'loopback', 'macvlan', 'portmap', 'ptp', 'sbr', 'static', 'tap', 'tuning', 'vlan', 'vrf']; // prettier-ignore

const FLANNEL = `{
  "name": "cbr0",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "flannel",
      "delegate": {
        "hairpinMode": true,
        "isDefaultGateway": true
      }
    },
    {
      "type": "portmap",
      "capabilities": {
        "portMappings": true
      }
    }
  ]
}
`;

/** What Flannel's init containers and its daemon leave on a node: kube-flannel's cni-conf.json and subnet.env. */
function placeFlannel(files: FileSystem, { podCidr }: ClusterProfile, node: NodeProfile): void {
  files.writeFile('/etc/cni/net.d/10-flannel.conflist', FLANNEL);
  files.makeDirectories('/run/flannel');
  const gateway = (node.podCidr ?? '').replace(/\d+\/(\d+)$/, '1/$1');
  files.writeFile(
    '/run/flannel/subnet.env',
    `FLANNEL_NETWORK=${podCidr}\nFLANNEL_SUBNET=${gateway}\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n`,
  );
}

/** The CNI's settings and programs on a node whose network stands from the start. */
export function placeNetworkPlugins(files: FileSystem, profile: ClusterProfile, node: NodeProfile): void {
  files.makeDirectories('/etc/cni/net.d');
  files.makeDirectories('/opt/cni/bin');
  const flannel = profile.cni !== 'none' && profile.addons.includes('flannel');
  for (const name of [...PLUGINS, ...(flannel ? ['flannel'] : [])])
    files.writeFile(`/opt/cni/bin/${name}`, `\u007fELF ${name}\n`, { mode: 0o755 });
  if (flannel) placeFlannel(files, profile, node);
}
