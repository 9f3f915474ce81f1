import type { Pod } from '@seatrial/apiserver';
import type { Container } from 'kubernetes-types/core/v1.js';
import { writeContainers, writeResources, type FieldResolver } from './container-lines.js';
import { referenceTo, type EventReference } from './describe-context.js';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import {
  rfc1123,
  since,
  writeController,
  writeLabels,
  writeLabelsAndAnnotations,
  writeName,
} from './metadata-lines.js';
import { writeSpreadConstraints, writeTolerations } from './pod-template-lines.js';
import { DescriptionWriter } from './tabbed-text.js';
import { writeVolumes } from './volume-lines.js';

const MIRROR = 'kubernetes.io/config.mirror';

/** Pod: identity, status, containers, conditions, volumes, scheduling, events. */
export const podDescribe = defineDescriber<Pod>({
  group: '',
  kind: 'Pod',
  describe: (pod, context) => {
    const w = new DescriptionWriter();
    writeHead(w, pod);
    writeStatus(w, pod, context.now);
    const spec = pod.spec;
    const resolve = fieldResolver(pod);
    const resources = (spec as { resources?: Container['resources'] }).resources;
    if (resources) {
      w.write(0, 'Resources:\n');
      writeResources(w, resources, 1);
    }
    if (spec.initContainers && spec.initContainers.length > 0)
      writeContainers(w, 'Init Containers', spec.initContainers, pod.status?.initContainerStatuses, resolve, '');
    writeContainers(w, 'Containers', spec.containers, pod.status?.containerStatuses, resolve, '');
    if (spec.ephemeralContainers && spec.ephemeralContainers.length > 0) {
      const statuses = pod.status?.ephemeralContainerStatuses;
      writeContainers(w, 'Ephemeral Containers', spec.ephemeralContainers, statuses, resolve, '');
    }
    writeConditions(w, pod);
    writeVolumes(w, spec.volumes, '');
    w.field('QoS Class', pod.status?.qosClass ?? 'BestEffort');
    writeLabels(w, 'Node-Selectors', spec.nodeSelector);
    writeTolerations(w, 'Tolerations', spec.tolerations);
    writeSpreadConstraints(w, spec.topologySpreadConstraints, '');
    writeEventsOf(w, pod, context, eventReference(pod));
    return w.text();
  },
});

/** Events of any kind name the pod; those of a static pod have the uid of its file. */
function eventReference(pod: Pod): EventReference {
  const { name, namespace, uid } = referenceTo(pod);
  return { name, namespace, uid: pod.metadata.annotations?.[MIRROR] ?? uid };
}

function writeHead(w: DescriptionWriter, pod: Pod): void {
  const { spec, status } = pod;
  writeName(w, pod);
  if (spec.priority !== undefined && spec.priority !== null) w.field('Priority', spec.priority);
  if (spec.priorityClassName) w.field('Priority Class Name', spec.priorityClassName);
  if (spec.runtimeClassName) w.field('Runtime Class Name', spec.runtimeClassName);
  if (spec.serviceAccountName) w.field('Service Account', spec.serviceAccountName);
  w.field('Node', spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>');
  if (status?.startTime) w.field('Start Time', rfc1123(status.startTime));
  writeLabelsAndAnnotations(w, pod);
}

function writeStatus(w: DescriptionWriter, pod: Pod, now: number): void {
  const { spec, status, metadata } = pod;
  const ended = status?.phase === 'Failed' || status?.phase === 'Succeeded';
  if (metadata.deletionTimestamp && !ended) {
    w.field('Status', `Terminating (lasts ${since(metadata.deletionTimestamp, now)})`);
    w.field('Termination Grace Period', `${String(metadata.deletionGracePeriodSeconds ?? 0)}s`);
  } else w.field('Status', status?.phase ?? '');
  if (status?.reason) w.field('Reason', status.reason);
  if (status?.message) w.field('Message', status.message);
  const profile = spec.securityContext?.seccompProfile;
  if (profile) {
    w.field('SeccompProfile', profile.type);
    if (profile.type === 'Localhost') w.field('LocalhostProfile', profile.localhostProfile ?? '');
  }
  w.field('IP', status?.podIP ?? '');
  const ips = status?.podIPs ?? [];
  w.write(0, ips.length === 0 ? 'IPs:\t<none>\n' : 'IPs:\n');
  for (const { ip } of ips) w.field('IP', ip, 1);
  writeController(w, pod);
  if (status?.nominatedNodeName) w.field('NominatedNodeName', status.nominatedNodeName);
}

function writeConditions(w: DescriptionWriter, pod: Pod): void {
  const conditions = pod.status?.conditions ?? [];
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length > 0) w.write(0, 'Readiness Gates:\n  Type\tStatus\n');
  for (const { conditionType } of gates) {
    const status = conditions.find(({ type }) => type === conditionType)?.status ?? '<none>';
    w.write(1, `${conditionType} \t${status} \n`);
  }
  if (conditions.length > 0) w.write(0, 'Conditions:\n  Type\tStatus\n');
  for (const { type, status } of conditions) w.write(1, `${type} \t${status} \n`);
}

/** kubectl itself knows no more of field references than name and namespace; others show as nothing. */
function fieldResolver({ metadata }: Pod): FieldResolver {
  return (path) => {
    if (path === 'metadata.name') return metadata.name;
    return path === 'metadata.namespace' ? (metadata.namespace ?? '') : '';
  };
}
