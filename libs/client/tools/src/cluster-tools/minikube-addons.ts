import { DEPLOYMENTS, NAMESPACES, type KubeObject, type ResourceType } from '@seatrial/apiserver';
import { findAddon, installObjects, type ClusterNode } from '@seatrial/cluster';
import { TextInput, TextOutput, sleep, type Coroutine } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { profileName, runningCluster } from './minikube-cluster.js';
import { DASHBOARD_IMAGES, dashboardObjects, hasDashboard, installDashboard } from './minikube-dashboard.js';
import { boxTable, say, warn } from './minikube-output.js';

const VERIFY_MS = 6 * 60_000;
const POLL_MS = 1000;

/** Addons by name with who maintains them (pkg/minikube/assets/addons.go, v1.37). */
const MAINTAINERS: Readonly<Record<string, string>> = {
  ambassador: '3rd party (Ambassador)',
  'amd-gpu-device-plugin': '3rd party (AMD)',
  'auto-pause': 'minikube',
  'cloud-spanner': 'Google',
  'csi-hostpath-driver': 'Kubernetes',
  dashboard: 'Kubernetes',
  'default-storageclass': 'Kubernetes',
  efk: '3rd party (Elastic)',
  freshpod: 'Google',
  'gcp-auth': 'Google',
  gvisor: 'minikube',
  headlamp: '3rd party (kinvolk.io)',
  inaccel: '3rd party (InAccel [info@inaccel.com])',
  ingress: 'Kubernetes',
  'ingress-dns': 'minikube',
  'inspektor-gadget': '3rd party (inspektor-gadget.io)',
  istio: '3rd party (Istio)',
  'istio-provisioner': '3rd party (Istio)',
  kong: '3rd party (Kong HQ)',
  kubeflow: '3rd party',
  kubetail: '3rd party (kubetail.com)',
  kubevirt: '3rd party (KubeVirt)',
  logviewer: '3rd party (unknown)',
  metallb: '3rd party (MetalLB)',
  'metrics-server': 'Kubernetes',
  'nvidia-device-plugin': '3rd party (NVIDIA)',
  'nvidia-driver-installer': '3rd party (NVIDIA)',
  'nvidia-gpu-device-plugin': '3rd party (NVIDIA)',
  olm: '3rd party (Operator Framework)',
  'pod-security-policy': '3rd party (unknown)',
  portainer: '3rd party (Portainer.io)',
  registry: 'minikube',
  'registry-aliases': '3rd party (unknown)',
  'registry-creds': '3rd party (UPMC Enterprises)',
  'storage-provisioner': 'minikube',
  'storage-provisioner-gluster': '3rd party (Gluster)',
  'storage-provisioner-rancher': '3rd party (Rancher)',
  volcano: 'third-party (volcano)',
  volumesnapshots: 'Kubernetes',
  yakd: '3rd party (marcnuri.com)',
};
/** What `minikube start` enables. */
const DEFAULTS = ['default-storageclass', 'storage-provisioner'];
const IMAGES: Readonly<Record<string, readonly string[]>> = {
  dashboard: DASHBOARD_IMAGES,
  ingress: [
    'registry.k8s.io/ingress-nginx/controller:v1.13.2',
    'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.2',
    'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.2',
  ],
  'metrics-server': ['registry.k8s.io/metrics-server/metrics-server:v0.8.0'],
};

const UNKNOWN_ADDON = 10;
const OUTPUT_LIMIT = 1 << 20;
const INGRESS_NAMESPACE = 'ingress-nginx';

function isEnabled(node: ClusterNode, name: string): boolean {
  const { apiServer, profile } = node;
  if (name === 'dashboard') return hasDashboard(node);
  if (name === 'metrics-server') return apiServer.store.get(DEPLOYMENTS, 'kube-system', 'metrics-server') !== undefined;
  if (name === 'ingress') {
    const controller = apiServer.store.get(DEPLOYMENTS, INGRESS_NAMESPACE, 'ingress-nginx-controller');
    return controller !== undefined && profile.name === 'minikube';
  }
  return DEFAULTS.includes(name);
}

/** The enabled addons, by name. */
export const enabledAddons = (node: ClusterNode): string[] =>
  Object.keys(MAINTAINERS).filter((name) => isEnabled(node, name));

/** Puts an addon into a cluster, unless it is in it; false for one that is not simulated. */
export function activate(node: ClusterNode, name: string): boolean {
  if (!DEFAULTS.includes(name) && !Object.hasOwn(IMAGES, name)) return false;
  const addon = findAddon(name === 'ingress' ? 'ingress-nginx' : name);
  if (addon && !isEnabled(node, name)) {
    addon.start?.(node.apiServer);
    installObjects(node.apiServer, addon.objects?.(node.profile) ?? []);
  }
  if (name === 'dashboard' && !hasDashboard(node)) installDashboard(node);
  return true;
}

function* verify(node: ClusterNode): Coroutine<void> {
  const { simulation, store } = node.apiServer;
  const deadline = simulation.now() + VERIFY_MS;
  while (simulation.now() < deadline) {
    const ready = store.get(DEPLOYMENTS, INGRESS_NAMESPACE, 'ingress-nginx-controller')?.status?.readyReplicas ?? 0;
    if (ready > 0) return;
    yield* sleep(POLL_MS);
  }
}

function* unknownAddon(tool: Tool, verb: 'disable' | 'enable', name: string): Coroutine<number> {
  yield* tool.err('\n');
  yield* warn(
    tool,
    'failure',
    `Exiting due to MK_ADDON_${verb.toUpperCase()}: ${verb} failed: addon '${name}' is not a valid addon packaged with minikube. To see the list of available addons run: minikube addons list`,
  );
  return UNKNOWN_ADDON;
}

function* enable({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [name = ''] = args;
  if (!Object.hasOwn(MAINTAINERS, name)) return yield* unknownAddon(tool, 'enable', name);
  const simulated = DEFAULTS.includes(name) || Object.hasOwn(IMAGES, name);
  if (!simulated) return yield* notSimulated(tool, `addons enable ${name}`);
  if (!DEFAULTS.includes(name)) {
    yield* say(
      tool,
      'maintained',
      `${name} is an addon maintained by ${MAINTAINERS[name]}. For any concerns contact minikube on GitHub.`,
    );
    yield* tool.out(
      'You can view the list of minikube maintainers at: https://github.com/kubernetes/minikube/blob/master/OWNERS\n',
    );
    for (const image of IMAGES[name]) yield* say(tool, 'option', `Using image ${image}`);
  }
  activate(node, name);
  if (name === 'ingress') {
    yield* say(tool, 'verify', 'Verifying ingress addon...');
    yield* verify(node);
  }
  yield* say(tool, 'celebrateAddon', `The '${name}' addon is enabled`);
  return 0;
}

const CLUSTER_SCOPED: readonly { readonly type: ResourceType; readonly name: string }[] = [
  { type: type('networking.k8s.io', 'ingressclasses', 'IngressClass'), name: 'nginx' },
  {
    type: type('admissionregistration.k8s.io', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration'),
    name: 'ingress-nginx-admission',
  },
];

function type(group: string, resource: string, kind: string): ResourceType {
  return { group, version: 'v1', resource, kind, namespaced: false };
}

/** Deletes an addon's objects, as minikube does it: with kubectl, which does not mind what is gone. */
function* deleteObjects(tool: Tool, node: ClusterNode, items: readonly object[]): Coroutine<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const [stdout, stderr] = [new TextOutput(OUTPUT_LIMIT), new TextOutput(OUTPUT_LIMIT)];
  const stdin = new TextInput(list);
  const context = `--context=${node.profile.kubeconfig.context}`;
  const command = ['kubectl', context, 'delete', '--ignore-not-found', '-f', '-'];
  yield* runCommand(tool.process, command, { stdin, stdout, stderr });
}

function* disable({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [name = ''] = args;
  if (!Object.hasOwn(MAINTAINERS, name)) return yield* unknownAddon(tool, 'disable', name);
  if (name !== 'ingress' && isEnabled(node, name)) {
    const objects = name === 'dashboard' ? dashboardObjects() : (findAddon(name)?.objects?.(node.profile) ?? []);
    if (objects.length === 0) return yield* notSimulated(tool, `addons disable ${name}`);
    yield* deleteObjects(tool, node, objects);
  }
  if (name !== 'ingress') {
    yield* say(tool, 'celebrateAddon', `"The '${name}' addon is disabled`);
    return 0;
  }
  const client = node.apiServer.client('minikube');
  for (const { type: resource, name: object } of CLUSTER_SCOPED)
    if (client.get<KubeObject>(resource, undefined, object)) client.delete(resource, undefined, object);
  if (client.get(NAMESPACES, undefined, INGRESS_NAMESPACE)) client.delete(NAMESPACES, undefined, INGRESS_NAMESPACE);
  yield* say(tool, 'celebrateAddon', "\"The 'ingress' addon is disabled");
  return 0;
}

function* list({ tool, flags }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const output = flags.string('output');
  if (output === 'json') {
    const states = Object.keys(MAINTAINERS).map((name) => [
      name,
      { Profile: profileName(node), Status: isEnabled(node, name) ? 'enabled' : 'disabled' },
    ]);
    yield* tool.out(JSON.stringify(Object.fromEntries(states)));
    return 0;
  }
  if (output !== 'list') return yield* notSimulated(tool, `addons list -o ${output}`);
  const rows = Object.entries(MAINTAINERS).map(([name, maintainer]) => [
    name,
    profileName(node),
    isEnabled(node, name) ? 'enabled ✅' : 'disabled',
    maintainer,
  ]);
  yield* tool.out(boxTable(['ADDON NAME', 'PROFILE', 'STATUS', 'MAINTAINER'], rows));
  return 0;
}

/** `minikube addons …`. */
export const ADDON_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'addons disable', run: disable },
  { name: 'addons enable', run: enable },
  { name: 'addons list', flags: [stringFlag('output', '', { shorthand: 'o', default: 'list' })], run: list },
];
