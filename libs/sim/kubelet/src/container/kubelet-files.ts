import type { Device, Directory, FileNode, FileSystem, RegularFile, Simulation } from '@seatrial/kernel';
import { LazyDirectory, newDirectory } from '@seatrial/kernel';
import type { Pod } from '@seatrial/apiserver';
import type { NodeProfile } from '../kubelet-options.js';

const file = (content: string, now: number, mode = 0o644): RegularFile => ({
  type: 'file',
  content,
  mode,
  owner: 'root',
  group: 'root',
  modifiedAt: now,
});

/** The host name that a pod's containers have, and its domain under a headless service. */
export function podHostname(pod: Pod, clusterDomain: string): { readonly hostname: string; readonly fqdn?: string } {
  const hostname = (pod.spec.hostname ?? pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '');
  const { subdomain } = pod.spec;
  return subdomain
    ? { hostname, fqdn: `${hostname}.${subdomain}.${pod.metadata.namespace ?? ''}.svc.${clusterDomain}` }
    : { hostname };
}

const MANAGED_HOSTS =
  '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n';

/** The name that the kernel gives the pod: with its domain where the pod asks for that. */
export function kernelHostname(pod: Pod, node: NodeProfile): string {
  if (pod.spec.hostNetwork) return node.name;
  const override = (pod.spec as { readonly hostnameOverride?: string }).hostnameOverride;
  if (override) return override;
  const { hostname, fqdn } = podHostname(pod, node.clusterDomain ?? 'cluster.local');
  return pod.spec.setHostnameAsFQDN ? (fqdn ?? hostname) : hostname;
}

/** /etc/hosts as the kubelet writes it (kubelet_pods.go managedHostsFileContent). */
export function hostsFile(pod: Pod, ips: readonly string[], node: NodeProfile, nodeFiles: FileSystem): string {
  if (pod.spec.hostNetwork) {
    const own = nodeFiles.readFile('/etc/hosts');
    return `# Kubernetes-managed hosts file (host network).\n${own.ok ? own.value : ''}${aliases(pod)}`;
  }
  const { hostname, fqdn } = podHostname(pod, node.clusterDomain ?? 'cluster.local');
  const own = ips.map((ip) => (fqdn ? `${ip}\t${fqdn}\t${hostname}\n` : `${ip}\t${hostname}\n`)).join('');
  return `${MANAGED_HOSTS}${own}${aliases(pod)}`;
}

function aliases(pod: Pod): string {
  const entries = pod.spec.hostAliases ?? [];
  if (entries.length === 0) return '';
  return `\n# Entries added by HostAliases.\n${entries.map((entry) => `${entry.ip ?? ''}\t${(entry.hostnames ?? []).join('\t')}\n`).join('')}`;
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;

interface Resolver {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What the pod's DNS policy and settings come to, before the resolver's limits (pkg/kubelet/network/dns). */
function resolverOf(pod: Pod, node: NodeProfile, nodeFiles: FileSystem): Resolver {
  const domain = node.clusterDomain ?? 'cluster.local';
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const cluster = (policy === 'ClusterFirst' && !pod.spec.hostNetwork) || policy === 'ClusterFirstWithHostNet';
  let search = cluster ? [`${pod.metadata.namespace ?? ''}.svc.${domain}`, `svc.${domain}`, domain] : [];
  const servers = cluster ? [node.clusterDns ?? '10.96.0.10'] : [];
  let options = cluster ? ['ndots:5'] : [];
  if (!cluster && policy !== 'None') {
    const host = nodeFiles.readFile('/etc/resolv.conf');
    for (const line of host.ok ? host.value.split('\n') : []) {
      const [key, ...values] = line.trim().split(/\s+/);
      if (key === 'nameserver') servers.push(...values);
      else if (key === 'search') search = values;
      else if (key === 'options') options = values;
    }
  }
  const own = pod.spec.dnsConfig;
  servers.push(...(own?.nameservers ?? []).filter((server) => !servers.includes(server)));
  search.push(...(own?.searches ?? []).filter((domainName) => !search.includes(domainName)));
  for (const option of own?.options ?? []) {
    const text = option.value === undefined ? (option.name ?? '') : `${option.name ?? ''}:${option.value}`;
    options = [...options.filter((each) => each.split(':')[0] !== option.name), text];
  }
  return { servers, search, options };
}

/** What the kubelet says of settings that are more than a resolver takes, for its DNSConfigForming events. */
export function resolverExcess(pod: Pod, node: NodeProfile, nodeFiles: FileSystem): string[] {
  if (!pod.spec.dnsConfig) return [];
  const { servers, search } = resolverOf(pod, node, nodeFiles);
  const exceeded = (what: string, omitted: string, line: string, kept: readonly string[]): string =>
    `${what} limits were exceeded, some ${omitted} have been omitted, the applied ${line} line is: ${kept.join(' ')}`;
  return [
    ...(servers.length > MAX_NAMESERVERS
      ? [exceeded('Nameserver', 'nameservers', 'nameserver', servers.slice(0, MAX_NAMESERVERS))]
      : []),
    ...(search.length > MAX_SEARCHES
      ? [exceeded('Search Line', 'search paths', 'search', search.slice(0, MAX_SEARCHES))]
      : []),
  ];
}

/** /etc/resolv.conf for the pod's DNS policy. */
export function resolvConf(pod: Pod, node: NodeProfile, nodeFiles: FileSystem): string {
  const domain = node.clusterDomain ?? 'cluster.local';
  if ((pod.spec.dnsPolicy ?? 'ClusterFirst') === 'ClusterFirst' && !pod.spec.hostNetwork && !pod.spec.dnsConfig)
    return `search ${pod.metadata.namespace ?? ''}.svc.${domain} svc.${domain} ${domain}\nnameserver ${node.clusterDns ?? '10.96.0.10'}\noptions ndots:5\n`;
  const { servers, search, options } = resolverOf(pod, node, nodeFiles);
  const lines = [
    ...(search.length > 0 ? [`search ${search.slice(0, MAX_SEARCHES).join(' ')}`] : []),
    ...servers.slice(0, MAX_NAMESERVERS).map((server) => `nameserver ${server}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function makeDevices(simulation: Simulation, now: number): Directory {
  const root = newDirectory(now);
  const device = (read: Device['read'], write: Device['write'] = () => undefined): Device => ({
    type: 'device',
    read,
    write,
    mode: 0o666,
    owner: 'root',
    group: 'root',
    modifiedAt: now,
  });
  const add = (name: string, node: FileNode): void => void root.entries.set(name, node);
  const random = (length: number): string => {
    let text = '';
    for (let i = 0; i < Math.min(length, 65_536); i++) {
      const byte = simulation.random.below(256);
      text += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
    }
    return text;
  };
  add(
    'null',
    device(() => undefined),
  );
  add(
    'zero',
    device((length) => '\0'.repeat(Math.min(length, 65_536))),
  );
  add(
    'full',
    device((length) => '\0'.repeat(Math.min(length, 65_536))),
  );
  add('random', device(random));
  add('urandom', device(random));
  add('shm', newDirectory(now, 0o1777));
  return root;
}

/** Mounts what every container gets: devices, hosts, host name, resolver, termination log. */
export function mountKubeletFiles(
  files: FileSystem,
  options: {
    readonly simulation: Simulation;
    readonly now: number;
    readonly hosts: string;
    readonly resolver: string;
    readonly hostname: string;
    readonly terminationLog: { readonly path: string; readonly file: RegularFile };
  },
): void {
  const { now } = options;
  files.mount('/dev', new LazyDirectory(now, 0o755, () => makeDevices(options.simulation, now).entries));
  files.mount('/etc/hosts', file(options.hosts, now));
  files.mount('/etc/hostname', file(`${options.hostname}\n`, now));
  files.mount('/etc/resolv.conf', file(options.resolver, now));
  files.mount(options.terminationLog.path, options.terminationLog.file);
}

export { file as newRegularFile };
