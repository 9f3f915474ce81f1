import { CLUSTER_NODE, type ClusterNode, type NodeProfile } from '@seatrial/cluster';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { TemplateSet, TemplateStruct, templateResult } from '@seatrial/template';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import type { Tool } from '../tool/tool.js';
import type { InstalledCluster } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { kubectlConfig } from './installed-cluster.js';
import { USAGE_STATUS, exitFor, minikubeCluster, profileNotFound } from './minikube-cluster.js';
import { boxTable, say, warn } from './minikube-output.js';
import { storeSetting } from './minikube-config.js';
import { shortName } from './minikube-members.js';
import { DEFAULT_PROFILE, profileOf } from './minikube-profile.js';

const NOT_FOUND_STATUS = 85;
const TEMPLATE_STATUS = 80;
/** Bits of the exit status: the host, the cluster, Kubernetes. */
const HOST_DOWN = 1;
const CLUSTER_DOWN = 2;
const KUBERNETES_DOWN = 4;

/** One node as `minikube status` shows it (pkg/minikube/cluster/status.go). */
interface NodeState extends JsonObject {
  readonly Name: string;
  readonly Host: string;
  readonly Kubelet: string;
  readonly APIServer: string;
  readonly Kubeconfig: string;
  readonly Worker: boolean;
}

function apiServerState({ components, apiServer }: ClusterNode): string {
  if (components.frozen) return 'Paused';
  return apiServer.available ? 'Running' : 'Stopped';
}

function stateOf({ node, stage }: InstalledCluster, { name, controlPlane }: NodeProfile): NodeState {
  const kubelet = node.machines.get(name)?.facility(CLUSTER_NODE)?.services.get('kubelet');
  if (stage === 'stopped' || node.failures.has(name, 'powered-off'))
    return {
      Name: name,
      Host: 'Stopped',
      Kubelet: 'Stopped',
      APIServer: 'Stopped',
      Kubeconfig: 'Stopped',
      Worker: !controlPlane,
    };
  return {
    Name: name,
    Host: 'Running',
    Kubelet: kubelet?.active === true ? 'Running' : 'Stopped',
    APIServer: controlPlane ? apiServerState(node) : 'Irrelevant',
    Kubeconfig: controlPlane ? 'Configured' : 'Irrelevant',
    Worker: !controlPlane,
  };
}

function stateText({ Name, Host, Kubelet, APIServer, Kubeconfig, Worker }: NodeState): string {
  return Worker
    ? `${Name}\ntype: Worker\nhost: ${Host}\nkubelet: ${Kubelet}\n\n`
    : `${Name}\ntype: Control Plane\nhost: ${Host}\nkubelet: ${Kubelet}\napiserver: ${APIServer}\nkubeconfig: ${Kubeconfig}\n\n`;
}

const statusOf = (states: readonly NodeState[]): number =>
  states.reduce((code, { Host, Kubelet, APIServer, Kubeconfig }) => {
    const host = Host === 'Running' ? 0 : HOST_DOWN;
    const cluster = Kubelet === 'Running' && ['Running', 'Irrelevant'].includes(APIServer) ? 0 : CLUSTER_DOWN;
    const kubernetes = ['Configured', 'Irrelevant'].includes(Kubeconfig) ? 0 : KUBERNETES_DOWN;
    return code | host | cluster | kubernetes;
  }, 0);

function* status({ tool, flags }: ToolCall): Coroutine<number> {
  const output = flags.string('output').toLowerCase();
  const format = flags.string('format');
  if (output !== 'text' && format !== '')
    return yield* exitFor(tool, 'MK_USAGE', 'Cannot use both --output and --format options', USAGE_STATUS);
  const cluster = minikubeCluster(tool);
  if (!cluster) {
    yield* profileNotFound(tool);
    return NOT_FOUND_STATUS;
  }
  const wanted = flags.string('node');
  const all = cluster.node.profile.nodes;
  const chosen =
    wanted === '' ? all : all.filter(({ name }) => name === wanted || shortName(cluster.node, name) === wanted);
  if (chosen.length === 0)
    return yield* exitFor(
      tool,
      'GUEST_NODE_RETRIEVE',
      `retrieving node: Could not find node ${wanted}`,
      NOT_FOUND_STATUS,
    );
  const states = (format === '' ? chosen : chosen.slice(0, 1)).map((node) => stateOf(cluster, node));
  if (output === 'json') yield* tool.out(JSON.stringify(states.length === 1 ? states[0] : states));
  else if (output !== 'text')
    return yield* exitFor(
      tool,
      'MK_USAGE',
      `invalid output format: ${output}. Valid values: 'text', 'json'`,
      USAGE_STATUS,
    );
  else if (format === '') yield* tool.out(states.map(stateText).join(''));
  else {
    const set = new TemplateSet('status', {
      functions: {},
      missingKey: 'error',
      charge: (steps) => tool.charge(steps),
    });
    const filled = templateResult(() => {
      set.parse('status', format);
      return set.execute('status', new TemplateStruct('*cluster.Status', states[0]));
    });
    if (!filled.ok)
      return yield* exitFor(
        tool,
        'INTERNAL_STATUS_TEXT',
        `status text failure: ${filled.error.message}`,
        TEMPLATE_STATUS,
      );
    yield* tool.out(filled.value);
  }
  return statusOf(states);
}

const shownState = (node: ClusterNode): string => (apiServerState(node) === 'Running' ? 'OK' : apiServerState(node));

const PROFILE_HEADER = ['PROFILE', 'DRIVER', 'RUNTIME', 'IP', 'VERSION', 'STATUS', 'NODES', 'ACTIVE PROFILE', 'ACTIVE KUBECONTEXT']; // prettier-ignore

/** A cluster's row of the table of profiles. */
function profileRow(tool: Tool, cluster: InstalledCluster, context: string): string[] {
  const { profile } = cluster.node;
  return [
    cluster.name,
    'docker',
    'docker',
    profile.nodes[0].address,
    profile.kubernetesVersion,
    cluster.stage === 'stopped' ? 'Stopped' : shownState(cluster.node),
    String(profile.nodes.length),
    cluster.name === profileOf(tool) ? '*' : '',
    cluster.name === context ? '*' : '',
  ];
}

function* listProfiles({ tool, flags }: ToolCall): Coroutine<number> {
  const output = flags.string('output').toLowerCase();
  if (output === 'json') return yield* notSimulated(tool, 'profile list -o json');
  if (output !== 'table')
    return yield* exitFor(
      tool,
      'MK_USAGE',
      `invalid output format: ${output}. Valid values: 'table', 'json'`,
      USAGE_STATUS,
    );
  const clusters = InstalledClusters.of(tool)?.list('minikube') ?? [];
  if (clusters.length === 0) {
    yield* warn(tool, 'shrug', 'Exiting due to MK_USAGE_NO_PROFILE: No minikube profile was found.');
    yield* warn(tool, 'maintained', "Suggestion:\n\n    You can create one using 'minikube start'.\n    ");
    return USAGE_STATUS;
  }
  const context = (yield* kubectlConfig(tool, ['current-context'])).trim();
  const rows = clusters.map((cluster) => profileRow(tool, cluster, context));
  yield* tool.out(boxTable(PROFILE_HEADER, rows));
  return 0;
}

/** `minikube profile [NAME]`: which one is meant by calls that name none (cmd/config/profile.go). */
function* showProfile({ tool, args }: ToolCall): Coroutine<number> {
  const [given] = args;
  const name = given === 'default' ? DEFAULT_PROFILE : given;
  if (name === undefined) {
    yield* tool.out(`${profileOf(tool)}\n`);
    return 0;
  }
  const cluster = InstalledClusters.of(tool)?.find('minikube', name);
  if (!cluster?.exists) {
    yield* warn(
      tool,
      'maintained',
      `if you want to create a profile you can by this command: minikube start -p ${name}`,
    );
    return 0;
  }
  storeSetting(tool, 'profile', name);
  yield* kubectlConfig(tool, ['use-context', cluster.node.profile.kubeconfig.context]);
  yield* say(tool, 'celebrate', `minikube profile was successfully set to ${name}`);
  return 0;
}

/** How minikube's cluster is doing, and which there are. */
export const STATE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'profile', run: showProfile },
  {
    name: 'profile list',
    flags: [stringFlag('output', '', { shorthand: 'o', default: 'table' }), boolFlag('light', '', { shorthand: 'l' })],
    run: listProfiles,
  },
  {
    name: 'status',
    flags: [
      stringFlag('output', '', { shorthand: 'o', default: 'text' }),
      stringFlag('format', '', { shorthand: 'f' }),
      stringFlag('node', '', { shorthand: 'n' }),
    ],
    run: status,
  },
];
