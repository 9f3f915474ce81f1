import {
  DAEMON_SETS,
  NODES,
  PODS,
  SERVICES,
  defineController,
  watch,
  type ControllerContext,
  type DaemonSet,
  type Draft,
  type Pod,
  type Service,
} from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';

const NAMESPACE = 'kube-system';
const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';
const NAME_LABEL = 'svccontroller.k3s.cattle.io/svcname';
const NAMESPACE_LABEL = 'svccontroller.k3s.cattle.io/svcnamespace';
const IMAGE = 'rancher/klipper-lb:v0.4.13';

const keyOf = ({ metadata }: Service): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const daemonSetName = ({ metadata }: Service): string => `svclb-${metadata.name}-${metadata.uid.slice(0, 8)}`;

function daemonSetFor(service: Service): Draft<DaemonSet> {
  const name = daemonSetName(service);
  const { namespace = '', name: serviceName } = service.metadata;
  const labels = { app: name, [NAME_LABEL]: serviceName, [NAMESPACE_LABEL]: namespace };
  const containers = (service.spec.ports ?? []).map(({ port, protocol = 'TCP' }) => ({
    name: `lb-${protocol.toLowerCase()}-${port}`,
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: `lb-${protocol.toLowerCase()}-${port}`, containerPort: port, hostPort: port, protocol }],
    env: [
      { name: 'SRC_PORT', value: String(port) },
      { name: 'SRC_RANGES', value: (service.spec.loadBalancerSourceRanges ?? ['0.0.0.0/0']).join(',') },
      { name: 'DEST_PROTO', value: protocol },
      { name: 'DEST_PORT', value: String(port) },
      { name: 'DEST_IPS', value: service.spec.clusterIP },
    ],
    securityContext: { capabilities: { add: ['NET_ADMIN'] } },
  }));
  return {
    metadata: {
      name,
      namespace: NAMESPACE,
      labels: { ...labels, 'svccontroller.k3s.cattle.io/nodeselector': 'false' },
    },
    spec: {
      selector: { matchLabels: { app: name } },
      updateStrategy: { type: 'RollingUpdate' },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          containers,
          serviceAccountName: 'svclb',
          tolerations: [
            { key: 'node-role.kubernetes.io/master', operator: 'Exists', effect: 'NoSchedule' },
            { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
          ],
        },
      },
    },
  };
}

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;

function addressesOf({ client }: ControllerContext, service: Service): string[] {
  const app = daemonSetName(service);
  const nodes = client
    .list(PODS, NAMESPACE)
    .filter((pod) => pod.metadata.labels?.['app'] === app && isReady(pod))
    .map(({ spec }) => client.get(NODES, undefined, spec.nodeName ?? ''));
  return nodes
    .flatMap((node) => node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? [])
    .sort(compareStrings);
}

function updateAddresses(context: ControllerContext, service: Service): void {
  const before = (service.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? '');
  const after = addressesOf(context, service);
  if (before.join(',') === after.join(',')) return;
  const ingress = after.map((ip) => ({ ip, ipMode: 'VIP' }));
  const { client, events } = context;
  client.updateStatus(SERVICES, { ...service, status: { ...service.status, loadBalancer: { ingress } } });
  events.event(
    { object: service },
    'Normal',
    'UpdatedLoadBalancer',
    `Updated LoadBalancer with new IPs: [${before.join(' ')}] -> [${after.join(' ')}]`,
  );
}

function reconcile(context: ControllerContext, key: string): void {
  const { client, events } = context;
  const [namespace, name] = key.split('/');
  const service = client.get(SERVICES, namespace, name);
  if (!service) return;
  const { finalizers = [], ...metadata } = service.metadata;
  const own = daemonSetName(service);
  if (service.spec.type === 'LoadBalancer' && metadata.deletionTimestamp === undefined) {
    if (!finalizers.includes(FINALIZER)) {
      events.event({ object: service }, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
      client.update(SERVICES, { ...service, metadata: { ...metadata, finalizers: [...finalizers, FINALIZER] } });
      return;
    }
    if (!client.get(DAEMON_SETS, NAMESPACE, own)) {
      client.create(DAEMON_SETS, daemonSetFor(service));
      events.event(
        { object: service },
        'Normal',
        'AppliedDaemonSet',
        `Applied LoadBalancer DaemonSet ${NAMESPACE}/${own}`,
      );
    }
    updateAddresses(context, service);
    return;
  }
  if (!finalizers.includes(FINALIZER)) return;
  if (client.get(DAEMON_SETS, NAMESPACE, own)) client.delete(DAEMON_SETS, NAMESPACE, own);
  const left = finalizers.filter((one) => one !== FINALIZER);
  const cleared = client.updateStatus(SERVICES, { ...service, status: { loadBalancer: {} } });
  const current = cleared.ok ? cleared.value : service;
  const { finalizers: _, ...rest } = current.metadata;
  client.update(SERVICES, { ...current, metadata: left.length > 0 ? { ...rest, finalizers: left } : rest });
}

/** k3s' ServiceLB: a DaemonSet with host ports for each Service of type LoadBalancer (pkg/cloudprovider/servicelb.go). */
export const serviceLbController = defineController({
  name: 'servicelb',
  component: 'service-lb-controller',
  sources: [
    watch(SERVICES, ({ object }) => [keyOf(object)]),
    watch(PODS, ({ object }) => {
      const name = object.metadata.labels?.[NAME_LABEL];
      return name === undefined ? [] : [`${object.metadata.labels?.[NAMESPACE_LABEL] ?? ''}/${name}`];
    }),
  ],
  reconcile: (context, key) => {
    reconcile(context, key);
    return 'done';
  },
});
