import { defineImage } from '@seatrial/images';
import { waitFor, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { defineAddon } from '../addon.js';
import { certgenProgram } from './certgen-program.js';
import { controllerProgram } from './controller-program.js';
import { ingressNginxManifest } from './manifest.js';
import type { IngressNginxProvider } from './release.js';

/** Releases that course notes name: v1.0.0 to v1.14.x. */
const VERSIONS = Array.from({ length: 15 }, (_, minor) =>
  Array.from({ length: 6 }, (_, patch) => `v1.${minor}.${patch}`),
).flat();
const CERTGEN_VERSIONS = ['v1.1.1', 'v1.3.0', 'v1.4.0', 'v1.4.1', 'v1.4.3', 'v1.4.4', 'v1.5.0', 'v1.5.1', 'v1.5.2', 'v1.6.0', 'v1.6.1', 'v1.6.2', 'v1.6.3', 'v1.6.4']; // prettier-ignore

const waitShutdown: Program = function* (process: Process): Coroutine<number> {
  yield* waitFor([process.signalArrived], 100);
  return 0;
};

const PROVIDERS: Readonly<Record<string, IngressNginxProvider>> = {
  aws: 'aws',
  baremetal: 'baremetal',
  cloud: 'cloud',
  do: 'cloud',
  exoscale: 'cloud',
  kind: 'kind',
  scw: 'cloud',
};

/** ingress-nginx: the controller's Deployment, its webhook and class, and nginx as it answers by Ingresses. */
export const ingressNginxAddon = defineAddon({
  name: 'ingress-nginx',
  objects: ({ name }) =>
    ingressNginxManifest(name === 'kind' || name === 'minikube' ? name : name === 'kubeadm' ? 'baremetal' : 'cloud'),
  images: [
    defineImage({
      repository: 'registry.k8s.io/ingress-nginx/controller',
      tags: VERSIONS,
      sizeBytes: 119_890_000,
      config: { entrypoint: ['/usr/bin/dumb-init', '--'], cmd: ['/nginx-ingress-controller'], user: 'www-data' },
      variant: (tag) => {
        const controller = controllerProgram(tag);
        return {
          programs: {
            '/usr/bin/dumb-init': (process) => controller(process),
            '/nginx-ingress-controller': controller,
            '/wait-shutdown': waitShutdown,
          },
        };
      },
    }),
    defineImage({
      repository: 'registry.k8s.io/ingress-nginx/kube-webhook-certgen',
      tags: CERTGEN_VERSIONS,
      sizeBytes: 23_900_000,
      config: { entrypoint: ['/kube-webhook-certgen'] },
      programs: { '/kube-webhook-certgen': certgenProgram },
    }),
  ],
  published: [
    {
      host: 'raw.githubusercontent.com',
      path: /^\/kubernetes\/ingress-nginx\/(main|controller-(v\d+\.\d+\.\d+))\/deploy\/static\/provider\/(aws|baremetal|cloud|do|exoscale|kind|scw)\/deploy\.yaml$/,
      objects: ([, , version, provider]) => ingressNginxManifest(PROVIDERS[provider], version || undefined),
    },
    {
      host: 'kind.sigs.k8s.io',
      path: /^\/examples\/ingress\/deploy-ingress-nginx\.yaml$/,
      objects: () => ingressNginxManifest('kind'),
    },
  ],
});
