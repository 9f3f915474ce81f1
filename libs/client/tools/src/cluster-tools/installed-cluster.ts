import { NODES, PODS, SERVICES, type KubeObject } from '@seatrial/apiserver';
import type { ClusterNode, NodeProfile } from '@seatrial/cluster';
import { TextOutput, sleep, type Coroutine, type FacilityKey } from '@seatrial/kernel';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { nodeOf } from './cluster-tool.js';
import { entriesIn, hasOtherClusters, withEntries } from './kubeconfig-entries.js';

/** `prepared`: it stands ready for the exercise, and nobody has said yet how it came about. */
export type ClusterStage = 'prepared' | 'installed' | 'stopped' | 'deleted';

const INSTALLED: FacilityKey<InstalledCluster> = { name: 'installed-cluster' };
/** Namespaces of what installers and addons bring. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'ingress-nginx',
  'kube-flannel',
  'kube-system',
  'local-path-storage',
]);
const POLL_MS = 500;
/** How long an API server is waited for. */
const PATIENCE_MS = 120_000;
/** More machines than this nobody has at home. */
export const MOST_WORKERS = 16;
/** What installers call a cluster that nobody names. */
export const DEFAULT_NAMES: Readonly<Record<string, string>> = {
  k3d: 'k3s-default',
  kind: 'kind',
  minikube: 'minikube',
};
const OUTPUT_LIMIT = 1 << 20;

/**
 * The cluster of the machine as its installer sees it. An exercise's cluster stands ready; the installer's first `create`,
 * as long as nothing of the student's is in it, is how it came about. After that it exists, and can be stopped, started and
 * deleted. What is deleted stays readable for the checks, but nobody reaches it any more.
 */
export class InstalledCluster {
  stage: ClusterStage = 'prepared';
  /** kubeadm: the nodes that have joined. */
  readonly joined = new Set<string>();
  /** kubeadm: the nodes that were reset. */
  readonly left = new Set<string>();
  /** Ports of the host that lead to nodes, by node name. */
  readonly published = new Map<
    string,
    readonly { readonly containerPort: number; readonly hostPort: number; readonly listenAddress: string }[]
  >();
  /** When kubeconfigs' certificates were renewed, virtual ms, by the file's name on the node. */
  readonly renewedAt = new Map<string, number>();
  private savedKubeconfig: string | undefined;

  constructor(
    readonly node: ClusterNode,
    /** As its installer calls it. */
    readonly name: string,
  ) {}

  /** The machine's cluster where an installer of this name made it. */
  static of(tool: Pick<Tool, 'machine'>, profile: string): InstalledCluster | undefined {
    const node = nodeOf(tool);
    if (node?.profile.name !== profile) return undefined;
    const keeper = node.machines.get(node.profile.nodes[0].name) ?? tool.machine;
    const known = keeper.facility(INSTALLED);
    if (known) return known;
    const made = new InstalledCluster(node, node.profile.clusterName ?? DEFAULT_NAMES[profile] ?? profile);
    keeper.provide(INSTALLED, made);
    return made;
  }

  /** Its node that is the student's own machine. */
  get homeNode(): string | undefined {
    return this.node.node.name;
  }

  get exists(): boolean {
    return this.stage !== 'deleted';
  }

  /** Whether it may still be taken for new: nothing but the system's own runs in it. */
  get isNew(): boolean {
    const { store } = this.node.apiServer;
    const own = ({ metadata }: KubeObject): boolean =>
      !SYSTEM_NAMESPACES.has(metadata.namespace ?? '') &&
      !(metadata.namespace === 'default' && metadata.name === 'kubernetes');
    return ![...store.list(PODS), ...store.list(SERVICES)].some(own);
  }

  /** Whether an installer's `create` makes it: it is new, and was not made before or was deleted since. */
  get canBeCreated(): boolean {
    return (this.stage === 'prepared' || this.stage === 'deleted') && this.isNew;
  }

  get workers(): readonly NodeProfile[] {
    return this.node.profile.nodes.filter(({ controlPlane }) => !controlPlane);
  }

  /** Whether a new cluster may have so many workers. */
  canHave(workers: number): boolean {
    return workers === this.workers.length || (workers <= MOST_WORKERS && this.canBeCreated);
  }

  /** Machines join or go until there are so many workers; those that joined. */
  resize(workers: number): readonly NodeProfile[] {
    const { members, apiServer } = this.node;
    const client = apiServer.client('kubeadm');
    for (const { name } of this.workers.slice(workers)) {
      members.leave(name);
      client.delete(NODES, undefined, name);
      for (const { metadata, spec } of apiServer.store.list(PODS))
        if (spec.nodeName === name) client.delete(PODS, metadata.namespace, metadata.name, { gracePeriodSeconds: 0 });
    }
    const joined: NodeProfile[] = [];
    while (this.workers.length < workers) {
      const made = members.next();
      members.join(made);
      joined.push(made);
    }
    return joined;
  }

  /** When it came up, virtual ms. */
  get bornAt(): number {
    return this.node.apiServer.store.history()[0]?.time ?? this.node.apiServer.simulation.now();
  }

  /** Its nodes go down, the student's own machine stays. */
  powerOff(): void {
    const { profile, failures, kubelet } = this.node;
    const home = this.homeNode;
    for (const { name } of profile.nodes) if (name !== home) failures.begin(name, 'powered-off');
    if (home !== undefined) kubelet.powerOff();
  }

  /** Its nodes come up again; waits until the API answers. */
  *powerOn(): Coroutine<void> {
    const { profile, failures, kubelet, apiServer, components } = this.node;
    const home = this.homeNode;
    if (this.stage === 'deleted') components.renewEtcd();
    if (home !== undefined) kubelet.start();
    for (const { name } of profile.nodes) if (name !== home) failures.end(name, 'powered-off', 0);
    const deadline = apiServer.simulation.now() + PATIENCE_MS;
    while (!apiServer.available && apiServer.simulation.now() < deadline) yield* sleep(POLL_MS);
  }

  /** The kubelet of the machine that a tool runs on. */
  kubeletOf(tool: Pick<Tool, 'machine'>): ClusterNode['kubelet'] | undefined {
    return nodeOf(tool)?.kubelet;
  }

  /** Takes its context, cluster and user out of the kubeconfig. */
  *forgetKubeconfig(tool: Tool): Coroutine<void> {
    const { cluster, user, context } = this.node.profile.kubeconfig;
    const before = tool.machine.files.readFile(kubeconfigPath(tool));
    if (before.ok) this.savedKubeconfig ??= before.value;
    const current = (yield* kubectlConfig(tool, ['current-context'])).trim();
    yield* kubectlConfig(tool, ['delete-context', context]);
    yield* kubectlConfig(tool, ['delete-cluster', cluster]);
    yield* kubectlConfig(tool, ['delete-user', user]);
    if (current === context) yield* kubectlConfig(tool, ['unset', 'current-context']);
  }

  /** Puts them back and makes its context the current one. */
  *writeKubeconfig(tool: Tool): Coroutine<void> {
    if (this.savedKubeconfig !== undefined) this.restoreKubeconfig(tool, this.savedKubeconfig);
    yield* kubectlConfig(tool, ['use-context', this.node.profile.kubeconfig.context]);
  }

  /** The file as it was, unless clusters have come or gone since. */
  private restoreKubeconfig(tool: Tool, saved: string): void {
    const path = kubeconfigPath(tool);
    const { kubeconfig } = this.node.profile;
    const before = tool.machine.files.readFile(path);
    const entries = entriesIn(saved, kubeconfig);
    const others = [saved, before.ok ? before.value : ''].some((text) => hasOtherClusters(text, kubeconfig.cluster));
    const text = others && entries ? withEntries(before.ok ? before.value : '', entries, true) : saved;
    tool.machine.files.writeFile(path, text, { owner: tool.process.user });
  }
}

/** The file that installers write kubeconfigs to. */
export function kubeconfigPath(tool: Tool): string {
  const { env } = tool.process;
  return env.get('KUBECONFIG')?.split(':')[0] || `${env.get('HOME') ?? ''}/.kube/config`;
}

/** What `kubectl config …` prints. */
export const kubectlConfig = (tool: Tool, words: readonly string[]): Coroutine<string> =>
  kubectlText(tool, ['config', ...words]);

/** What kubectl prints on standard output. */
export function* kubectlText(tool: Tool, words: readonly string[]): Coroutine<string> {
  const output = new TextOutput(OUTPUT_LIMIT);
  const errors = new TextOutput(OUTPUT_LIMIT);
  yield* runCommand(tool.process, ['kubectl', ...words], { stdout: output, stderr: errors });
  return output.text;
}
