import { DEPLOYMENTS } from '@seatrial/apiserver';
import { installObjects, type ClusterNode } from '@seatrial/cluster';
import { declareImage } from '@seatrial/images';
import { TextOutput, sleep, waitFor, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag } from '@seatrial/kubectl';
import { startCommand } from '@seatrial/shell';
import type { Subcommand, ToolCall } from './cluster-tool.js';
import { exitFor, healthyCluster } from './minikube-cluster.js';
import { say, warn } from './minikube-output.js';

const NAMESPACE = 'kubernetes-dashboard';
const SERVICE_STATUS = 119;
const VERIFY_MS = 6 * 60_000;
const POLL_MS = 1000;
const IMAGE_BYTES = 75_000_000;
const OUTPUT_LIMIT = 1 << 16;
const FIRST_PORT = 40_000;
const PORTS = 5000;

/** A part of the dashboard's addon: a Deployment and its Service. */
interface Part {
  readonly name: string;
  readonly image: string;
  readonly tag: string;
  readonly port: number;
  readonly servicePort: number;
}

/** minikube's dashboard addon v1.37 (deploy/addons/dashboard). */
const PARTS: readonly Part[] = [
  {
    name: 'dashboard-metrics-scraper',
    image: 'docker.io/kubernetesui/metrics-scraper',
    tag: 'v1.0.8',
    port: 8000,
    servicePort: 8000,
  },
  {
    name: 'kubernetes-dashboard',
    image: 'docker.io/kubernetesui/dashboard',
    tag: 'v2.7.0',
    port: 9090,
    servicePort: 80,
  },
];

function objectsOf({ name, image, tag, port, servicePort }: Part) {
  const labels = {
    'k8s-app': name,
    'addonmanager.kubernetes.io/mode': 'Reconcile',
    'kubernetes.io/minikube-addons': 'dashboard',
  };
  const metadata = { name, namespace: NAMESPACE, labels };
  const selector = { 'k8s-app': name };
  const container = {
    name,
    image: `${image}:${tag}`,
    ports: [{ containerPort: port, protocol: 'TCP' }],
    livenessProbe: { httpGet: { path: '/', port }, initialDelaySeconds: 30, timeoutSeconds: 30 },
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ port: servicePort, targetPort: port }], selector },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        selector: { matchLabels: selector },
        template: { metadata: { labels: selector }, spec: { containers: [container], serviceAccountName: NAMESPACE } },
      },
    },
  ];
}

/** Whether the addon is on. */
export function hasDashboard({ apiServer }: ClusterNode): boolean {
  return apiServer.store.get(DEPLOYMENTS, NAMESPACE, NAMESPACE) !== undefined;
}

/** The addon's manifest. */
export function dashboardObjects(): Parameters<typeof installObjects>[1] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAMESPACE, namespace: NAMESPACE } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: NAMESPACE },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: NAMESPACE, namespace: NAMESPACE }],
    },
    ...PARTS.flatMap(objectsOf),
  ];
}

/** Applies the addon's manifest. */
export function installDashboard({ apiServer, images }: ClusterNode): void {
  for (const { image, tag, port } of PARTS) {
    const body = '<!doctype html><title>Kubernetes Dashboard</title>\n';
    const listens = [{ port, routes: { '*': { body } } }];
    const declared = declareImage({ name: image, tags: [tag], sizeBytes: IMAGE_BYTES, listens });
    if (declared) images.add(declared);
  }
  installObjects(apiServer, dashboardObjects());
}

export const DASHBOARD_IMAGES = PARTS.map(({ image, tag }) => `${image}:${tag}`).reverse();

function* ready(node: ClusterNode): Coroutine<boolean> {
  const { simulation, store } = node.apiServer;
  for (const deadline = simulation.now() + VERIFY_MS; simulation.now() < deadline; yield* sleep(POLL_MS))
    if ((store.get(DEPLOYMENTS, NAMESPACE, NAMESPACE)?.status?.readyReplicas ?? 0) > 0) return true;
  return false;
}

/** Enables the addon, waits for it and proxies to it until it is interrupted. */
function* dashboard({ tool, flags }: ToolCall): Coroutine<number> {
  const node = yield* healthyCluster(tool);
  if (typeof node === 'number') return node;
  if (!hasDashboard(node)) {
    yield* warn(tool, 'enabling', 'Enabling dashboard ...');
    for (const image of DASHBOARD_IMAGES) yield* say(tool, 'option', `Using image ${image}`);
    yield* say(
      tool,
      'maintained',
      'Some dashboard features require the metrics-server addon. To enable all features please run:\n\n\tminikube addons enable metrics-server\n',
    );
    installDashboard(node);
  }
  yield* warn(tool, 'thinking', 'Verifying dashboard health ...');
  if (!(yield* ready(node)))
    return yield* exitFor(tool, 'SVC_CHECK_TIMEOUT', `dashboard service is not running: ${NAMESPACE}`, SERVICE_STATUS);
  yield* warn(tool, 'launch', 'Launching proxy ...');
  const random = node.apiServer.simulation.random.split(`dashboard/${String(tool.process.pid)}`);
  const port = flags.int('port') || FIRST_PORT + random.below(PORTS);
  const started = startCommand(
    tool.process,
    ['kubectl', '--context', node.profile.kubeconfig.context, 'proxy', '--port', String(port)],
    {
      stdout: new TextOutput(OUTPUT_LIMIT),
    },
  );
  yield* sleep(POLL_MS);
  yield* warn(tool, 'thinking', 'Verifying proxy health ...');
  const url = `http://127.0.0.1:${port}/api/v1/namespaces/${NAMESPACE}/services/http:kubernetes-dashboard:/proxy/`;
  if (flags.bool('url')) yield* tool.out(`${url}\n`);
  else yield* warn(tool, 'celebrate', `Opening ${url} in your default browser...`);
  if (!started.ok) return 1;
  yield* waitFor([started.value.exited]);
  return 0;
}

/** `minikube dashboard`. */
export const DASHBOARD_SUBCOMMAND: Subcommand = {
  name: 'dashboard',
  flags: [boolFlag('url'), intFlag('port')],
  run: dashboard,
};
