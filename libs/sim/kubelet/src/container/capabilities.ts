import type { Container } from 'kubernetes-types/core/v1.js';

/** Linux capabilities by number (linux/capability.h). */
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');
/** What containerd gives a container that asks for nothing. */
const DEFAULTS =
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'.split(
    ' ',
  );

const bare = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');

/** The capability set of a container, as the bits of /proc's CapBnd: additions of all, removals, then single additions. */
export function capabilitiesOf(container: Container): bigint {
  const { privileged, capabilities } = container.securityContext ?? {};
  if (privileged) return (1n << BigInt(NAMES.length)) - 1n;
  const add = (capabilities?.add ?? []).map(bare);
  const drop = (capabilities?.drop ?? []).map(bare);
  const names = new Set(add.includes('ALL') ? NAMES : DEFAULTS);
  if (drop.includes('ALL')) names.clear();
  for (const name of add) if (name !== 'ALL') names.add(name);
  for (const name of drop) names.delete(name);
  let bits = 0n;
  for (const [number, name] of NAMES.entries()) if (names.has(name)) bits |= 1n << BigInt(number);
  return bits;
}
