import { defineImage } from '@seatrial/images';
import { defineAddon, type ManifestObject } from '../addon.js';
import { traefikProgram } from './controller-program.js';

const NAMESPACE = 'kube-system';
const VERSION = '3.5.1';
const CHART = 'traefik-37.1.1_up37.1.0';
const LABELS = {
  'app.kubernetes.io/instance': 'traefik-kube-system',
  'app.kubernetes.io/managed-by': 'Helm',
  'app.kubernetes.io/name': 'traefik',
  'helm.sh/chart': CHART,
};
const SELECTOR = {
  'app.kubernetes.io/instance': 'traefik-kube-system',
  'app.kubernetes.io/name': 'traefik',
};

const ARGS = [
  '--entryPoints.metrics.address=:9100/tcp',
  '--entryPoints.traefik.address=:8080/tcp',
  '--entryPoints.web.address=:8000/tcp',
  '--entryPoints.websecure.address=:8443/tcp',
  '--api.dashboard=true',
  '--ping=true',
  '--metrics.prometheus=true',
  '--metrics.prometheus.entrypoint=metrics',
  '--providers.kubernetescrd',
  '--providers.kubernetescrd.allowEmptyServices=true',
  '--providers.kubernetesingress',
  '--providers.kubernetesingress.allowEmptyServices=true',
  '--providers.kubernetesingress.ingressendpoint.publishedservice=kube-system/traefik',
  '--entryPoints.websecure.http.tls=true',
  '--log.level=INFO',
];

const probe = (more: Record<string, unknown>) => ({
  httpGet: { path: '/ping', port: 8080, scheme: 'HTTP' },
  initialDelaySeconds: 2,
  periodSeconds: 10,
  successThreshold: 1,
  timeoutSeconds: 2,
  ...more,
});

const DEPLOYMENT: ManifestObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'traefik', namespace: NAMESPACE, labels: LABELS },
  spec: {
    replicas: 1,
    selector: { matchLabels: SELECTOR },
    strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, type: 'RollingUpdate' },
    template: {
      metadata: {
        annotations: { 'prometheus.io/path': '/metrics', 'prometheus.io/port': '9100', 'prometheus.io/scrape': 'true' },
        labels: LABELS,
      },
      spec: {
        automountServiceAccountToken: true,
        containers: [
          {
            args: ARGS,
            image: `rancher/mirrored-library-traefik:${VERSION}`,
            imagePullPolicy: 'IfNotPresent',
            livenessProbe: probe({ failureThreshold: 3 }),
            name: 'traefik',
            ports: [
              { containerPort: 9100, name: 'metrics', protocol: 'TCP' },
              { containerPort: 8080, name: 'traefik', protocol: 'TCP' },
              { containerPort: 8000, name: 'web', protocol: 'TCP' },
              { containerPort: 8443, name: 'websecure', protocol: 'TCP' },
            ],
            readinessProbe: probe({ failureThreshold: 1 }),
          },
        ],
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: 'traefik',
        terminationGracePeriodSeconds: 60,
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' },
        ],
      },
    },
  },
};

const plural = (kind: string): string => (kind === 'Middleware' ? 'middlewares' : `${kind.toLowerCase()}s`);

/** A definition of traefik's own API, with an open schema. */
const definition = (kind: string): ManifestObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural(kind)}.traefik.io` },
  spec: {
    group: 'traefik.io',
    names: { kind, listKind: `${kind}List`, plural: plural(kind), singular: kind.toLowerCase() },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
});

/** Traefik as k3s installs it (manifests/traefik.yaml). */
export const traefikAddon = defineAddon({
  name: 'traefik',
  objects: () => [
    definition('Middleware'),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'traefik', namespace: NAMESPACE, labels: LABELS } },
    DEPLOYMENT,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'traefik', namespace: NAMESPACE, labels: LABELS },
      spec: {
        ports: [
          { name: 'web', port: 80, protocol: 'TCP', targetPort: 'web' },
          { name: 'websecure', port: 443, protocol: 'TCP', targetPort: 'websecure' },
        ],
        selector: SELECTOR,
        type: 'LoadBalancer',
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: {
        annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
        labels: LABELS,
        name: 'traefik',
      },
      spec: { controller: 'traefik.io/ingress-controller' },
    },
  ],
  images: [
    defineImage({
      repository: 'docker.io/rancher/mirrored-library-traefik',
      tags: ['2.10.7', '2.11.8', '3.3.2', '3.3.6', '3.4.0', VERSION],
      sizeBytes: 58_000_000,
      config: { cmd: ['/traefik'], entrypoint: ['/entrypoint.sh'] },
      programs: { '/entrypoint.sh': traefikProgram, '/traefik': traefikProgram },
    }),
  ],
});
