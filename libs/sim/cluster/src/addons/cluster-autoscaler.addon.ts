import { defineImage } from '@seatrial/images';
import { waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { startAutoscaler } from '../autoscaler/cluster-autoscaler.js';
import { NODE_GROUPS } from '../autoscaler/node-group.js';
import { defineAddon, type ManifestObject } from './addon.js';

const NAME = 'cluster-autoscaler';
const NAMESPACE = 'kube-system';
const VERSION = 'v1.35.0';
const FLAGS = [
  '--v=4',
  '--stderrthreshold=info',
  '--cloud-provider=aws',
  '--skip-nodes-with-local-storage=false',
  '--expander=least-waste',
  '--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/workshop',
];

/** The autoscaler's program: works while it runs, where the cluster has groups of nodes. */
function* program(process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const groups = process.machine.facility(NODE_GROUPS);
  if (!groups) {
    yield* process.stderr.write('F cloud_provider_builder.go:65] Failed to create cloud provider\n');
    return 255;
  }
  const stop = startAutoscaler(groups, process.argv.slice(1));
  try {
    yield* waitFor([process.signalArrived]);
    return 0;
  } finally {
    stop();
  }
}

const labels = { app: NAME };

const deployment: ManifestObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: NAME, namespace: NAMESPACE, labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: 'system-cluster-critical',
        securityContext: { runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534 },
        serviceAccountName: NAME,
        containers: [
          {
            name: NAME,
            image: `registry.k8s.io/autoscaling/${NAME}:${VERSION}`,
            command: ['./cluster-autoscaler', ...FLAGS],
            imagePullPolicy: 'Always',
            resources: { limits: { cpu: '100m', memory: '600Mi' }, requests: { cpu: '100m', memory: '600Mi' } },
          },
        ],
      },
    },
  },
};

/** The cluster autoscaler over the profile's groups of nodes, as its AWS example installs it. */
export const clusterAutoscalerAddon = defineAddon({
  name: NAME,
  objects: () => [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace: NAMESPACE } },
    deployment,
  ],
  images: [
    defineImage({
      repository: `registry.k8s.io/autoscaling/${NAME}`,
      tags: ['v1.30.0', 'v1.31.0', 'v1.32.0', 'v1.33.0', 'v1.34.0', VERSION],
      sizeBytes: 38_412_883,
      config: { entrypoint: ['/cluster-autoscaler'], workingDir: '/' },
      programs: { '/cluster-autoscaler': program },
    }),
  ],
});
