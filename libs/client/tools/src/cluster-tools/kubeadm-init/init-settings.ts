import { staticPodManifests, type ClusterNode } from '@seatrial/cluster';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { objectAt, textAt } from '../kubeadm-configuration/default-configuration.js';
import type { InitializedConfiguration } from '../kubeadm-configuration/load-configuration.js';
import { releaseNumbers } from '../kubeadm-upgrade/kubeadm-version.js';
import { firstAddress } from './init-texts.js';

const COMPONENTS = {
  apiServer: 'kube-apiserver',
  controllerManager: 'kube-controller-manager',
  scheduler: 'kube-scheduler',
};

/** Arguments of a program that its manifest does not have already. */
function furtherArguments(part: JsonObject, manifest: string): string[] {
  const { extraArgs } = part;
  const args = Array.isArray(extraArgs) ? extraArgs.filter(isJsonObject) : [];
  return args.flatMap((arg) => {
    const flag = `--${textAt(arg, 'name')}=${textAt(arg, 'value')}`;
    return manifest.includes(`    - ${flag}\n`) ? [] : [flag];
  });
}

/** What a new cluster cannot follow of a configuration: the cluster that stands ready is another. */
export function unfollowedSettings(
  { init, cluster }: InitializedConfiguration,
  { profile, node }: ClusterNode,
): string[] {
  const manifests = staticPodManifests(profile, node);
  const [etcd, networking] = [objectAt(cluster, 'etcd'), objectAt(cluster, 'networking')];
  const registration = objectAt(init, 'nodeRegistration');
  const release = textAt(cluster, 'kubernetesVersion');
  const wrong = (is: boolean, name: string): string[] => (is ? [name] : []);
  const parts = Object.entries(COMPONENTS).flatMap(([part, name]) => {
    const given = objectAt(cluster, part);
    return [
      ...furtherArguments(given, manifests[`${name}.yaml`]),
      ...['extraVolumes', 'extraEnvs'].filter((each) => given[each] !== undefined).map((each) => `${part}.${each}`),
    ];
  });
  return [
    ...parts,
    ...furtherArguments(objectAt(etcd, 'local'), manifests['etcd.yaml']),
    ...wrong(etcd.external !== undefined, 'etcd.external'),
    ...wrong(
      releaseNumbers(release)?.[1] !== releaseNumbers(profile.kubernetesVersion)?.[1],
      `kubernetesVersion ${release}`,
    ),
    ...wrong(
      firstAddress(textAt(networking, 'serviceSubnet')) !== firstAddress(profile.serviceCidr),
      `networking.serviceSubnet ${textAt(networking, 'serviceSubnet')}`,
    ),
    ...wrong(textAt(networking, 'dnsDomain') !== 'cluster.local', 'networking.dnsDomain'),
    ...wrong(textAt(registration, 'name') !== node.name, `nodeRegistration.name ${textAt(registration, 'name')}`),
    ...wrong(objectAt(init, 'localAPIEndpoint').bindPort !== profile.apiPort, 'localAPIEndpoint.bindPort'),
    ...wrong(textAt(cluster, 'imageRepository') !== 'registry.k8s.io', 'imageRepository'),
    ...wrong(textAt(cluster, 'certificatesDir') !== '/etc/kubernetes/pki', 'certificatesDir'),
    ...wrong(init.patches !== undefined, 'patches'),
  ];
}
