import type { ManifestObject } from '../addon.js';

/** The newest release; what `latest` leads to. */
export const DEFAULT_VERSION = 'v0.8.0';
const NAMESPACE = 'kube-system';
const NAME = 'metrics-server';
const RBAC = 'rbac.authorization.k8s.io';
const LABELS = { 'k8s-app': NAME };

const minorOf = (version: string): number => Number(version.split('.')[1]);

const SUBJECTS = [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }];

const roleRef = (kind: string, name: string) => ({ apiGroup: RBAC, kind, name });

const binding = (name: string, role: string): ManifestObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { labels: LABELS, name },
  roleRef: roleRef('ClusterRole', role),
  subjects: SUBJECTS,
});

const ACCESS: readonly ManifestObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { labels: LABELS, name: NAME, namespace: NAMESPACE } },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: {
      labels: {
        ...LABELS,
        [`${RBAC}/aggregate-to-admin`]: 'true',
        [`${RBAC}/aggregate-to-edit`]: 'true',
        [`${RBAC}/aggregate-to-view`]: 'true',
      },
      name: 'system:aggregated-metrics-reader',
    },
    rules: [{ apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { labels: LABELS, name: 'system:metrics-server' },
    rules: [
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
    ],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { labels: LABELS, name: 'metrics-server-auth-reader', namespace: NAMESPACE },
    roleRef: roleRef('Role', 'extension-apiserver-authentication-reader'),
    subjects: SUBJECTS,
  },
  binding('metrics-server:system:auth-delegator', 'system:auth-delegator'),
  binding('system:metrics-server', 'system:metrics-server'),
];

function container(version: string, more: readonly string[]): object {
  const port = minorOf(version) >= 7 ? 10_250 : 4443;
  const probe = (path: string) => ({ failureThreshold: 3, httpGet: { path, port: 'https', scheme: 'HTTPS' } });
  return {
    args: [
      '--cert-dir=/tmp',
      `--secure-port=${port}`,
      '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
      '--kubelet-use-node-status-port',
      '--metric-resolution=15s',
      ...more,
    ],
    image: `registry.k8s.io/metrics-server/metrics-server:${version}`,
    imagePullPolicy: 'IfNotPresent',
    livenessProbe: { ...probe('/livez'), periodSeconds: 10 },
    name: NAME,
    ports: [{ containerPort: port, name: 'https', protocol: 'TCP' }],
    readinessProbe: { ...probe('/readyz'), initialDelaySeconds: 20, periodSeconds: 10 },
    resources: { requests: { cpu: '100m', memory: '200Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      ...(minorOf(version) >= 7 && { capabilities: { drop: ['ALL'] } }),
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 1000,
      ...(minorOf(version) >= 7 && { seccompProfile: { type: 'RuntimeDefault' } }),
    },
    volumeMounts: [{ mountPath: '/tmp', name: 'tmp-dir' }],
  };
}

/** components.yaml of a release; `more` are arguments beside the published ones (an installer's). */
export function metricsServerManifest(version = DEFAULT_VERSION, more: readonly string[] = []): ManifestObject[] {
  return [
    ...ACCESS,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { labels: LABELS, name: NAME, namespace: NAMESPACE },
      spec: {
        ports: [
          {
            ...(minorOf(version) >= 8 && { appProtocol: 'https' }),
            name: 'https',
            port: 443,
            protocol: 'TCP',
            targetPort: 'https',
          },
        ],
        selector: LABELS,
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { labels: LABELS, name: NAME, namespace: NAMESPACE },
      spec: {
        selector: { matchLabels: LABELS },
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: {
          metadata: { labels: LABELS },
          spec: {
            containers: [container(version, more)],
            nodeSelector: { 'kubernetes.io/os': 'linux' },
            priorityClassName: 'system-cluster-critical',
            serviceAccountName: NAME,
            volumes: [{ emptyDir: {}, name: 'tmp-dir' }],
          },
        },
      },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { labels: LABELS, name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        groupPriorityMinimum: 100,
        insecureSkipTLSVerify: true,
        service: { name: NAME, namespace: NAMESPACE },
        version: 'v1beta1',
        versionPriority: 100,
      },
    },
  ];
}
