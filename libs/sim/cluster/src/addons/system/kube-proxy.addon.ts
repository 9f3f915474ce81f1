import type { ClusterProfile } from '../../profile/cluster-profile.js';
import { defineAddon } from '../addon.js';
import { configMap, nodeDaemon, serviceAccount } from './daemon-set.js';

const NAMESPACE = 'kube-system';

const config = ({ podCidr }: ClusterProfile): string => `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: ${podCidr}
kind: KubeProxyConfiguration
mode: iptables
`;

/** kube-proxy as kubeadm installs it (cmd/kubeadm/app/phases/addons/proxy, v1.35). */
export const kubeProxyAddon = defineAddon({
  name: 'kube-proxy',
  objects: (profile) => [
    serviceAccount('kube-proxy', NAMESPACE),
    configMap('kube-proxy', NAMESPACE, { 'config.conf': config(profile) }),
    nodeDaemon({
      name: 'kube-proxy',
      namespace: NAMESPACE,
      labels: { 'k8s-app': 'kube-proxy' },
      image:
        profile.name === 'eks'
          ? `602401143452.dkr.ecr.us-east-2.amazonaws.com/eks/kube-proxy:${profile.kubernetesVersion.replace(/-.*$/, '')}-minimal-eksbuild.2`
          : `registry.k8s.io/kube-proxy:${profile.kubernetesVersion}`,
      command: [
        '/usr/local/bin/kube-proxy',
        '--config=/var/lib/kube-proxy/config.conf',
        '--hostname-override=$(NODE_NAME)',
      ],
    }),
  ],
});
