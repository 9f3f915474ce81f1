import { defineImage } from '../image.js';
import { registryProgram } from '../distribution/registry-program.js';
import { BUSYBOX_BASE } from './base-image.js';

/** As the images bring it. */
const CONFIG = `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;

const ENTRYPOINT = `#!/bin/sh

set -e

case "$1" in
    *.yaml|*.yml) set -- registry serve "$@" ;;
    serve|garbage-collect|help|-*) set -- registry "$@" ;;
esac

exec "$@"
`;

/** What differs between the second and the third major version. */
const release = (version: string, goVersion: string, config: string) => ({
  config: { entrypoint: ['/entrypoint.sh'], cmd: [config], exposedPorts: [5000] },
  files: {
    ...BUSYBOX_BASE.files,
    '/entrypoint.sh': { content: ENTRYPOINT, mode: 0o755 },
    [config]: CONFIG,
    '/var/lib/registry': { directory: true as const },
  },
  programs: { '/bin/registry': registryProgram(version, goVersion, CONFIG) },
});

const SECOND = release('2.8.3', 'go1.20.8', '/etc/docker/registry/config.yml');
const THIRD = release('3.0.0', 'go1.23.7', '/etc/distribution/config.yml');

/** Docker's registry, for students who run one of their own. */
export const distribution = defineImage({
  repository: 'docker.io/library/registry',
  fromInternet: true,
  tags: ['latest', '2', '2.8', '2.8.1', '2.8.2', '2.8.3', '3', '3.0', '3.0.0'],
  sizeBytes: 24_000_000,
  binaries: BUSYBOX_BASE.binaries,
  ...SECOND,
  variant: (tag) => (tag.startsWith('2') ? SECOND : THIRD),
});
