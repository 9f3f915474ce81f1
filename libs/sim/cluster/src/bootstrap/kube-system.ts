import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  SERVICES,
  SERVICE_ACCOUNTS,
  type ApiClient,
  type Deployment,
  type Draft,
  type Service,
} from '@seatrial/apiserver';
import type { JsonObject } from '@seatrial/kernel';
import type { ClusterProfile } from '../profile/cluster-profile.js';
import { createSystemConfigMaps, expectCreated } from './create-at-bootstrap.js';

const NAMESPACE = 'kube-system';
const DNS_LABELS = { 'k8s-app': 'kube-dns' };

const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;

const coreDns: Draft<Deployment> = {
  metadata: { name: 'coredns', namespace: NAMESPACE, labels: DNS_LABELS },
  spec: {
    replicas: 2,
    selector: { matchLabels: DNS_LABELS },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    template: {
      metadata: { labels: DNS_LABELS },
      spec: {
        serviceAccountName: 'coredns',
        priorityClassName: 'system-cluster-critical',
        dnsPolicy: 'Default',
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
        ],
        containers: [
          {
            name: 'coredns',
            image: 'registry.k8s.io/coredns/coredns:v1.13.1',
            imagePullPolicy: 'IfNotPresent',
            args: ['-conf', '/etc/coredns/Corefile'],
            resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
            ports: [
              { name: 'dns', containerPort: 53, protocol: 'UDP' },
              { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
              { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
            ],
            volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
            readinessProbe: { httpGet: { path: '/ready', port: 8181, scheme: 'HTTP' } },
            livenessProbe: { httpGet: { path: '/health', port: 8080, scheme: 'HTTP' }, initialDelaySeconds: 60 },
          },
        ],
        volumes: [
          { name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
        ],
      },
    },
  },
};

const metadata = (name: string, labels?: Record<string, string>) => ({ name, namespace: NAMESPACE, labels });

const dnsService = ({ dnsAddress }: ClusterProfile): Draft<Service> => ({
  metadata: {
    ...metadata('kube-dns', {
      ...DNS_LABELS,
      'kubernetes.io/cluster-service': 'true',
      'kubernetes.io/name': 'CoreDNS',
    }),
    annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
  },
  spec: {
    clusterIP: dnsAddress,
    selector: DNS_LABELS,
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
    ],
  },
});

/** Cluster DNS as kubeadm installs it (cmd/kubeadm/app/phases/addons/dns, v1.35). */
export function createKubeSystem(client: ApiClient, profile: ClusterProfile): void {
  expectCreated(client.create(SERVICE_ACCOUNTS, { metadata: metadata('coredns') }));
  createSystemConfigMaps(client, { coredns: { Corefile: COREFILE } });
  expectCreated(client.create(DEPLOYMENTS, { ...coreDns, spec: { ...coreDns.spec, replicas: profile.dnsReplicas } }));
  expectCreated(client.create(SERVICES, dnsService(profile)));
}

/**
 * The same over what is there (EnsureDNSAddon): the Deployment comes back to what kubeadm makes of it, in the number of
 * replicas that it has, and its ConfigMap stays as it is.
 */
export function ensureCoreDns(client: ApiClient, profile: ClusterProfile): void {
  if (!client.get(SERVICE_ACCOUNTS, NAMESPACE, 'coredns'))
    client.create(SERVICE_ACCOUNTS, { metadata: metadata('coredns') });
  if (!client.get(CONFIG_MAPS, NAMESPACE, 'coredns'))
    client.create(CONFIG_MAPS, { metadata: metadata('coredns'), data: { Corefile: COREFILE } });
  const deployment = client.get(DEPLOYMENTS, NAMESPACE, 'coredns');
  if (deployment) {
    const spec = { ...coreDns.spec, replicas: deployment.spec?.replicas };
    client.patch(DEPLOYMENTS, NAMESPACE, 'coredns', 'strategic', {
      spec: JSON.parse(JSON.stringify(spec)) as JsonObject,
    });
  } else client.create(DEPLOYMENTS, { ...coreDns, spec: { ...coreDns.spec, replicas: profile.dnsReplicas } });
  if (!client.get(SERVICES, NAMESPACE, 'kube-dns')) client.create(SERVICES, dnsService(profile));
}
