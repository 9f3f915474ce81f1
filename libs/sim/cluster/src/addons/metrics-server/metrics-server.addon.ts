import { defineImage } from '@seatrial/images';
import { defineAddon } from '../addon.js';
import { metricsServerManifest } from './manifest.js';
import { metricsServerProgram } from './program.js';

/** Releases that course notes name: v0.5.0 to v0.8.1. */
const VERSIONS = ['v0.5.0', 'v0.5.1', 'v0.5.2', 'v0.6.0', 'v0.6.1', 'v0.6.2', 'v0.6.3', 'v0.6.4', 'v0.7.0', 'v0.7.1', 'v0.7.2', 'v0.8.0', 'v0.8.1']; // prettier-ignore
const HOST = 'github.com';

/** metrics-server: its Deployment and APIService, and the measurements that it serves (kubernetes-sigs/metrics-server). */
export const metricsServerAddon = defineAddon({
  name: 'metrics-server',
  objects: () => metricsServerManifest(undefined, ['--kubelet-insecure-tls']),
  images: ['registry.k8s.io/metrics-server/metrics-server', 'rancher/mirrored-metrics-server'].map((repository) =>
    defineImage({
      repository,
      tags: VERSIONS,
      sizeBytes: 22_320_000,
      config: { entrypoint: ['/metrics-server'], user: '65534' },
      programs: { '/metrics-server': metricsServerProgram },
    }),
  ),
  published: [
    {
      host: HOST,
      path: /^\/kubernetes-sigs\/metrics-server\/releases\/download\/(v0\.[5-8]\.\d+)\/components\.yaml$/,
      objects: ([, version]) => metricsServerManifest(version),
    },
    {
      host: HOST,
      path: /^\/kubernetes-sigs\/metrics-server\/releases\/latest\/download\/components\.yaml$/,
      objects: () => metricsServerManifest(),
    },
  ],
});
