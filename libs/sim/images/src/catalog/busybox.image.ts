import { defineImage } from '../image.js';
import { BUSYBOX_BASE, DEBIAN_COMMANDS, publishedOn } from './base-image.js';

export const busybox = defineImage({
  repository: 'docker.io/library/busybox',
  tags: ['latest', 'stable', '1.28', '1.36', '1.36.1', '1.37', 'musl'],
  sizeBytes: 1_032_557,
  config: { cmd: ['sh'] },
  ...BUSYBOX_BASE,
});

export const alpine = defineImage({
  repository: 'docker.io/library/alpine',
  tags: ['latest', '3', '3.18', '3.19', '3.20'],
  sizeBytes: 1_032_559,
  published: publishedOn('alpine'),
  config: { cmd: ['/bin/sh'] },
  ...BUSYBOX_BASE,
  files: {
    ...BUSYBOX_BASE.files,
    '/etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n',
    '/etc/alpine-release': '3.20.3\n',
  },
});

export const debian = defineImage({
  repository: 'docker.io/library/debian',
  tags: ['latest', '12', 'bookworm'],
  sizeBytes: 1_735_210,
  published: publishedOn('debian'),
  config: { cmd: ['bash'] },
  binaries: [...BUSYBOX_BASE.binaries, 'bash'],
  files: {
    ...BUSYBOX_BASE.files,
    '/etc/os-release':
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
    '/etc/debian_version': '12.8\n',
  },
});

/** What kube-controller-manager empties volumes with (reclaim policy Recycle). */
export const debianBase = defineImage({
  repository: 'registry.k8s.io/build-image/debian-base',
  fromInternet: true,
  tags: ['bookworm-v1.0.4', 'bookworm-v1.0.6'],
  sizeBytes: 22_461_312,
  config: { cmd: ['bash'] },
  binaries: [...BUSYBOX_BASE.binaries, 'bash'],
  files: BUSYBOX_BASE.files,
});

export const ubuntu = defineImage({
  repository: 'docker.io/library/ubuntu',
  tags: ['latest', '22.04', '24.04'],
  sizeBytes: 1_735_208,
  published: publishedOn('debian'),
  config: { cmd: ['/bin/bash'] },
  binaries: [...BUSYBOX_BASE.binaries, 'bash'],
  files: {
    ...BUSYBOX_BASE.files,
    '/etc/os-release':
      'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n',
  },
});

const kubernetesBusybox = (name: string, tags: readonly string[]) =>
  defineImage({
    repository: `registry.k8s.io/${name}`,
    fromInternet: true,
    tags,
    sizeBytes: 1_154_361,
    config: { cmd: ['sh'] },
    ...BUSYBOX_BASE,
  });

/** The copies in Kubernetes' own registry. */
export const registryBusybox = kubernetesBusybox('busybox', ['latest', '1.24', '1.27', '1.27.2']);
export const testBusybox = kubernetesBusybox('e2e-test-images/busybox', [
  '1.29-1',
  '1.29-2',
  '1.29-4',
  '1.36.1-1',
  '1.37.0-1',
  '1.37.0-2',
]);

/** What Kubernetes' page on debugging DNS looks names up with. */
export const dnsUtils = defineImage({
  repository: 'registry.k8s.io/e2e-test-images/jessie-dnsutils',
  fromInternet: true,
  tags: ['1.2', '1.3', '1.4', '1.5', '1.7'],
  sizeBytes: 112_030_336,
  config: { cmd: ['bash'] },
  binaries: [...BUSYBOX_BASE.binaries, ...DEBIAN_COMMANDS, 'dig', 'host'],
  gnu: ['nslookup'],
  files: BUSYBOX_BASE.files,
});
