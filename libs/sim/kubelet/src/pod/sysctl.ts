import type { Pod } from '@seatrial/apiserver';
import { goQuote } from '@seatrial/schema';

/** Safe sysctls and the namespace that each belongs to (pkg/kubelet/sysctl safe_sysctls.go). */
const SAFE: Readonly<Record<string, 'ipc' | 'net'>> = {
  'kernel.shm_rmid_forced': 'ipc',
  'net.ipv4.ip_local_port_range': 'net',
  'net.ipv4.ip_local_reserved_ports': 'net',
  'net.ipv4.ip_unprivileged_port_start': 'net',
  'net.ipv4.ping_group_range': 'net',
  'net.ipv4.tcp_fin_timeout': 'net',
  'net.ipv4.tcp_keepalive_intvl': 'net',
  'net.ipv4.tcp_keepalive_probes': 'net',
  'net.ipv4.tcp_keepalive_time': 'net',
  'net.ipv4.tcp_rmem': 'net',
  'net.ipv4.tcp_syncookies': 'net',
  'net.ipv4.tcp_wmem': 'net',
};

/** Why a pod's sysctls keep it off the node; undefined when they do not. */
export function forbiddenSysctl({ spec }: Pod): string | undefined {
  for (const { name } of spec.securityContext?.sysctls ?? []) {
    const normal = name.replaceAll('/', '.');
    const namespace = SAFE[normal] as 'ipc' | 'net' | undefined;
    if (!namespace) return `${goQuote(normal)} not allowlisted`;
    if (namespace === 'ipc' ? spec.hostIPC : spec.hostNetwork)
      return `${goQuote(normal)} not allowed with host ${namespace} enabled`;
  }
  return undefined;
}
