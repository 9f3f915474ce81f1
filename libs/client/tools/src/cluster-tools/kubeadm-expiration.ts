import { CONFIG_MAPS } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import { TabWriter } from '@seatrial/kubectl';
import { formatDate } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { nodeOf, notSimulated, type ToolCall } from './cluster-tool.js';
import { certificateFile, renewalOf } from './kubeadm-certificates.js';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

const LEAVES: readonly (readonly [name: string, authority: string])[] = [
  ['admin.conf', 'ca'],
  ['apiserver', 'ca'],
  ['apiserver-etcd-client', 'etcd-ca'],
  ['apiserver-kubelet-client', 'ca'],
  ['controller-manager.conf', 'ca'],
  ['etcd-healthcheck-client', 'etcd-ca'],
  ['etcd-peer', 'etcd-ca'],
  ['etcd-server', 'etcd-ca'],
  ['front-proxy-client', 'front-proxy-ca'],
  ['scheduler.conf', 'ca'],
  ['super-admin.conf', 'ca'],
];
const AUTHORITIES = ['ca', 'etcd-ca', 'front-proxy-ca'];

/** When a certificate's file ends, virtual ms: as it says itself, else `otherwise`; undefined where it is not there but should be. */
function endOf(tool: Tool, name: string, otherwise: number): number | undefined {
  const read = tool.machine.files.readFile(certificateFile(name) ?? '');
  if (!read.ok) return nodeOf(tool)?.profile.staticControlPlane === true ? undefined : otherwise;
  const said = /^notAfter: (.*)$/m.exec(read.value)?.[1];
  return said === undefined ? otherwise : Date.parse(said);
}

/** `kubeadm certs check-expiration` (cmd/kubeadm/app/cmd/certs.go, v1.35.4). */
export function* checkExpiration(call: ToolCall): Coroutine<number> {
  const { tool } = call;
  const node = nodeOf(tool);
  if (node?.node.controlPlane !== true || tool.process.user !== 'root')
    return yield* notSimulated(tool, 'certs check-expiration here');
  const reading = 'Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...';
  const found = node.apiServer.store.get(CONFIG_MAPS, 'kube-system', 'kubeadm-config');
  yield* tool.out(
    `[check-expiration] ${reading}\n${found ? "[check-expiration] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it." : '[check-expiration] Error reading configuration from the Cluster. Falling back to default configuration'}\n\n`,
  );
  const begin = node.apiServer.store.history()[0]?.time ?? tool.machine.simulation.now();
  const now = tool.machine.simulation.now();
  const times = (end: number): string => {
    const days = Math.floor((end - now) / DAY_MS);
    const left = end < now ? '<invalid>' : days >= 365 * 2 ? `${Math.floor(days / 365)}y` : `${days}d`;
    return `${formatDate('%b %d, %Y %H:%M UTC', end)}\t${left}`;
  };
  const table = new TabWriter({ minWidth: 10, padding: 3 });
  table.write('CERTIFICATE\tEXPIRES\tRESIDUAL TIME\tCERTIFICATE AUTHORITY\tEXTERNALLY MANAGED\n');
  for (const [name, authority] of LEAVES) {
    const end = name.endsWith('.conf')
      ? (renewalOf(tool, name) ?? begin) + YEAR_MS
      : endOf(tool, name, begin + YEAR_MS);
    table.write(
      end === undefined ? `!MISSING! ${name}\t\t\t\t\n` : `${name}\t${times(end)}\t${authority}\t${'no'.padEnd(8)}\n`,
    );
  }
  yield* tool.out(`${table.flush()}\n`);
  table.write('CERTIFICATE AUTHORITY\tEXPIRES\tRESIDUAL TIME\tEXTERNALLY MANAGED\n');
  for (const name of AUTHORITIES) {
    const end = endOf(tool, name, begin + 10 * YEAR_MS);
    table.write(end === undefined ? `!MISSING! ${name}\t\t\t\n` : `${name}\t${times(end)}\t${'no'.padEnd(8)}\n`);
  }
  yield* tool.out(table.flush());
  return 0;
}
