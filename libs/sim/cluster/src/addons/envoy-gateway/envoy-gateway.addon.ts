import { startControllers } from '@seatrial/apiserver';
import { defineImage } from '@seatrial/images';
import { waitFor, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { defineAddon, type ManifestObject } from '../addon.js';
import { GATEWAY_API_VERSION, gatewayApiDefinitions } from '../gateway-api/gateway-api.addon.js';
import { reachApi } from '../reach-api.js';
import { GATEWAY_IMAGE, INFRASTRUCTURE_NAMESPACE } from './envoy-infrastructure.js';
import { envoyProgram } from './envoy-program.js';
import { gatewayController } from './gateway.controller.js';

const gatewayProgram: Program = function* (process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const beside = process.argv.includes('shutdown-manager') || process.argv.includes('certgen');
  if (process.argv.includes('certgen')) return 0;
  const apiServer = beside ? undefined : yield* reachApi(process);
  const running = apiServer && startControllers(apiServer, [gatewayController]);
  try {
    yield* waitFor([process.signalArrived]);
    return 0;
  } finally {
    running?.stop();
  }
};

const LABELS = {
  'app.kubernetes.io/instance': 'eg',
  'app.kubernetes.io/managed-by': 'Helm',
  'app.kubernetes.io/name': 'gateway-helm',
  'app.kubernetes.io/version': 'v1.5.4',
};
const SELECTOR = { 'control-plane': 'envoy-gateway', ...LABELS };
const meta = (name: string): Record<string, unknown> => ({ labels: LABELS, name, namespace: INFRASTRUCTURE_NAMESPACE });

function controllerObjects(): ManifestObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: INFRASTRUCTURE_NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('envoy-gateway') },
    {
      apiVersion: 'v1',
      data: {
        'envoy-gateway.yaml':
          'apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: EnvoyGateway\ngateway:\n  controllerName: gateway.envoyproxy.io/gatewayclass-controller\nlogging:\n  level:\n    default: info\nprovider:\n  type: Kubernetes\n',
      },
      kind: 'ConfigMap',
      metadata: meta('envoy-gateway-config'),
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('envoy-gateway'),
      spec: {
        ports: [
          { name: 'grpc', port: 18000, targetPort: 18000 },
          { name: 'ratelimit', port: 18001, targetPort: 18001 },
          { name: 'wasm', port: 18002, targetPort: 18002 },
          { name: 'metrics', port: 19001, targetPort: 19001 },
        ],
        selector: SELECTOR,
        type: 'ClusterIP',
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('envoy-gateway'),
      spec: {
        replicas: 1,
        selector: { matchLabels: SELECTOR },
        template: {
          metadata: { labels: SELECTOR },
          spec: {
            containers: [
              {
                args: ['server', '--config-path=/config/envoy-gateway.yaml'],
                image: GATEWAY_IMAGE,
                imagePullPolicy: 'IfNotPresent',
                name: 'envoy-gateway',
                ports: [{ containerPort: 18000, name: 'grpc' }],
                resources: { limits: { memory: '1024Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
                volumeMounts: [{ mountPath: '/config', name: 'envoy-gateway-config', readOnly: true }],
              },
            ],
            serviceAccountName: 'envoy-gateway',
            terminationGracePeriodSeconds: 10,
            volumes: [{ configMap: { defaultMode: 420, name: 'envoy-gateway-config' }, name: 'envoy-gateway-config' }],
          },
        },
      },
    },
  ];
}

const objects = (): ManifestObject[] => [...gatewayApiDefinitions(GATEWAY_API_VERSION), ...controllerObjects()];

/** Envoy Gateway with the Gateway API's definitions: a controller, and an Envoy for each Gateway. */
export const envoyGatewayAddon = defineAddon({
  name: 'envoy-gateway',
  objects,
  images: [
    defineImage({
      repository: 'docker.io/envoyproxy/gateway',
      tags: ['v1.5.4'],
      sizeBytes: 54_000_000,
      config: { entrypoint: ['/usr/local/bin/envoy-gateway'] },
      programs: { '/usr/local/bin/envoy-gateway': gatewayProgram },
    }),
    defineImage({
      repository: 'docker.io/envoyproxy/envoy',
      tags: ['distroless-v1.35.3'],
      sizeBytes: 66_000_000,
      config: { entrypoint: ['/usr/local/bin/envoy'] },
      programs: { '/usr/local/bin/envoy': envoyProgram },
    }),
  ],
  published: [
    {
      host: 'github.com',
      path: /^\/envoyproxy\/gateway\/releases\/(?:download\/v1\.\d+\.\d+|latest\/download)\/install\.yaml$/,
      objects,
    },
  ],
});
