import { CONFIG_MAPS } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';
import { boundsOf } from './flags.js';
import { isReady, nodesOf, type AutoscalerWorld } from './world.js';

export const STATUS_NAMESPACE = 'kube-system';
export const STATUS_NAME = 'cluster-autoscaler-status';

/** `2026-11-21 04:30:00 +0000 UTC`. */
const goTime = (ms: number): string => `${formatTime(ms).replace('T', ' ').replace('Z', '')} +0000 UTC`;

interface Counts {
  readonly total: number;
  readonly ready: number;
  readonly upcoming: number;
}

function section(
  indent: string,
  counts: Counts,
  activity: { readonly up: string; readonly down: string },
  time: string,
  more = '',
): string {
  const times = `${indent}  lastProbeTime: "${time}"\n${indent}  lastTransitionTime: "${time}"\n`;
  return `${indent}health:
${indent}  status: ${counts.ready === counts.total ? 'Healthy' : 'Unhealthy'}
${indent}  nodeCounts:
${indent}    registered:
${indent}      total: ${counts.total}
${indent}      ready: ${counts.ready}
${indent}      notStarted: 0
${indent}    longUnregistered: 0
${indent}    unregistered: ${counts.upcoming}
${more}${times}${indent}scaleUp:
${indent}  status: ${activity.up}
${times}${indent}scaleDown:
${indent}  status: ${activity.down}
${times}`;
}

/** What the status says beside its times: when it changes the ConfigMap is written. */
const known = new WeakMap<AutoscalerWorld, string>();

/** Keeps kube-system/cluster-autoscaler-status up to date (clusterstate/utils/status.go). */
export function reportStatus(world: AutoscalerWorld): void {
  const client = world.apiServer.client('cluster-autoscaler');
  const groups = world.groups.map((group) => {
    const nodes = nodesOf(world, group);
    const counts = { total: nodes.length, ready: nodes.filter(isReady).length, upcoming: group.upcoming };
    const candidates = nodes.filter(({ metadata }) => world.unneededSince.has(metadata.name)).length;
    const activity = {
      up: group.upcoming > 0 ? 'InProgress' : 'NoActivity',
      down: candidates > 0 ? 'CandidatesPresent' : 'NoCandidates',
    };
    return { group, counts, activity };
  });
  const digest = JSON.stringify(groups.map(({ counts, activity, group }) => [counts, activity, group.targetSize]));
  const stored = client.get(CONFIG_MAPS, STATUS_NAMESPACE, STATUS_NAME);
  if (stored && known.get(world) === digest) return;
  known.set(world, digest);
  const time = formatTime(world.now());
  const sum = (pick: (counts: Counts) => number): number =>
    groups.reduce((total, { counts }) => total + pick(counts), 0);
  const all = {
    total: sum(({ total }) => total),
    ready: sum(({ ready }) => ready),
    upcoming: sum(({ upcoming }) => upcoming),
  };
  const activity = {
    up: groups.some((each) => each.activity.up === 'InProgress') ? 'InProgress' : 'NoActivity',
    down: groups.some((each) => each.activity.down === 'CandidatesPresent') ? 'CandidatesPresent' : 'NoCandidates',
  };
  const perGroup = groups.map((each) => {
    const { minSize, maxSize } = boundsOf(each.group, world.flags);
    const sizes = `    cloudProviderTarget: ${each.group.targetSize}\n    minSize: ${minSize}\n    maxSize: ${maxSize}\n`;
    return `- name: ${each.group.name}\n${section('  ', each.counts, each.activity, time, sizes)}`;
  });
  const status = `time: ${goTime(world.now())}\nautoscalerStatus: Running\nclusterWide:\n${section('  ', all, activity, time)}nodeGroups:\n${perGroup.join('')}`;
  const annotations = { [`cluster-autoscaler.kubernetes.io/last-updated`]: goTime(world.now()) };
  if (stored)
    client.update(CONFIG_MAPS, { ...stored, metadata: { ...stored.metadata, annotations }, data: { status } });
  else
    client.create(CONFIG_MAPS, {
      metadata: { name: STATUS_NAME, namespace: STATUS_NAMESPACE, annotations },
      data: { status },
    });
}
