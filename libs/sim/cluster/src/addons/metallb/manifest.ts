import type { ManifestObject } from '../addon.js';
import { METALLB_DEFINITIONS } from './definitions.js';
import { METALLB_NAMESPACE as NAMESPACE } from './metallb-types.js';

export const DEFAULT_VERSION = 'v0.15.2';
const RBAC = 'rbac.authorization.k8s.io';
const APP = { app: 'metallb' };

const named = (name: string, more: object = {}) => ({ labels: APP, name, ...more });
const inside = (name: string) => named(name, { namespace: NAMESPACE });
const subject = (name: string) => ({ kind: 'ServiceAccount', name, namespace: NAMESPACE });
const rule = (apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]) => ({
  apiGroups,
  resources,
  verbs,
});
const READ = ['get', 'list', 'watch'];

const role = (kind: 'ClusterRole' | 'Role', name: string, rules: readonly object[]): ManifestObject => ({
  apiVersion: `${RBAC}/v1`,
  kind,
  metadata: kind === 'Role' ? inside(name) : named(name),
  rules,
});
const binding = (kind: 'ClusterRole' | 'Role', name: string, account: string): ManifestObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: `${kind}Binding`,
  metadata: kind === 'Role' ? inside(name) : named(name),
  roleRef: { apiGroup: RBAC, kind, name },
  subjects: [subject(account)],
});

const CONFIGURATION = ['bfdprofiles', 'bgpadvertisements', 'bgppeers', 'communities', 'ipaddresspools', 'l2advertisements']; // prettier-ignore

const ACCESS: readonly ManifestObject[] = [
  ...['controller', 'speaker'].map((name): ManifestObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: inside(name),
  })),
  role('Role', 'controller', [
    rule([''], ['secrets'], ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']),
    rule(['apps'], ['deployments'], ['get']),
    rule(
      ['metallb.io'],
      ['ipaddresspools', 'ipaddresspools/status', ...CONFIGURATION.slice(0, 4)],
      [...READ, 'update', 'patch'],
    ),
  ]),
  role('Role', 'pod-lister', [
    rule([''], ['pods', 'secrets', 'configmaps'], READ),
    rule(['metallb.io'], CONFIGURATION, READ),
  ]),
  role('ClusterRole', 'metallb-system:controller', [
    rule([''], ['services', 'namespaces'], READ),
    rule([''], ['nodes'], ['list']),
    rule([''], ['services/status'], ['update']),
    rule([''], ['events'], ['create', 'patch']),
    rule(
      ['admissionregistration.k8s.io'],
      ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
      [...READ, 'update'],
    ),
  ]),
  role('ClusterRole', 'metallb-system:speaker', [
    rule(['metallb.io'], ['servicel2statuses', 'servicel2statuses/status'], ['*']),
    rule([''], ['services', 'endpoints', 'nodes', 'namespaces'], READ),
    rule(['discovery.k8s.io'], ['endpointslices'], READ),
    rule([''], ['events'], ['create', 'patch']),
  ]),
  binding('Role', 'controller', 'controller'),
  binding('Role', 'pod-lister', 'speaker'),
  binding('ClusterRole', 'metallb-system:controller', 'controller'),
  binding('ClusterRole', 'metallb-system:speaker', 'speaker'),
];

const probe = (more: object = {}) => ({
  failureThreshold: 3,
  httpGet: { path: '/metrics', port: 'monitoring' },
  initialDelaySeconds: 10,
  periodSeconds: 10,
  successThreshold: 1,
  timeoutSeconds: 1,
  ...more,
});
const ANNOTATIONS = { 'prometheus.io/port': '7472', 'prometheus.io/scrape': 'true' };
const fromField = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

function controller(version: string): ManifestObject {
  const labels = { ...APP, component: 'controller' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels, name: 'controller', namespace: NAMESPACE },
    spec: {
      revisionHistoryLimit: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { annotations: ANNOTATIONS, labels },
        spec: {
          containers: [
            {
              args: ['--port=7472', '--log-level=info', '--tls-min-version=VersionTLS12'],
              env: [
                { name: 'METALLB_ML_SECRET_NAME', value: 'memberlist' },
                { name: 'METALLB_DEPLOYMENT', value: 'controller' },
              ],
              image: `quay.io/metallb/controller:${version}`,
              livenessProbe: probe(),
              name: 'controller',
              ports: [
                { containerPort: 7472, name: 'monitoring' },
                { containerPort: 9443, name: 'webhook-server', protocol: 'TCP' },
              ],
              readinessProbe: probe(),
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['all'] },
                readOnlyRootFilesystem: true,
              },
              volumeMounts: [{ mountPath: '/tmp/k8s-webhook-server/serving-certs', name: 'cert', readOnly: true }],
            },
          ],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          securityContext: { fsGroup: 65534, runAsNonRoot: true, runAsUser: 65534 },
          serviceAccountName: 'controller',
          terminationGracePeriodSeconds: 0,
          volumes: [{ name: 'cert', secret: { defaultMode: 420, secretName: 'metallb-webhook-cert' } }],
        },
      },
    },
  };
}

function speaker(version: string): ManifestObject {
  const labels = { ...APP, component: 'speaker' };
  const control = (name: string) => ({
    effect: 'NoSchedule',
    key: `node-role.kubernetes.io/${name}`,
    operator: 'Exists',
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { labels, name: 'speaker', namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { annotations: ANNOTATIONS, labels },
        spec: {
          containers: [
            {
              args: ['--port=7472', '--log-level=info'],
              env: [
                fromField('METALLB_NODE_NAME', 'spec.nodeName'),
                fromField('METALLB_POD_NAME', 'metadata.name'),
                fromField('METALLB_HOST', 'status.hostIP'),
                fromField('METALLB_ML_BIND_ADDR', 'status.podIP'),
                { name: 'METALLB_ML_LABELS', value: 'app=metallb,component=speaker' },
                { name: 'METALLB_ML_SECRET_KEY_PATH', value: '/etc/ml_secret_key' },
              ],
              image: `quay.io/metallb/speaker:${version}`,
              livenessProbe: probe(),
              name: 'speaker',
              ports: [
                { containerPort: 7472, name: 'monitoring' },
                { containerPort: 7946, name: 'memberlist-tcp' },
                { containerPort: 7946, name: 'memberlist-udp', protocol: 'UDP' },
              ],
              readinessProbe: probe(),
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { add: ['NET_RAW'], drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
              volumeMounts: [
                { mountPath: '/etc/ml_secret_key', name: 'memberlist', readOnly: true },
                { mountPath: '/etc/metallb', name: 'metallb-excludel2', readOnly: true },
              ],
            },
          ],
          hostNetwork: true,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          serviceAccountName: 'speaker',
          terminationGracePeriodSeconds: 2,
          tolerations: [control('master'), control('control-plane')],
          volumes: [
            { name: 'memberlist', secret: { defaultMode: 420, secretName: 'memberlist' } },
            { configMap: { defaultMode: 256, name: 'metallb-excludel2' }, name: 'metallb-excludel2' },
          ],
        },
      },
    },
  };
}

const WEBHOOKS: readonly (readonly [name: string, version: string, singular: string, plural: string])[] = [
  ['bgppeers', 'v1beta2', 'bgppeer', 'bgppeers'],
  ['bfdprofile', 'v1beta1', 'bfdprofile', 'bfdprofiles'],
  ['bgpadvertisement', 'v1beta1', 'bgpadvertisement', 'bgpadvertisements'],
  ['community', 'v1beta1', 'community', 'communities'],
  ['ipaddresspool', 'v1beta1', 'ipaddresspool', 'ipaddresspools'],
  ['l2advertisement', 'v1beta1', 'l2advertisement', 'l2advertisements'],
];

const SERVED: readonly ManifestObject[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'metallb-excludel2', namespace: NAMESPACE },
    data: {
      'excludel2.yaml':
        'announcedInterfacesToExclude: ["^docker.*", "^cbr.*", "^dummy.*", "^virbr.*", "^lxcbr.*", "^veth.*", "^lo$", "^cali.*", "^tunl.*", "^flannel.*", "^kube-ipvs.*", "^cni.*", "^nodelocaldns.*"]\n',
    },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'metallb-webhook-cert', namespace: NAMESPACE } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'metallb-webhook-service', namespace: NAMESPACE },
    spec: { ports: [{ port: 443, targetPort: 9443 }], selector: { component: 'controller' } },
  },
];

const VALIDATION: ManifestObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'metallb-webhook-configuration' },
  webhooks: WEBHOOKS.map(([name, version, singular, plural]) => ({
    admissionReviewVersions: ['v1'],
    clientConfig: {
      service: {
        name: 'metallb-webhook-service',
        namespace: NAMESPACE,
        path: `/validate-metallb-io-${version}-${singular}`,
      },
    },
    failurePolicy: 'Fail',
    name: `${name}validationwebhook.metallb.io`,
    rules: [
      { apiGroups: ['metallb.io'], apiVersions: [version], operations: ['CREATE', 'UPDATE'], resources: [plural] },
    ],
    sideEffects: 'None',
  })),
};

/** config/manifests/metallb-native.yaml of a release. */
export function metallbManifest(version = DEFAULT_VERSION): ManifestObject[] {
  const levels = ['audit', 'enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'privileged']);
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { labels: Object.fromEntries(levels) as Record<string, string>, name: NAMESPACE },
    },
    ...METALLB_DEFINITIONS,
    ...ACCESS,
    ...SERVED,
    controller(version),
    speaker(version),
    VALIDATION,
  ];
}
