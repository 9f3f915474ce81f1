import { CONFIG_MAPS } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import type { JsonObject } from '@seatrial/kernel';
import { configurationText } from '../kubeadm-configuration/configuration-text.js';

/** The ConfigMap `kubeadm-config` as a configuration has it (cmd/kubeadm/app/phases/uploadconfig, v1.35.4). */
export function storeConfiguration({ apiServer }: ClusterNode, cluster: JsonObject): void {
  const client = apiServer.client('kubeadm');
  const data = { ClusterConfiguration: configurationText('ClusterConfiguration', cluster) };
  const metadata = { name: 'kubeadm-config', namespace: 'kube-system' };
  const found = client.get(CONFIG_MAPS, metadata.namespace, metadata.name);
  if (found) client.update(CONFIG_MAPS, { ...found, data });
  else client.create(CONFIG_MAPS, { metadata, data });
}
