import type { Pod, Service } from '@seatrial/apiserver';
import type { JsonObject } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';

/** One `[LOCAL:]REMOTE`. */
export interface Forward {
  readonly local: number;
  readonly remote: number;
}

interface NamedPort {
  readonly name?: string;
  readonly protocol?: string;
}

const MAX_PORT = 65_535;
const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

function split(typed: string): readonly [local: string, remote: string] {
  const parts = typed.split(':');
  return parts.length === 2 ? [parts[0], parts[1]] : [parts[0], parts[0]];
}

function podPort(pod: Pod, name: string): number {
  const ports = (pod.spec.containers ?? []).flatMap(({ ports }) => ports ?? []);
  return (
    ports.find((port) => port.name === name)?.containerPort ??
    failWith(`Pod '${pod.metadata.name}' does not have a named port '${name}'`)
  );
}

function servicePort({ metadata, spec }: Service, name: string): number {
  return (
    spec.ports?.find((port) => port.name === name)?.port ??
    failWith(`Service '${metadata.name}' does not have a named port '${name}'`)
  );
}

/** The pod's port behind a service's (util.LookupContainerPortNumberByServicePort). */
function targetPort({ metadata, spec }: Service, pod: Pod, number: number): number {
  const port = spec.ports?.find((each) => each.port === number);
  if (!port) failWith(`Service ${metadata.name} does not have a service port ${number}`);
  if (spec.clusterIP === 'None') return number;
  const target = port.targetPort ?? port.port;
  if (typeof target === 'string') return podPort(pod, target);
  return target === 0 ? number : target;
}

/** Ports that only speak UDP cannot be forwarded (checkUDPPorts). */
function refuseUdp<T extends NamedPort>(
  ports: readonly T[],
  numberOf: (port: T) => number,
  typed: readonly string[],
  lookUp: (name: string) => number,
): void {
  const tcp = new Set(ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(numberOf));
  const udp = new Set(ports.filter(({ protocol }) => protocol === 'UDP').map(numberOf));
  for (const each of typed) {
    const [, remote] = split(each);
    const number = isNumber(remote) ? Number(remote) : lookUp(remote);
    if (udp.has(number) && !tcp.has(number)) failWith(`UDP protocol is not supported for ${remote}`);
  }
}

/** What is asked, with numbers for names (translateServicePortToTargetPort, convertPodNamedPortToNumber). */
export function portsInNumbers(typed: readonly string[], pod: Pod, object: JsonObject): string[] {
  const join = (local: string, remote: string, number: number): string =>
    local === remote ? String(number) : `${local}:${number}`;
  if (object.kind === 'Service') {
    const service = object as unknown as Service;
    refuseUdp(
      service.spec.ports ?? [],
      ({ port }) => port,
      typed,
      (name) => servicePort(service, name),
    );
    return typed.map((each) => {
      const [local, remote] = split(each);
      const number = isNumber(remote) ? Number(remote) : servicePort(service, remote);
      const target = targetPort(service, pod, number);
      return join(!isNumber(remote) && local === remote ? String(number) : local, String(target), target);
    });
  }
  const ports = (pod.spec.containers ?? []).flatMap((container) => container.ports ?? []);
  refuseUdp(
    ports,
    ({ containerPort }) => containerPort,
    typed,
    (name) => podPort(pod, name),
  );
  return typed.map((each) => {
    const [local, remote] = split(each);
    if (remote === '') failWith('remote port cannot be empty');
    return isNumber(remote)
      ? local === remote
        ? remote
        : `${local}:${remote}`
      : join(local, remote, podPort(pod, remote));
  });
}

function parsePort(which: 'local' | 'remote', text: string): number {
  const complain = (why: string): never =>
    failWith(`error parsing ${which} port '${text}': strconv.ParseUint: parsing ${goQuote(text)}: ${why}`);
  if (!/^\d+$/.test(text)) return complain('invalid syntax');
  return Number(text) > MAX_PORT ? complain('value out of range') : Number(text);
}

/** The numbers of `5000`, `8888:5000`, `:5000` (client-go tools/portforward parsePorts). */
export function parseForwards(ports: readonly string[]): Forward[] {
  return ports.map((each) => {
    const parts = each.split(':');
    if (parts.length > 2) failWith(`invalid port format '${each}'`);
    const [left, right = left] = parts;
    const local = parsePort('local', left === '' && parts.length === 2 ? '0' : left);
    const remote = parsePort('remote', right);
    if (remote === 0) failWith('remote port must be > 0');
    return { local, remote };
  });
}

/** An address to listen on; of those of localhost one suffices. */
export interface ListenAddress {
  readonly address: string;
  readonly protocol: 'tcp4' | 'tcp6';
  readonly suffices: 'any' | 'all';
}

/** What `--address` names, sorted (parseAddresses). */
export function parseAddresses(texts: readonly string[]): ListenAddress[] {
  const parsed = new Map<string, ListenAddress>();
  for (const text of texts) {
    if (text === 'localhost') {
      for (const [address, protocol] of [
        ['127.0.0.1', 'tcp4'],
        ['::1', 'tcp6'],
      ] as const)
        if (!parsed.has(address)) parsed.set(address, { address, protocol, suffices: 'all' });
    } else if (/^\d+(\.\d+){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256))
      parsed.set(text, { address: text, protocol: 'tcp4', suffices: 'any' });
    else if (/^[\da-f]*:[\da-f:.]*$/i.test(text))
      parsed.set(text, { address: text, protocol: 'tcp6', suffices: 'any' });
    else failWith(`${text} is not a valid IP`);
  }
  return [...parsed.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}
