import type { ClusterProfile, UnitRun } from '@seatrial/cluster';
import { structured } from './journal-entry.js';
import type { KubeletLine } from './kubelet-journal.js';

/** The first pause between attempts to register, and the longest (pkg/kubelet/kubelet_node_status.go). */
const FIRST_MS = 200;
const LONGEST_MS = 7000;
/** How many attempts of a run are told of, its last ones. */
const MAX_ATTEMPTS = 500;

/** Why nobody answers at a server's address, as Go's dialer says it. */
function dialError(server: string, { nodes }: ClusterProfile): string {
  const [, host, port = '443'] = /^(?:https?:\/\/)?([^/:]+)(?::(\d+))?/.exec(server) ?? [];
  const known = nodes.find(({ name, address }) => name === host || address === host);
  if (known) return `dial tcp ${known.address}:${port}: connect: connection refused`;
  return /^\d+(?:\.\d+){3}$/.test(host)
    ? `dial tcp ${host}:${port}: i/o timeout`
    : `dial tcp: lookup ${host} on 192.0.2.53:53: no such host`;
}

/** What a kubelet logs again and again that does not reach its API server (kubelet_node_status.go, client-go, component-helpers, v1.35.4). */
export function unreachableLines(run: UnitRun, node: string, profile: ClusterProfile, now: number): KubeletLine[] {
  const { unreachable: server, start, end = now } = run;
  if (server === undefined) return [];
  const why = dialError(server, profile);
  const error = (verb: string, path: string): [string, string] => ['err', `${verb} "${server}${path}": ${why}`];
  const lines: KubeletLine[] = [];
  let pause = FIRST_MS;
  const times: number[] = [];
  for (let time = start + pause; time <= end; time += pause) {
    times.push(time);
    pause = Math.min(pause * 2, LONGEST_MS);
    if (times.length > MAX_ATTEMPTS) times.shift();
  }
  for (const [index, time] of times.entries()) {
    const say = (severity: 'I' | 'E', place: string, text: string): void => {
      lines.push({ time, severity, place, text });
    };
    const interval = `${Math.min(FIRST_MS * 2 ** index, LONGEST_MS)}`;
    const shown = Number(interval) < 1000 ? `${interval}ms` : `${Number(interval) / 1000}s`;
    say(
      'E',
      'controller.go:201',
      structured('Failed to ensure lease exists, will retry', [
        error('Get', `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node}?timeout=10s`),
        ['interval', shown],
      ]),
    );
    say('I', 'kubelet_node_status.go:74', structured('Attempting to register node', [['node', node]]));
    say(
      'E',
      'kubelet_node_status.go:106',
      structured('Unable to register node with API server', [error('Post', '/api/v1/nodes'), ['node', node]]),
    );
    const list = error('Get', `/api/v1/nodes?fieldSelector=metadata.name%3D${node}&limit=500&resourceVersion=0`)[1];
    say(
      'E',
      'reflector.go:204',
      structured('Failed to watch', [
        ['err', `failed to list *v1.Node: ${list}`],
        ['logger', 'UnhandledError'],
        ['reflector', 'k8s.io/client-go/informers/factory.go:161'],
        ['type', '*v1.Node'],
      ]),
    );
  }
  return lines;
}
