import {
  newDirectory,
  type Device,
  type Directory,
  type FileSystem,
  type RegularFile,
  type Simulation,
} from '@seatrial/kernel';

import type { Container } from './container.js';
import { addressesOf, linkedHosts } from './container-endpoints.js';
import { EMBEDDED_DNS } from './container-network.js';

const textFile = (content: string, now: number): RegularFile => ({
  type: 'file',
  content,
  mode: 0o644,
  owner: 'root',
  group: 'root',
  modifiedAt: now,
});

function devices(simulation: Simulation, now: number): Directory {
  const root = newDirectory(now);
  const add = (name: string, read: Device['read']): void => {
    root.entries.set(name, {
      type: 'device',
      read,
      write: () => undefined,
      mode: 0o666,
      owner: 'root',
      group: 'root',
      modifiedAt: now,
    });
  };
  const random = (length: number): string =>
    Array.from({ length: Math.min(length, 4096) }, () => String.fromCharCode(simulation.random.below(128))).join('');
  add('null', () => undefined);
  add('zero', (length) => '\0'.repeat(Math.min(length, 65_536)));
  add('random', random);
  add('urandom', random);
  root.entries.set('shm', newDirectory(now, 0o1777));
  return root;
}

/** Mounts what Docker puts into every container: devices, hosts, host name, resolver. */
function mountEngineFiles(
  files: FileSystem,
  options: {
    readonly simulation: Simulation;
    readonly hostname: string;
    readonly addresses: readonly string[];
    readonly resolver: string;
    readonly extraHosts?: readonly string[];
  },
): void {
  const now = options.simulation.now();
  const hosts = [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'ff00::\tip6-mcastprefix',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    ...(options.extraHosts ?? []),
    ...options.addresses.map((address) => `${address}\t${options.hostname}`),
  ];
  files.mount('/dev', devices(options.simulation, now), false, { type: 'tmpfs' });
  files.mount('/etc/hosts', textFile(`${hosts.join('\n')}\n`, now));
  files.mount('/etc/hostname', textFile(`${options.hostname}\n`, now));
  files.mount('/etc/resolv.conf', textFile(options.resolver, now));
}

/** A copy of a tree, so that a new container or layer can change it. `charge` hears of each node. */
export function copyTree(directory: Directory, charge: (nodes: number) => void): Directory {
  const copy: Directory = { ...directory, entries: new Map() };
  charge(1 + directory.entries.size);
  for (const [name, node] of directory.entries)
    copy.entries.set(name, node.type === 'directory' ? copyTree(node, charge) : { ...node });
  return copy;
}

/** Mounts hosts, host name and resolver as a container's networks and settings have them. */
export function mountOwnFiles(container: Container, files: FileSystem): void {
  const { engine, endpoints, settings } = container;
  const onBridge = endpoints.has('bridge') || endpoints.has('host');
  const hostResolver = engine.host.files.readFile('/etc/resolv.conf');
  const inherited = onBridge && hostResolver.ok ? hostResolver.value : `nameserver ${EMBEDDED_DNS}\noptions ndots:0\n`;
  mountEngineFiles(files, {
    simulation: engine.simulation,
    hostname: settings.hostname,
    addresses: addressesOf(container),
    resolver: settings.dns ? settings.dns.map((server) => `nameserver ${server}\n`).join('') : inherited,
    extraHosts: [...(settings.extraHosts ?? []), ...linkedHosts(container)],
  });
}
