import { NODES, PODS, type ApiServer, type KubeObject, type ResourceType } from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';
import { defineAddon } from './addon.js';
import { formatTime, type ApiGroup, type ApiResource } from '@seatrial/schema';

const GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';

/** metrics-server's --metric-resolution. */
const PERIOD_MS = 15_000;

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

const NODE_METRICS_RESOURCE = resource('nodes', 'NodeMetrics', false);
const POD_METRICS_RESOURCE = resource('pods', 'PodMetrics', true);
const METRICS_GROUP: ApiGroup = {
  name: GROUP,
  versions: [{ version: VERSION, resources: [NODE_METRICS_RESOURCE, POD_METRICS_RESOURCE] }],
};

interface ApiService extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

const API_SERVICES: ResourceType<ApiService> = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  resource: 'apiservices',
  kind: 'APIService',
  namespaced: false,
};

type Usage = readonly { readonly container: string; readonly cpuNanocores: number; readonly memoryBytes: number }[];

const quantities = (cpuNanocores: number, memoryBytes: number): { cpu: string; memory: string } => ({
  cpu: cpuNanocores === 0 ? '0' : `${Math.round(cpuNanocores)}n`,
  memory: `${Math.ceil(memoryBytes / 1024)}Ki`,
});

/** What a node's own processes use, beside its pods. */
const NODE_BASE = { cpuNanocores: 60_000_000, memoryBytes: 600 * 1024 * 1024 };

/**
 * metrics-server: serves metrics.k8s.io and measures every running pod and node each 15 s (kubernetes-sigs/metrics-server
 * v0.8).
 */
export function startMetricsServer(apiServer: ApiServer): void {
  const { simulation } = apiServer;
  apiServer.serveGroup(METRICS_GROUP);
  const client = apiServer.client('metrics-server');
  const registered = client.create(API_SERVICES, {
    metadata: { name: `${VERSION}.${GROUP}`, labels: { 'k8s-app': 'metrics-server' } },
    spec: {
      group: GROUP,
      version: VERSION,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: 'metrics-server', namespace: 'kube-system', port: 443 },
    },
  });
  invariant(registered.ok, 'bootstrap: the metrics API');
  const typeOf = (name: string): ResourceType => {
    const type = apiServer.resourceType(GROUP, name);
    invariant(type, `the resource ${name}.${GROUP}`);
    return type;
  };
  const [podMetrics, nodeMetrics] = [typeOf('pods'), typeOf('nodes')];
  const write = (type: ResourceType, namespace: string | undefined, name: string, body: object): void => {
    const measured = { timestamp: formatTime(simulation.now()), window: '15.0s', ...body };
    const known = client.get(type, namespace, name);
    if (known) client.update(type, { ...known, ...measured });
    else client.create(type, { metadata: { name, ...(namespace && { namespace }) }, ...measured });
  };
  const measure = (): void => {
    const perNode = new Map<string, { cpuNanocores: number; memoryBytes: number }>();
    const seen = new Set<string>();
    for (const pod of client.list(PODS)) {
      const { namespace = '', name } = pod.metadata;
      const usage: Usage | undefined = apiServer.kubelets.get(pod.spec.nodeName ?? '')?.usage(namespace, name);
      if (!usage) continue;
      seen.add(`${namespace}/${name}`);
      const node = perNode.get(pod.spec.nodeName ?? '') ?? { ...NODE_BASE };
      for (const { cpuNanocores, memoryBytes } of usage) {
        node.cpuNanocores += cpuNanocores;
        node.memoryBytes += memoryBytes;
      }
      perNode.set(pod.spec.nodeName ?? '', node);
      const containers = usage.map(({ container, cpuNanocores, memoryBytes }) => ({
        name: container,
        usage: quantities(cpuNanocores, memoryBytes),
      }));
      write(podMetrics, namespace, name, { containers });
    }
    for (const node of client.list(NODES)) {
      const { cpuNanocores, memoryBytes } = perNode.get(node.metadata.name) ?? NODE_BASE;
      write(nodeMetrics, undefined, node.metadata.name, { usage: quantities(cpuNanocores, memoryBytes) });
    }
    for (const { metadata } of client.list(podMetrics)) {
      if (!seen.has(`${metadata.namespace ?? ''}/${metadata.name}`))
        client.delete(podMetrics, metadata.namespace, metadata.name);
    }
    simulation.after(PERIOD_MS, measure);
  };
  simulation.after(PERIOD_MS, measure);
}

export const metricsServerAddon = defineAddon({ name: 'metrics-server', start: startMetricsServer });
