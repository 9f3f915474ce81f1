import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  SERVICES,
  SERVICE_ACCOUNTS,
  type ApiClient,
  type Deployment,
  type Draft,
  type KubeObject,
  type ResourceType,
  type Service,
} from '@seatrial/apiserver';
import { jsonEqual, sha256Hex } from '@seatrial/kernel';
import type { Gateway } from '../gateway-api/gateway-types.js';
import { containerPort } from './envoy-program.js';

export const INFRASTRUCTURE_NAMESPACE = 'envoy-gateway-system';
export const ENVOY_IMAGE = 'docker.io/envoyproxy/envoy:distroless-v1.35.3';
export const GATEWAY_IMAGE = 'docker.io/envoyproxy/gateway:v1.5.4';
const OWNER_NAME = 'gateway.envoyproxy.io/owning-gateway-name';
const OWNER_NAMESPACE = 'gateway.envoyproxy.io/owning-gateway-namespace';

/** Name of a gateway's Deployment and Service: `envoy-default-eg-e41e7b31`. */
export function infrastructureName({ metadata }: Gateway): string {
  const key = `${metadata.namespace ?? ''}/${metadata.name}`;
  return `envoy-${key.replace('/', '-')}-${sha256Hex(key).slice(0, 8)}`;
}

const labelsOf = ({ metadata }: Gateway): Record<string, string> => ({
  'app.kubernetes.io/component': 'proxy',
  'app.kubernetes.io/managed-by': 'envoy-gateway',
  'app.kubernetes.io/name': 'envoy',
  [OWNER_NAME]: metadata.name,
  [OWNER_NAMESPACE]: metadata.namespace ?? '',
});

const portsOf = ({ spec }: Gateway): { readonly name: string; readonly port: number }[] =>
  [...new Map(spec.listeners.map(({ port, protocol }) => [port, protocol]))].map(([port, protocol]) => ({
    name: `${protocol.toLowerCase()}-${port}`,
    port,
  }));

function deploymentFor(gateway: Gateway, name: string): Draft<Deployment> {
  const labels = labelsOf(gateway);
  const { namespace = '', name: gatewayName } = gateway.metadata;
  const probe = (path: string, failureThreshold: number) => ({
    httpGet: { path, port: 19003, scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 5,
    successThreshold: 1,
    failureThreshold,
  });
  return {
    metadata: { name, namespace: INFRASTRUCTURE_NAMESPACE, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          serviceAccountName: name,
          terminationGracePeriodSeconds: 360,
          containers: [
            {
              name: 'envoy',
              image: ENVOY_IMAGE,
              imagePullPolicy: 'IfNotPresent',
              command: ['envoy'],
              args: ['--service-cluster', `${namespace}/${gatewayName}`, '--log-level', 'warn'],
              ports: [
                ...portsOf(gateway).map((port) => ({
                  name: port.name,
                  containerPort: containerPort(port.port),
                  protocol: 'TCP',
                })),
                { name: 'metrics', containerPort: 19001, protocol: 'TCP' },
                { name: 'readiness', containerPort: 19003, protocol: 'TCP' },
              ],
              resources: { requests: { cpu: '100m', memory: '512Mi' } },
              readinessProbe: probe('/ready', 1),
            },
            {
              name: 'shutdown-manager',
              image: GATEWAY_IMAGE,
              imagePullPolicy: 'IfNotPresent',
              command: ['envoy-gateway'],
              args: ['envoy', 'shutdown-manager'],
              resources: { requests: { cpu: '10m', memory: '32Mi' } },
            },
          ],
        },
      },
    },
  };
}

function serviceFor(gateway: Gateway, name: string): Draft<Service> {
  const labels = labelsOf(gateway);
  const addresses = (gateway.spec.addresses ?? []).flatMap(({ value }) => value ?? []);
  return {
    metadata: { name, namespace: INFRASTRUCTURE_NAMESPACE, labels },
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      ...(addresses.length > 0 && { externalIPs: addresses }),
      selector: labels,
      ports: portsOf(gateway).map(({ name: portName, port }) => ({
        name: portName,
        port,
        targetPort: containerPort(port),
        protocol: 'TCP',
      })),
    },
  };
}

const sameGateway = (object: KubeObject, gateway: Gateway): boolean =>
  object.metadata.labels?.[OWNER_NAME] === gateway.metadata.name &&
  object.metadata.labels[OWNER_NAMESPACE] === gateway.metadata.namespace;

/** Makes, changes or removes what runs a gateway (internal/infrastructure/kubernetes/proxy). */
export function applyInfrastructure(client: ApiClient, gateways: readonly Gateway[]): void {
  for (const gateway of gateways) {
    const name = infrastructureName(gateway);
    const metadata = { name, namespace: INFRASTRUCTURE_NAMESPACE, labels: labelsOf(gateway) };
    if (!client.get(SERVICE_ACCOUNTS, INFRASTRUCTURE_NAMESPACE, name)) client.create(SERVICE_ACCOUNTS, { metadata });
    if (!client.get(CONFIG_MAPS, INFRASTRUCTURE_NAMESPACE, name)) client.create(CONFIG_MAPS, { metadata, data: {} });
    if (!client.get(DEPLOYMENTS, INFRASTRUCTURE_NAMESPACE, name))
      client.create(DEPLOYMENTS, deploymentFor(gateway, name));
    const service = client.get(SERVICES, INFRASTRUCTURE_NAMESPACE, name);
    const wanted = serviceFor(gateway, name);
    if (!service) client.create(SERVICES, wanted);
    else {
      const shape = (ports: Service['spec']['ports']) =>
        (ports ?? []).map(({ name: port, port: number }) => ({ name: port ?? '', number }));
      if (!jsonEqual(shape(service.spec.ports), shape(wanted.spec.ports)))
        client.update(SERVICES, { ...service, spec: { ...service.spec, ports: wanted.spec.ports } });
    }
  }
  for (const type of [DEPLOYMENTS, SERVICES, SERVICE_ACCOUNTS, CONFIG_MAPS] as readonly ResourceType[])
    for (const object of client.list(type, INFRASTRUCTURE_NAMESPACE)) {
      const owned = object.metadata.labels?.[OWNER_NAME] !== undefined;
      const gone =
        owned && object.metadata.deletionTimestamp === undefined && !gateways.some((each) => sameGateway(object, each));
      if (gone) client.delete(type, INFRASTRUCTURE_NAMESPACE, object.metadata.name);
    }
}
