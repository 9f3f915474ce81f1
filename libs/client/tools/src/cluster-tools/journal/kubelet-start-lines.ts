import type { ClusterProfile, UnitRun } from '@seatrial/cluster';
import { structured } from './journal-entry.js';
import type { KubeletLine } from './kubelet-journal.js';

type MakeLine = (place: string, message: string, ...values: [string, string][]) => KubeletLine;

const registered = (first: boolean, line: MakeLine, nodeName: string): KubeletLine =>
  first
    ? line('kubelet_node_status.go:77', 'Successfully registered node', ['node', nodeName])
    : line('kubelet_node_status.go:123', 'Node was previously registered', ['node', nodeName]);

/** What a kubelet says when it starts (cmd/kubelet/app/server.go, pkg/kubelet/kubelet.go, v1.35.4). */
export function startLines(run: UnitRun, nodeName: string, profile: ClusterProfile, first: boolean): KubeletLine[] {
  if (run.failure !== undefined) return [];
  const line = (place: string, message: string, ...values: [string, string][]): KubeletLine => ({
    time: run.start,
    severity: 'I',
    place,
    text: structured(message, values),
  });
  return [
    line('server.go:525', 'Kubelet version', ['kubeletVersion', run.release ?? profile.kubernetesVersion]),
    line('server.go:527', 'Golang settings', ['GOGC', ''], ['GOMAXPROCS', ''], ['GOTRACEBACK', '']),
    line('server.go:951', 'Client rotation is on, will bootstrap in background'),
    line('server.go:1418', 'Using cgroup driver setting received from the CRI runtime', ['cgroupDriver', 'systemd']),
    line('kubelet.go:482', 'Attempting to sync node with API server'),
    line('kubelet.go:383', 'Adding static pod path', ['path', '/etc/kubernetes/manifests']),
    line('kubelet.go:394', 'Adding apiserver pod source'),
    line('server.go:1257', 'Started kubelet'),
    line('kubelet.go:2501', 'Starting kubelet main sync loop'),
    line('kubelet_node_status.go:74', 'Attempting to register node', ['node', nodeName]),
    ...(run.unreachable === undefined ? [registered(first, line, nodeName)] : []),
  ];
}
