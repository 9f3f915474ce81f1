import { defineImage } from '@seatrial/images';
import { defineAddon } from '../addon.js';
import { controllerProgram } from './controller-program.js';
import { metallbManifest } from './manifest.js';
import { speakerProgram } from './speaker-program.js';

/** Releases with IPAddressPools that course notes name. */
const VERSIONS = ['v0.13.7', 'v0.13.9', 'v0.13.10', 'v0.13.11', 'v0.13.12', 'v0.14.3', 'v0.14.5', 'v0.14.8', 'v0.14.9', 'v0.15.2', 'v0.15.3']; // prettier-ignore

/** MetalLB in layer 2 mode: pools of addresses for Services of type LoadBalancer, and who announces them. */
export const metallbAddon = defineAddon({
  name: 'metallb',
  objects: () => metallbManifest(),
  images: [
    defineImage({
      repository: 'quay.io/metallb/controller',
      tags: VERSIONS,
      sizeBytes: 29_900_000,
      config: { entrypoint: ['/controller'] },
      programs: { '/controller': controllerProgram },
    }),
    defineImage({
      repository: 'quay.io/metallb/speaker',
      tags: VERSIONS,
      sizeBytes: 49_900_000,
      config: { entrypoint: ['/speaker'] },
      programs: { '/speaker': speakerProgram },
    }),
  ],
  published: [
    {
      host: 'raw.githubusercontent.com',
      path: /^\/metallb\/metallb\/(v0\.1[3-5]\.\d+)\/config\/manifests\/metallb-native\.yaml$/,
      objects: ([, version]) => metallbManifest(version),
    },
    {
      host: 'raw.githubusercontent.com',
      path: /^\/metallb\/metallb\/main\/config\/manifests\/metallb-native\.yaml$/,
      objects: () => metallbManifest(),
    },
  ],
});
