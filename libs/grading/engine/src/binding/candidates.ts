import type { KubeObject } from '@seatrial/apiserver';
import type { JsonObject } from '@seatrial/kernel';
import { VOLUME, findIdentifiers, type Identifier } from './identifiers.js';

/** The cluster as bindings see it. */
export interface BindingWorld {
  list(kind: string, namespace?: string): readonly KubeObject[] | undefined;
}

/** What an identifier may stand for; those of one group are as good as each other. */
export interface Candidates {
  readonly groups: readonly (readonly string[])[];
}

interface PodLike extends KubeObject {
  readonly spec: { readonly hostNetwork?: boolean; readonly containers?: readonly JsonObject[] };
  readonly status?: {
    readonly podIP?: string;
    readonly phase?: string;
    readonly conditions?: readonly { type: string; status: string }[];
  };
}

interface ServicePortLike {
  readonly port: number;
  readonly nodePort?: number;
  readonly targetPort?: number | string;
}

interface ServiceLike extends KubeObject {
  readonly spec: {
    readonly clusterIP?: string;
    readonly ports?: readonly ServicePortLike[];
    readonly selector?: Readonly<Record<string, string>>;
  };
}

interface NodeLike extends KubeObject {
  readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
}

const pods = (world: BindingWorld): readonly PodLike[] => (world.list('Pod') ?? []) as readonly PodLike[];
const services = (world: BindingWorld): readonly ServiceLike[] =>
  (world.list('Service') ?? []) as readonly ServiceLike[];
const nodes = (world: BindingWorld): readonly NodeLike[] => world.list('Node') ?? [];
const addressesOf = (node: NodeLike): string[] =>
  (node.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);

const GENERATED_KINDS = ['Pod', 'ReplicaSet', 'Job', 'ControllerRevision', 'EndpointSlice', 'PersistentVolume'];

/** Whether the replay's cluster has it. */
export function existsInWorld({ kind, text }: Identifier, world: BindingWorld): boolean {
  if (kind === 'name') {
    return GENERATED_KINDS.some((one) => (world.list(one) ?? []).some(({ metadata }) => metadata.name === text));
  }
  if (kind === 'nodePort') {
    return services(world).some(({ spec }) => (spec.ports ?? []).some(({ nodePort }) => String(nodePort) === text));
  }
  if (kind !== 'address') return false;
  return (
    pods(world).some(({ status }) => status?.podIP === text) ||
    services(world).some(({ spec }) => spec.clusterIP === text) ||
    nodes(world).some((node) => addressesOf(node).includes(text))
  );
}

const ready = ({ status }: PodLike): string =>
  `${status?.phase ?? ''} ${status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? ''}`;

/** Pods of one owner that are alike in labels and state: whichever is meant, the outcome is the same. */
function groupPods(found: readonly PodLike[], value: (pod: PodLike) => string | undefined): string[][] {
  const groups = new Map<string, string[]>();
  for (const pod of found) {
    const { metadata } = pod;
    const owner = metadata.ownerReferences?.[0]?.uid ?? metadata.uid;
    const labels = Object.entries(metadata.labels ?? {}).map(([key, label]) => `${key}=${label}`);
    const key = [owner, ready(pod), metadata.deletionTimestamp === undefined ? 'kept' : 'leaving', ...labels].join(
      '\n',
    );
    const text = value(pod);
    if (text === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(text);
    else groups.set(key, [text]);
  }
  return [...groups.values()];
}

/** Where a command looks: the namespace it names, or all. */
function inNamespace(command: string): (object: KubeObject) => boolean {
  const [, wanted] = /(?:^|\s)(?:-n|--namespace)[ =]*([a-z0-9-]+)/.exec(command) ?? [];
  return ({ metadata }) => wanted === undefined || metadata.namespace === wanted;
}

const provisioned = (world: BindingWorld): string[][] =>
  (world.list('PersistentVolume') ?? [])
    .filter(({ metadata }) => findIdentifiers(metadata.name).some(({ form }) => form === VOLUME))
    .map(({ metadata }) => [metadata.name]);

function namesLike({ stem, form }: Identifier, command: string, world: BindingWorld): string[][] {
  if (form === VOLUME) return provisioned(world);
  const here = inNamespace(command);
  const ownedBy = (object: KubeObject, kinds: readonly string[], name: string): boolean =>
    (object.metadata.ownerReferences ?? []).some((owner) => owner.name === name && kinds.includes(owner.kind));
  const sets = (world.list('ReplicaSet') ?? []).filter((set) => here(set) && ownedBy(set, ['Deployment'], stem));
  if (form === 'hash') return sets.map(({ metadata }) => [metadata.name]);
  if (form === 'schedule') {
    const jobs = (world.list('Job') ?? []).filter((job) => here(job) && ownedBy(job, ['CronJob'], stem));
    return jobs.map(({ metadata }) => [metadata.name]);
  }
  if (form === 'hash-random') {
    const names = new Set(sets.map(({ metadata }) => metadata.name));
    const jobs = (world.list('Job') ?? []).filter((job) => ownedBy(job, ['CronJob'], stem));
    for (const { metadata } of jobs) names.add(metadata.name);
    const owned = pods(world).filter(
      (pod) => here(pod) && pod.metadata.ownerReferences?.some((owner) => names.has(owner.name)),
    );
    return groupPods(owned, ({ metadata }) => metadata.name);
  }
  const kinds = ['ReplicaSet', 'ReplicationController', 'DaemonSet', 'Job'];
  return groupPods(
    pods(world).filter((pod) => here(pod) && ownedBy(pod, kinds, stem)),
    ({ metadata }) => metadata.name,
  );
}

/** The port that a command asks for at an address. */
export function portAt(command: string, { text, start }: Identifier): number | undefined {
  const after = command.slice(start + text.length);
  const before = command.slice(0, start);
  const given =
    /^:(\d{1,5})\b/.exec(after)?.[1] ??
    (/\b(?:telnet|nc|ncat)\b[^|;&]*$/.test(before) ? /^\s+(\d{1,5})\b/.exec(after)?.[1] : undefined);
  if (given !== undefined) return Number(given);
  if (/\bredis-cli\b[^|;&]*$/.test(before)) return Number(/\s-p\s+(\d+)/.exec(command)?.[1] ?? '6379');
  if (before.endsWith('https://')) return 443;
  return before.endsWith('http://') || /\b(?:curl|wget|ab|hey)\b[^|;&]*$/.test(before) ? 80 : undefined;
}

function podServes(pod: PodLike, port: number, all: readonly ServiceLike[]): boolean {
  const declared = (pod.spec.containers ?? []).flatMap(({ ports }) => (ports ?? []) as { containerPort?: number }[]);
  if (declared.some(({ containerPort }) => containerPort === port)) return true;
  return all.some(({ metadata, spec }) => {
    const selector = Object.entries(spec.selector ?? {});
    const selects =
      metadata.namespace === pod.metadata.namespace &&
      selector.length > 0 &&
      selector.every(([key, value]) => pod.metadata.labels?.[key] === value);
    return selects && (spec.ports ?? []).some((one) => (one.targetPort ?? one.port) === port);
  });
}

/** Ranges that installers give services and pods by default. */
const SERVICE_RANGES = /^(?:10\.(?:9[6-9]|10\d|11[01]|43|0)\.|172\.20\.|192\.168\.194\.)/;
const POD_RANGES = /^(?:10\.(?:244|42|3[2-9]|4[0145-7]|1|128)\.|172\.17\.)/;
const NODE_PORTS = new Set([22, 2379, 6443, 8443, 10250]);

/** Where no pod and no service says who listens on the port: the pods of the one owner that there is. */
function onlyPods(found: readonly PodLike[]): string[][] {
  const silent = found.filter(({ spec }) => (spec.containers ?? []).every(({ ports }) => ports === undefined));
  const groups = groupPods(silent, ({ status }) => status?.podIP);
  return groups.length === 1 ? groups : [];
}

function addressesLike(identifier: Identifier, command: string, world: BindingWorld): string[][] {
  const port = portAt(command, identifier);
  const all = services(world);
  if (port !== undefined && (NODE_PORTS.has(port) || (port >= 30000 && port <= 32767))) {
    const [controlPlane, ...others] = nodes(world).map(addressesOf);
    if (!controlPlane) return [];
    return port < 30000 ? [controlPlane] : [[...controlPlane, ...others.flat()]];
  }
  const own = (object: KubeObject): boolean =>
    !/^(?:kube-|kubernetes-dashboard$|local-path-storage$|ingress-nginx$)/.test(object.metadata.namespace ?? '') &&
    object.metadata.name !== 'kubernetes';
  const serving = all.filter(
    (service) => own(service) && (port === undefined || (service.spec.ports ?? []).some((one) => one.port === port)),
  );
  const addresses = serving.flatMap(({ spec }) =>
    spec.clusterIP === undefined || spec.clusterIP === 'None' ? [] : [[spec.clusterIP]],
  );
  const running = pods(world).filter(
    (pod) => own(pod) && pod.spec.hostNetwork !== true && (port === undefined || podServes(pod, port, all)),
  );
  const declared = groupPods(running, ({ status }) => status?.podIP);
  const podAddresses = declared.length > 0 ? declared : onlyPods(pods(world).filter(own));
  if (SERVICE_RANGES.test(identifier.text) && addresses.length > 0) return addresses;
  if (POD_RANGES.test(identifier.text) && podAddresses.length > 0) return podAddresses;
  return [...addresses, ...podAddresses];
}

/** What connects to an address; in other commands an address or port is a value that the student chose. */
const CONNECTS =
  /(?:https?:\/\/|\b(?:ab|curl|dig|hey|host|http|kubeadm|lynx|mysql|nc|ncat|nslookup|ping|psql|redis-cli|scp|ssh|telnet|w3m|wget)\s[^|;&\n]*)$/;

/** What of the replay's cluster an identifier in a command may stand for. */
export function findCandidates(identifier: Identifier, command: string, world: BindingWorld): Candidates {
  if (identifier.kind === 'name') return { groups: namesLike(identifier, command, world) };
  const before = command.slice(0, identifier.start);
  if (!CONNECTS.test(before.replace(/[\w.$(){}-]*:$/, ''))) return { groups: [] };
  if (identifier.kind === 'address') return { groups: addressesLike(identifier, command, world) };
  if (identifier.kind !== 'nodePort' || !/[\w.)}]:$/.test(before)) return { groups: [] };
  const ports = services(world).flatMap(({ spec }) => (spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []));
  return { groups: ports.map((port) => [String(port)]) };
}
