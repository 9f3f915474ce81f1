import { sha256Hex } from '@seatrial/kernel';
import type { ManifestObject } from '../addon.js';

/** For which kind of cluster the manifest is (deploy/static/provider of kubernetes/ingress-nginx). */
export type IngressNginxProvider = 'aws' | 'baremetal' | 'cloud' | 'kind' | 'minikube';

export const DEFAULT_VERSION = 'v1.14.0';
const CERTGEN = 'v1.6.4';
const NAMESPACE = 'ingress-nginx';
const NAME = 'ingress-nginx';
const ADMISSION = 'ingress-nginx-admission';
const RBAC = 'rbac.authorization.k8s.io';

const selector = (component: string): Record<string, string> => ({
  'app.kubernetes.io/component': component,
  'app.kubernetes.io/instance': NAME,
  'app.kubernetes.io/name': NAME,
});

type Meta = Record<string, unknown>;

/** What the objects of one release share. */
class Release {
  constructor(
    readonly version: string,
    readonly provider: IngressNginxProvider,
  ) {}

  private labels(component?: string): Record<string, string> {
    return {
      ...(component !== undefined && { 'app.kubernetes.io/component': component }),
      'app.kubernetes.io/instance': NAME,
      'app.kubernetes.io/name': NAME,
      'app.kubernetes.io/part-of': NAME,
      'app.kubernetes.io/version': this.version.slice(1),
    };
  }

  meta(name: string, component?: string, namespaced = true): Meta {
    return { labels: this.labels(component), name, ...(namespaced && { namespace: NAMESPACE }) };
  }

  image(name: string, tag: string): string {
    return `registry.k8s.io/ingress-nginx/${name}:${tag}@sha256:${sha256Hex(`${name}:${tag}`)}`;
  }

  /** Manifests for kind asked for a labelled node until v1.12. */
  private get minor(): number {
    return Number(this.version.split('.')[1]);
  }

  private get hostPorts(): boolean {
    return this.provider === 'kind' || this.provider === 'minikube';
  }

  private args(): string[] {
    const service = ['aws', 'cloud'].includes(this.provider);
    return [
      '/nginx-ingress-controller',
      ...(service ? ['--publish-service=$(POD_NAMESPACE)/ingress-nginx-controller'] : []),
      '--election-id=ingress-nginx-leader',
      '--controller-class=k8s.io/ingress-nginx',
      '--ingress-class=nginx',
      '--configmap=$(POD_NAMESPACE)/ingress-nginx-controller',
      '--validating-webhook=:8443',
      '--validating-webhook-certificate=/usr/local/certificates/cert',
      '--validating-webhook-key=/usr/local/certificates/key',
      ...(this.hostPorts ? ['--watch-ingress-without-class=true'] : []),
      ...(this.provider === 'kind' ? ['--publish-status-address=localhost'] : []),
    ];
  }

  private container(): Meta {
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
    const probe = {
      httpGet: { path: '/healthz', port: 10254, scheme: 'HTTP' },
      initialDelaySeconds: 10,
      periodSeconds: 10,
      successThreshold: 1,
      timeoutSeconds: 1,
    };
    const port = (name: string, containerPort: number, host = false) => ({
      containerPort,
      ...(host && this.hostPorts && { hostPort: containerPort }),
      name,
      protocol: 'TCP',
    });
    return {
      args: this.args(),
      env: [
        field('POD_NAME', 'metadata.name'),
        field('POD_NAMESPACE', 'metadata.namespace'),
        { name: 'LD_PRELOAD', value: '/usr/local/lib/libmimalloc.so' },
      ],
      image: this.image('controller', this.version),
      imagePullPolicy: 'IfNotPresent',
      lifecycle: { preStop: { exec: { command: ['/wait-shutdown'] } } },
      livenessProbe: { failureThreshold: 5, ...probe },
      name: 'controller',
      ports: [port('http', 80, true), port('https', 443, true), port('webhook', 8443)],
      readinessProbe: { failureThreshold: 3, ...probe },
      resources: { requests: { cpu: '100m', memory: '90Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
        readOnlyRootFilesystem: false,
        runAsGroup: 82,
        runAsNonRoot: true,
        runAsUser: 101,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      volumeMounts: [{ mountPath: '/usr/local/certificates/', name: 'webhook-cert', readOnly: true }],
    };
  }

  deployment(): ManifestObject {
    const tolerations = ['master', 'control-plane'].map((role) => ({
      effect: 'NoSchedule',
      key: `node-role.kubernetes.io/${role}`,
      operator: 'Equal',
    }));
    const { provider } = this;
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: this.meta('ingress-nginx-controller', 'controller'),
      spec: {
        minReadySeconds: 0,
        revisionHistoryLimit: 10,
        selector: { matchLabels: selector('controller') },
        ...(this.hostPorts && { strategy: { rollingUpdate: { maxUnavailable: 1 }, type: 'RollingUpdate' } }),
        template: {
          metadata: { labels: this.labels('controller') },
          spec: {
            automountServiceAccountToken: true,
            containers: [this.container()],
            dnsPolicy: 'ClusterFirst',
            nodeSelector: {
              ...(provider === 'kind' && this.minor < 12 && { 'ingress-ready': 'true' }),
              ...(provider === 'minikube' && { 'minikube.k8s.io/primary': 'true' }),
              'kubernetes.io/os': 'linux',
            },
            serviceAccountName: NAME,
            terminationGracePeriodSeconds: this.hostPorts ? 0 : 300,
            ...(this.hostPorts && { tolerations: provider === 'kind' ? tolerations : tolerations.slice(0, 1) }),
            volumes: [{ name: 'webhook-cert', secret: { secretName: ADMISSION } }],
          },
        },
      },
    };
  }

  service(): ManifestObject {
    const { provider } = this;
    const cloud = provider === 'aws' || provider === 'cloud';
    const port = (name: string, number: number) => ({
      appProtocol: name,
      name,
      port: number,
      protocol: 'TCP',
      targetPort: name,
    });
    const annotations = {
      'service.beta.kubernetes.io/aws-load-balancer-backend-protocol': 'tcp',
      'service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled': 'true',
      'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb',
    };
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...(provider === 'aws' && { annotations }),
        ...this.meta('ingress-nginx-controller', 'controller'),
      },
      spec: {
        ...(cloud && { externalTrafficPolicy: 'Local' }),
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports: [port('http', 80), port('https', 443)],
        selector: selector('controller'),
        type: provider === 'baremetal' || provider === 'minikube' ? 'NodePort' : 'LoadBalancer',
      },
    };
  }

  admissionService(): ManifestObject {
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.meta('ingress-nginx-controller-admission', 'controller'),
      spec: {
        ports: [{ appProtocol: 'https', name: 'https-webhook', port: 443, targetPort: 'webhook' }],
        selector: selector('controller'),
        type: 'ClusterIP',
      },
    };
  }

  job(what: 'create' | 'patch', args: readonly string[]): ManifestObject {
    const name = `${ADMISSION}-${what}`;
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: this.meta(name, 'admission-webhook'),
      spec: {
        template: {
          metadata: { labels: this.labels('admission-webhook'), name },
          spec: {
            automountServiceAccountToken: true,
            containers: [
              {
                args: [what, ...args],
                env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
                image: this.image('kube-webhook-certgen', CERTGEN),
                imagePullPolicy: 'IfNotPresent',
                name: what,
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ['ALL'] },
                  readOnlyRootFilesystem: true,
                  runAsGroup: 65532,
                  runAsNonRoot: true,
                  runAsUser: 65532,
                  seccompProfile: { type: 'RuntimeDefault' },
                },
              },
            ],
            nodeSelector: { 'kubernetes.io/os': 'linux' },
            restartPolicy: 'OnFailure',
            serviceAccountName: ADMISSION,
          },
        },
        ...(this.provider !== 'minikube' && { ttlSecondsAfterFinished: 0 }),
      },
    };
  }

  webhook(): ManifestObject {
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: this.meta(ADMISSION, 'admission-webhook', false),
      webhooks: [
        {
          admissionReviewVersions: ['v1'],
          clientConfig: {
            service: {
              name: 'ingress-nginx-controller-admission',
              namespace: NAMESPACE,
              path: '/networking/v1/ingresses',
              port: 443,
            },
          },
          failurePolicy: 'Fail',
          matchPolicy: 'Equivalent',
          name: 'validate.nginx.ingress.kubernetes.io',
          rules: [
            {
              apiGroups: ['networking.k8s.io'],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['ingresses'],
            },
          ],
          sideEffects: 'None',
        },
      ],
    };
  }
}

const rule = (apiGroups: string[], resources: string[], verbs: string[], resourceNames?: string[]) => ({
  apiGroups,
  ...(resourceNames && { resourceNames }),
  resources,
  verbs,
});
const WATCH = ['get', 'list', 'watch'];

function roleObjects(release: Release): ManifestObject[] {
  const role = (kind: string, name: string, component: string | undefined, rules: unknown[]): ManifestObject => ({
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: release.meta(name, component, kind === 'Role'),
    rules,
  });
  const binding = (kind: string, of: string, name: string, component?: string): ManifestObject => ({
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: release.meta(name, component, kind === 'RoleBinding'),
    roleRef: { apiGroup: RBAC, kind: of, name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }],
  });
  const common = [
    rule(['networking.k8s.io'], ['ingresses'], WATCH),
    rule(['networking.k8s.io'], ['ingresses/status'], ['update']),
    rule(['networking.k8s.io'], ['ingressclasses'], WATCH),
  ];
  const slices = rule(['discovery.k8s.io'], ['endpointslices'], ['list', 'watch', 'get']);
  const webhook = 'admission-webhook';
  return [
    role('Role', NAME, 'controller', [
      rule([''], ['namespaces'], ['get']),
      rule([''], ['configmaps', 'pods', 'secrets', 'endpoints'], WATCH),
      rule([''], ['services'], WATCH),
      ...common,
      rule(['coordination.k8s.io'], ['leases'], ['get', 'update'], ['ingress-nginx-leader']),
      rule(['coordination.k8s.io'], ['leases'], ['create']),
      rule([''], ['events'], ['create', 'patch']),
      slices,
    ]),
    role('Role', ADMISSION, webhook, [rule([''], ['secrets'], ['get', 'create'])]),
    role('ClusterRole', NAME, undefined, [
      rule([''], ['configmaps', 'endpoints', 'nodes', 'pods', 'secrets', 'namespaces'], ['list', 'watch']),
      rule(['coordination.k8s.io'], ['leases'], ['list', 'watch']),
      rule([''], ['nodes'], ['get']),
      rule([''], ['services'], WATCH),
      common[0],
      rule([''], ['events'], ['create', 'patch']),
      common[1],
      common[2],
      slices,
    ]),
    role('ClusterRole', ADMISSION, webhook, [
      rule(['admissionregistration.k8s.io'], ['validatingwebhookconfigurations'], ['get', 'update']),
    ]),
    binding('RoleBinding', 'Role', NAME, 'controller'),
    binding('RoleBinding', 'Role', ADMISSION, webhook),
    binding('ClusterRoleBinding', 'ClusterRole', NAME),
    binding('ClusterRoleBinding', 'ClusterRole', ADMISSION, webhook),
  ];
}

/** The manifest of a release of ingress-nginx, its objects in the published order. */
export function ingressNginxManifest(provider: IngressNginxProvider, version = DEFAULT_VERSION): ManifestObject[] {
  const release = new Release(version, provider);
  const account = (name: string, component: string): ManifestObject => ({
    apiVersion: 'v1',
    automountServiceAccountToken: true,
    kind: 'ServiceAccount',
    metadata: release.meta(name, component),
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { labels: { 'app.kubernetes.io/instance': NAME, 'app.kubernetes.io/name': NAME }, name: NAMESPACE },
    },
    account(NAME, 'controller'),
    account(ADMISSION, 'admission-webhook'),
    ...roleObjects(release),
    {
      apiVersion: 'v1',
      ...(provider === 'minikube' && { data: { hsts: 'false' } }),
      kind: 'ConfigMap',
      metadata: release.meta('ingress-nginx-controller', 'controller'),
    },
    release.service(),
    release.admissionService(),
    release.deployment(),
    release.job('create', [
      '--host=ingress-nginx-controller-admission,ingress-nginx-controller-admission.$(POD_NAMESPACE).svc',
      '--namespace=$(POD_NAMESPACE)',
      `--secret-name=${ADMISSION}`,
    ]),
    release.job('patch', [
      `--webhook-name=${ADMISSION}`,
      '--namespace=$(POD_NAMESPACE)',
      '--patch-mutating=false',
      `--secret-name=${ADMISSION}`,
      '--patch-failure-policy=Fail',
    ]),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: {
        ...(provider === 'minikube' && { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }),
        ...(release.meta('nginx', 'controller', false) as ManifestObject['metadata']),
      },
      spec: { controller: 'k8s.io/ingress-nginx' },
    },
    release.webhook(),
  ];
}
