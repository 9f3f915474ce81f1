import { defineImage } from '../image.js';
import { BUSYBOX_BASE } from './base-image.js';

const { binaries, files } = BUSYBOX_BASE;

/** Runs curl where the first word is no command (etc/entrypoint.sh of curl/curl-container). */
const CURL_ENTRYPOINT = `#!/bin/sh
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ]; then
  set -- curl "$@"
fi
exec "$@"
`;

export const curlImage = defineImage({
  repository: 'docker.io/curlimages/curl',
  fromInternet: true,
  tags: (
    'latest 7.78.0 7.80.0 7.82.0 7.85.0 7.87.0 7.88.1 8.00.1 8.1.2 8.2.1 8.3.0 8.4.0 8.5.0 8.6.0 8.7.1 8.8.0 8.9.1 8.10.1 8.11.0 8.11.1 ' +
    '8.12.1 8.13.0 8.14.1 8.15.0 8.16.0'
  ).split(' '),
  sizeBytes: 8_873_432,
  config: { entrypoint: ['/entrypoint.sh'], cmd: ['curl'] },
  binaries: [...binaries, 'curl'],
  files: { ...files, '/entrypoint.sh': { content: CURL_ENTRYPOINT, mode: 0o755 } },
});

export const netshoot = defineImage({
  repository: 'docker.io/nicolaka/netshoot',
  fromInternet: true,
  tags: ['latest', 'v0.8', 'v0.9', 'v0.10', 'v0.11', 'v0.12', 'v0.13', 'v0.14'],
  sizeBytes: 198_304_122,
  config: { cmd: ['zsh'], workingDir: '/root' },
  binaries: [
    ...binaries,
    'apk',
    'bash',
    'curl',
    'dig',
    'host',
    'iperf',
    'iperf3',
    'jq',
    'nmap',
    'ss',
    'tcpdump',
    'zsh',
  ],
  gnu: ['nc', 'nslookup'],
  files,
});

export const busyboxPlus = defineImage({
  repository: 'docker.io/radial/busyboxplus',
  fromInternet: true,
  tags: ['latest', 'base', 'curl', 'git'],
  sizeBytes: 4_233_728,
  config: { cmd: ['/bin/sh'] },
  variant: (tag) => ({ binaries: tag === 'curl' || tag === 'git' ? [...binaries, 'curl'] : binaries }),
  files,
});
