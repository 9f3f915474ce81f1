import { PODS, type CoreEvent, type KubeObject, type Node, type Pod, type ResourceType } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { referenceTo, searchEvents, type DescribeContext } from './describe-context.js';
import { defineDescriber } from './describer.js';
import { writeEvents } from './event-lines.js';
import { rfc1123, writeLabelsAndAnnotations, writeLines, writeName } from './metadata-lines.js';
import { writeNodeResources } from './node-resource-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

const ROLE_PREFIX = 'node-role.kubernetes.io/';

interface Lease extends KubeObject {
  readonly spec?: { readonly holderIdentity?: string; readonly acquireTime?: string; readonly renewTime?: string };
}
const LEASES: ResourceType<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  kind: 'Lease',
  namespaced: true,
};

/** Node: roles, taints, lease, conditions, capacity, system, pods on it and what they ask for, events. */
export const nodeDescribe = defineDescriber<Node>({
  group: '',
  kind: 'Node',
  describe: (node, context) => {
    const w = new DescriptionWriter();
    const { metadata, spec } = node;
    writeName(w, node, false);
    w.field('Roles', rolesOf(node).join(',') || '<none>');
    writeLabelsAndAnnotations(w, node);
    w.field('CreationTimestamp', rfc1123(metadata.creationTimestamp));
    writeTaints(w, node);
    w.field('Unschedulable', spec.unschedulable ?? false);
    writeLease(w, node, context);
    writeStatus(w, node);
    if (spec.podCIDR) w.field('PodCIDR', spec.podCIDR);
    if (spec.podCIDRs && spec.podCIDRs.length > 0) w.field('PodCIDRs', spec.podCIDRs.join(','));
    if (spec.providerID) w.field('ProviderID', spec.providerID);
    const pods = podsOn(node, context);
    if (pods) writeNodeResources(w, node, pods, context.now);
    else w.write(0, 'Pods:\tnot authorized\n');
    if (context.showEvents) writeEvents(w, eventsOf(node, context), context.now);
    return w.text();
  },
});

function rolesOf(node: Node): string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key !== ROLE_PREFIX) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return [...roles].sort(compareStrings);
}

function writeTaints(w: DescriptionWriter, node: Node): void {
  const taints = [...(node.spec.taints ?? [])].sort((a, b) =>
    compareStrings(`${a.effect},${a.key}`, `${b.effect},${b.key}`),
  );
  const texts = taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
  writeLines(w, 'Taints', texts);
}

function writeLease(w: DescriptionWriter, node: Node, context: DescribeContext): void {
  const lease = context.get(LEASES, 'kube-node-lease', node.metadata.name);
  if (!lease.ok) {
    w.field('Lease', `Failed to get lease: ${lease.error.message}`);
    return;
  }
  const { holderIdentity, acquireTime, renewTime } = lease.value.spec ?? {};
  w.write(0, 'Lease:\n');
  w.field('HolderIdentity', holderIdentity ?? '<unset>', 1);
  w.field('AcquireTime', acquireTime ? rfc1123(acquireTime) : '<unset>', 1);
  w.field('RenewTime', renewTime ? rfc1123(renewTime) : '<unset>', 1);
}

const SYSTEM_INFO = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
  ['Kube-Proxy Version', 'kubeProxyVersion'],
] as const;

function writeStatus(w: DescriptionWriter, { status }: Node): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    w.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n');
    w.write(1, '----\t------\t-----------------\t------------------\t------\t-------\n');
  }
  for (const { type, status: value, lastHeartbeatTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    const heartbeat = rfc1123(lastHeartbeatTime);
    const transition = rfc1123(lastTransitionTime);
    w.write(1, `${type} \t${value} \t${heartbeat} \t${transition} \t${reason} \t${message}\n`);
  }
  w.write(0, 'Addresses:\n');
  for (const { type, address } of status?.addresses ?? []) w.field(type, address, 1);
  for (const [title, list] of [
    ['Capacity', status?.capacity],
    ['Allocatable', status?.allocatable],
  ] as const) {
    const names = Object.keys(list ?? {}).sort(compareStrings);
    if (names.length > 0) w.write(0, `${title}:\n`);
    for (const name of names) w.field(name, Quantity.of(list?.[name]), 1);
  }
  w.write(0, 'System Info:\n');
  for (const [label, field] of SYSTEM_INFO) w.field(label, status?.nodeInfo?.[field] ?? '', 1);
}

/** Pods on the node that have not ended; undefined when the user may not see pods. */
function podsOn(node: Node, context: DescribeContext): readonly Pod[] | undefined {
  const fieldSelector = `spec.nodeName=${node.metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  const listed = context.list(PODS, undefined, { fieldSelector });
  return listed.ok ? listed.value : undefined;
}

/** Controllers report with the node's uid, the kubelet with its name. */
function eventsOf(node: Node, context: DescribeContext): CoreEvent[] {
  const reference = referenceTo(node);
  const { name } = node.metadata;
  return [...searchEvents(context, reference), ...searchEvents(context, { ...reference, uid: name })];
}
