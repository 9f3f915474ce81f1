import type { Node, Pod } from '@seatrial/apiserver';
import { compareStrings, fail, ok, type Result } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { Container } from 'kubernetes-types/core/v1.js';

const quoted = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.keys(map ?? {})
    .sort(compareStrings)
    .map((key) => `${key}=${JSON.stringify(map?.[key] ?? '')}`)
    .join('\n');

/** A pod's annotations as its node has them: with where it has come from and when (pkg/kubelet/config). */
const annotationsOnNode = ({ metadata }: Pod): Readonly<Record<string, string>> => ({
  'kubernetes.io/config.seen': metadata.creationTimestamp.replace('Z', '.000000000Z'),
  'kubernetes.io/config.source': 'api',
  ...metadata.annotations,
});

/** The value of a downward API `fieldRef` (pkg/fieldpath, pkg/kubelet makeEnvironmentVariables). */
export function podField(
  pod: Pod,
  path: string,
  addresses: { readonly podIps: readonly string[]; readonly hostIp: string },
): string {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript) {
    const map = subscript[1] === 'labels' ? pod.metadata.labels : annotationsOnNode(pod);
    return map?.[subscript[2]] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return quoted(pod.metadata.labels);
    case 'metadata.annotations':
      return quoted(annotationsOnNode(pod));
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return addresses.hostIp;
    case 'status.podIP':
      return addresses.podIps[0] ?? '';
    case 'status.podIPs':
      return addresses.podIps.join(',');
    default:
      return '';
  }
}

/** The container that a `resourceFieldRef` names. */
export function namedContainer({ spec }: Pod, name: string): Result<Container, string> {
  const found = [...spec.containers, ...(spec.initContainers ?? [])].find((each) => each.name === name);
  return found ? ok(found) : fail(`container ${name} not found`);
}

/** The value of a `resourceFieldRef`; limits that are not set are what the node can give. */
export function resourceField(
  container: Container,
  resource: string,
  divisor: string | undefined,
  allocatable: Node['status'] | undefined,
): string {
  const [kind, ...rest] = resource.split('.');
  const name = rest.join('.');
  const resources = container.resources;
  const own = kind === 'limits' ? resources?.limits?.[name] : resources?.requests?.[name];
  const value =
    own ?? (kind === 'limits' ? (allocatable?.allocatable?.[name] ?? '0') : (resources?.limits?.[name] ?? '0'));
  const parse = (text: string): number =>
    name === 'cpu' ? Quantity.of(text).milliValue() : Quantity.of(text).toNumber();
  const unit = divisor === undefined || divisor === '0' ? parse('1') : parse(divisor);
  return String(Math.ceil(parse(value) / (unit === 0 ? 1 : unit)));
}
