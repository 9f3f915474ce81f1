import type { ManifestObject } from '../addon.js';
import { ADMISSION, NAME, selector, type Meta, type Release } from './release.js';

function controllerArgs({ provider, hostPorts }: Release): string[] {
  const service = ['aws', 'cloud'].includes(provider);
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
    ...(hostPorts ? ['--watch-ingress-without-class=true'] : []),
    ...(provider === 'kind' ? ['--publish-status-address=localhost'] : []),
  ];
}

function container(release: Release): Meta {
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
    ...(host && release.hostPorts && { hostPort: containerPort }),
    name,
    protocol: 'TCP',
  });
  return {
    args: controllerArgs(release),
    env: [
      field('POD_NAME', 'metadata.name'),
      field('POD_NAMESPACE', 'metadata.namespace'),
      { name: 'LD_PRELOAD', value: '/usr/local/lib/libmimalloc.so' },
    ],
    image: release.image('controller', release.version),
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

/** The controller. */
export function deployment(release: Release): ManifestObject {
  const tolerations = ['master', 'control-plane'].map((role) => ({
    effect: 'NoSchedule',
    key: `node-role.kubernetes.io/${role}`,
    operator: 'Equal',
  }));
  const { provider } = release;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: release.meta('ingress-nginx-controller', 'controller'),
    spec: {
      minReadySeconds: 0,
      revisionHistoryLimit: 10,
      selector: { matchLabels: selector('controller') },
      ...(release.hostPorts && { strategy: { rollingUpdate: { maxUnavailable: 1 }, type: 'RollingUpdate' } }),
      template: {
        metadata: { labels: release.labels('controller') },
        spec: {
          automountServiceAccountToken: true,
          containers: [container(release)],
          dnsPolicy: 'ClusterFirst',
          nodeSelector: {
            // Manifests for kind asked for a labelled node until v1.12.
            ...(provider === 'kind' && release.minor < 12 && { 'ingress-ready': 'true' }),
            ...(provider === 'minikube' && { 'minikube.k8s.io/primary': 'true' }),
            'kubernetes.io/os': 'linux',
          },
          serviceAccountName: NAME,
          terminationGracePeriodSeconds: release.hostPorts ? 0 : 300,
          ...(release.hostPorts && { tolerations: provider === 'kind' ? tolerations : tolerations.slice(0, 1) }),
          volumes: [{ name: 'webhook-cert', secret: { secretName: ADMISSION } }],
        },
      },
    },
  };
}

/** What the controller is reached by. */
export function controllerService(release: Release): ManifestObject {
  const { provider } = release;
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
      ...release.meta('ingress-nginx-controller', 'controller'),
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
