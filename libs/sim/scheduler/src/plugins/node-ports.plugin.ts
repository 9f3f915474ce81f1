import type { Pod } from '@seatrial/apiserver';
import { PodInfo, type HostPort } from '../cache/pod-info.js';
import { definePlugin, nodeAdded, podLeft } from '../cycle/plugin.js';

const REJECTION = { reasons: ["node(s) didn't have free ports for the requested pod ports"] };
const ANY = '0.0.0.0';

const hostPortsOf = (pod: Pod): readonly HostPort[] => new PodInfo(pod).hostPorts;

const conflicts = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === ANY || b.ip === ANY || a.ip === b.ip);

/** Host ports are taken once on each node. */
export const nodePortsPlugin = definePlugin<readonly HostPort[], undefined>({
  name: 'NodePorts',
  local: true,
  preFilter: ({ info }) => (info.hostPorts.length === 0 ? 'skip' : { state: info.hostPorts }),
  filter: (_cycle, node, wanted) =>
    wanted.some((port) => node.hostPorts.some((used) => conflicts(port, used))) ? REJECTION : undefined,
  requeueOn: (event, pod) => {
    if (!podLeft(event)) return nodeAdded(event);
    const wanted = hostPortsOf(pod);
    return hostPortsOf(event.object as Pod).some((freed) => wanted.some((port) => conflicts(port, freed)));
  },
});
