import {
  NODES,
  PODS,
  type ApiServer,
  type KubeObject,
  type Node,
  type Pod,
  type ResourceType,
  type Status,
} from '@seatrial/apiserver';
import { formatGoDuration, formatTime, type ApiGroup, type ApiResource } from '@seatrial/schema';

const GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';

const resource = (name: string, kind: string, namespaced: boolean): ApiResource => ({
  group: GROUP,
  version: VERSION,
  resource: name,
  kind,
  singular: '',
  namespaced,
  verbs: ['get', 'list'],
  shortNames: [],
  categories: [],
  subresources: [],
});

const type = (name: string, kind: string, namespaced: boolean): ResourceType => ({
  group: GROUP,
  version: VERSION,
  resource: name,
  kind,
  namespaced,
});

const NODE_METRICS = type('nodes', 'NodeMetrics', false);
const POD_METRICS = type('pods', 'PodMetrics', true);

/** The group metrics.k8s.io, as metrics-server serves it. */
export const METRICS_GROUP: ApiGroup = {
  name: GROUP,
  versions: [
    {
      version: VERSION,
      resources: [resource('nodes', 'NodeMetrics', false), resource('pods', 'PodMetrics', true)],
    },
  ],
};

interface Use {
  cpuNanocores: number;
  memoryBytes: number;
}

const quantities = ({ cpuNanocores, memoryBytes }: Use): { cpu: string; memory: string } => ({
  cpu: cpuNanocores === 0 ? '0' : `${Math.round(cpuNanocores)}n`,
  memory: `${Math.ceil(memoryBytes / 1024)}Ki`,
});

/** What a node's own processes use, beside its pods. */
const NODE_BASE: Use = { cpuNanocores: 60_412_087, memoryBytes: 614_732 * 1024 };

/** What metrics-server answers about one object that it has not measured; its informers' complaint when there is none. */
export function unmeasured(
  { store }: ApiServer,
  resource: string,
  namespace: string | undefined,
  name: string,
): Status | undefined {
  const pods = resource === 'pods';
  if (store.get(pods ? POD_METRICS : NODE_METRICS, pods ? namespace : undefined, name)) return undefined;
  // Its informer has running pods only.
  const known = pods
    ? store.get(PODS, namespace, name)?.status?.phase === 'Running'
    : store.get(NODES, undefined, name) !== undefined;
  const about = known
    ? { group: GROUP, kind: pods ? 'podmetrics' : 'nodemetrics', name: pods ? `${namespace ?? ''}/${name}` : name }
    : { group: '', kind: pods ? 'pods' : 'node', name };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `${about.kind}${about.group && `.${about.group}`} "${about.name}" not found`,
    reason: 'NotFound',
    details: { name: about.name, ...(about.group && { group: about.group }), kind: about.kind },
    code: 404,
  };
}

/** What a metrics-server has measured: PodMetrics and NodeMetrics, as long as it serves them. */
export class Measurements {
  constructor(private readonly apiServer: ApiServer) {}

  /** Takes the place of all earlier measurements of these nodes; the others' are dropped. */
  record(nodes: readonly Node[], windowSeconds: number): void {
    const scraped = new Map<string, Use>(nodes.map(({ metadata }) => [metadata.name, { ...NODE_BASE }]));
    const seen = new Set<string>();
    const { store } = this.apiServer;
    for (const pod of store.list(PODS)) {
      const node = scraped.get(pod.spec.nodeName ?? '');
      if (node) this.recordPod(pod, node, windowSeconds, seen);
    }
    for (const { metadata } of nodes) {
      const use = scraped.get(metadata.name) ?? NODE_BASE;
      this.write(NODE_METRICS, metadata, { usage: quantities(use) }, windowSeconds);
    }
    for (const { metadata } of this.known(POD_METRICS))
      if (!seen.has(`${metadata.namespace ?? ''}/${metadata.name}`)) this.drop(POD_METRICS, metadata);
    for (const { metadata } of this.known(NODE_METRICS))
      if (!scraped.has(metadata.name)) this.drop(NODE_METRICS, metadata);
  }

  private recordPod(pod: Pod, node: Use, windowSeconds: number, seen: Set<string>): void {
    const { namespace = '', name } = pod.metadata;
    const usage = this.apiServer.kubelets.get(pod.spec.nodeName ?? '')?.usage(namespace, name);
    if (!usage) return;
    seen.add(`${namespace}/${name}`);
    for (const { cpuNanocores, memoryBytes } of usage) {
      node.cpuNanocores += cpuNanocores;
      node.memoryBytes += memoryBytes;
    }
    const containers = usage.map((use) => ({ name: use.container, usage: quantities(use) }));
    // A container that is younger than a scrape has been watched from its start (metrics-server pkg/storage/pod.go).
    const age = this.apiServer.simulation.now() - Math.max(...usage.map(({ startedAt }) => startedAt));
    this.write(POD_METRICS, pod.metadata, { containers }, Math.min(windowSeconds, age / 1000));
  }

  private known(of: ResourceType): readonly KubeObject[] {
    return this.apiServer.store.list(of);
  }

  private drop(of: ResourceType, { namespace, name }: KubeObject['metadata']): void {
    this.apiServer.client('metrics-server').delete(of, namespace, name);
  }

  private write(of: ResourceType, about: KubeObject['metadata'], body: object, windowSeconds: number): void {
    const { simulation, store } = this.apiServer;
    const client = this.apiServer.client('metrics-server');
    const { namespace, name, labels } = about;
    const timestamp = formatTime(simulation.now());
    const measured = { timestamp, window: formatGoDuration(windowSeconds * 1e9), ...body };
    const known = store.get(of, namespace, name);
    if (known) {
      const metadata: KubeObject['metadata'] = {
        ...known.metadata,
        creationTimestamp: timestamp,
        ...(labels && { labels }),
      };
      client.update(of, { ...known, ...measured, metadata });
    } else
      client.create(of, {
        metadata: { name, ...(namespace && { namespace }), ...(labels && { labels }) },
        ...measured,
      });
  }
}

export const nodesOf = ({ store }: ApiServer): readonly Node[] => store.list(NODES);
