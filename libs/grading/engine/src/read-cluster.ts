import { ADDONS, configureProfile, findProfile, type ClusterProfile, type ClusterSettings } from '@seatrial/cluster';
import type { SourceNode } from '@seatrial/exercise';
import { InvariantError } from '@seatrial/kernel';

const KEYS = [
  'profile',
  'name',
  'kubernetesVersion',
  'controlPlanes',
  'workers',
  'addons',
  'networkPolicy',
  'cni',
  'loadBalancer',
  'storageClass',
  'systemPods',
  'apiEndpoint',
  'nodeGroup',
];
const ADDON_NAMES = ADDONS.map(({ name }) => name);

const optionalBoolean = (node: SourceNode): boolean | undefined => (node.present ? node.boolean(false) : undefined);

function readNodeGroup(node: SourceNode): ClusterSettings['nodeGroup'] {
  if (!node.present) return undefined;
  node.mapping(['minSize', 'maxSize']);
  return { minSize: node.member('minSize').integer(0, 1), maxSize: node.member('maxSize').integer(1, 5) };
}

function readSettings(node: SourceNode): ClusterSettings {
  node.mapping(KEYS);
  const endpoint = node.member('apiEndpoint');
  const settings = {
    name: node.member('name').optionalString(),
    kubernetesVersion: node.member('kubernetesVersion').optionalString(),
    controlPlanes: node.member('controlPlanes').optionalInteger(1),
    workers: node.member('workers').optionalInteger(0),
    addons: node
      .member('addons')
      .list()
      .map((addon) => addon.choice(ADDON_NAMES)),
    networkPolicy: optionalBoolean(node.member('networkPolicy')),
    cni: optionalBoolean(node.member('cni')),
    loadBalancer: optionalBoolean(node.member('loadBalancer')),
    nodeGroup: readNodeGroup(node.member('nodeGroup')),
    storageClass: optionalBoolean(node.member('storageClass')),
    systemPods: optionalBoolean(node.member('systemPods')),
    apiEndpoint: endpoint.present ? endpoint.choice<'balancer' | 'first'>(['balancer', 'first']) : undefined,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** The cluster that an exercise asks for: its profile with its settings. Errors go to the node. */
export function readCluster(profileName: string, node: SourceNode): ClusterProfile {
  const profile = findProfile(profileName);
  if (!profile) throw new InvariantError(`no cluster profile ${profileName}`);
  if (!node.isMapping) return profile;
  const configured = configureProfile(profile, readSettings(node));
  if (configured.ok) return configured.value;
  const [setting] = configured.error.split(':');
  node.member(setting).error(configured.error.slice(setting.length + 2));
  return profile;
}
