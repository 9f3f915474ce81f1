import type { Directory, FileNode } from './file-node.js';
import { newDirectory } from './new-directory.js';

/** /proc/sys of a Debian 12 whose kubelet has set what it needs (KernelDefaults); what a node has of its own is added. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'fs.file-max': '9223372036854775807',
  'fs.inotify.max_user_instances': '128',
  'fs.inotify.max_user_watches': '194468',
  'fs.nr_open': '1048576',
  'kernel.hostname': '',
  'kernel.keys.root_maxbytes': '25000000',
  'kernel.keys.root_maxkeys': '1000000',
  'kernel.msgmax': '8192',
  'kernel.msgmnb': '16384',
  'kernel.msgmni': '32000',
  'kernel.osrelease': '6.1.0',
  'kernel.ostype': 'Linux',
  'kernel.panic': '10',
  'kernel.panic_on_oops': '1',
  'kernel.pid_max': '4194304',
  'kernel.randomize_va_space': '2',
  'kernel.sem': '32000\t1024000000\t500\t32000',
  'kernel.shm_rmid_forced': '0',
  'kernel.shmall': '18446744073692774399',
  'kernel.shmmax': '18446744073692774399',
  'kernel.shmmni': '4096',
  'kernel.threads-max': '192598',

  'net.bridge.bridge-nf-call-ip6tables': '1',
  'net.bridge.bridge-nf-call-iptables': '1',
  'net.core.rmem_max': '212992',
  'net.core.somaxconn': '4096',
  'net.core.wmem_max': '212992',
  'net.ipv4.conf.all.rp_filter': '0',
  'net.ipv4.ip_forward': '1',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.ip_local_reserved_ports': '',
  'net.ipv4.ip_unprivileged_port_start': '1024',
  'net.ipv4.ping_group_range': '1\t0',
  'net.ipv4.tcp_fin_timeout': '60',
  'net.ipv4.tcp_keepalive_intvl': '75',
  'net.ipv4.tcp_keepalive_probes': '9',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_max_syn_backlog': '2048',
  'net.ipv4.tcp_rmem': '4096\t131072\t6291456',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv4.tcp_tw_reuse': '2',
  'net.ipv4.tcp_wmem': '4096\t16384\t4194304',
  'net.ipv6.conf.all.disable_ipv6': '0',
  'net.ipv6.conf.all.forwarding': '1',
  'net.ipv6.conf.default.disable_ipv6': '0',
  'net.netfilter.nf_conntrack_max': '131072',
  'vm.max_map_count': '65530',
  'vm.nr_hugepages': '0',
  'vm.overcommit_memory': '1',
  'vm.panic_on_oom': '0',
  'vm.swappiness': '60',
};

/** The path of a kernel parameter below /proc/sys: `net.ipv4.ip_forward` or `net/ipv4/ip_forward`. */
export const parameterPath = (name: string): string =>
  `/proc/sys/${name.includes('/') ? name : name.replaceAll('.', '/')}`;

/** A /proc/sys directory: the usual values, with those given in their place. Several numbers are set apart by tabs. */
export function kernelParameters(values: Readonly<Record<string, string>>, now: number): Directory {
  const root = newDirectory(now, 0o555);
  const all = { ...DEFAULTS, ...values };
  for (const name of Object.keys(all)) {
    const parts = name.split('.');
    let folder = root;
    for (const part of parts.slice(0, -1)) {
      const found = folder.entries.get(part);
      const next = found?.type === 'directory' ? found : newDirectory(now, 0o555);
      folder.entries.set(part, next);
      folder = next;
    }
    const file: FileNode = {
      type: 'file',
      mode: 0o644,
      owner: 'root',
      group: 'root',
      modifiedAt: now,
      content: `${all[name].trim().replace(/ +/g, '\t')}\n`,
    };
    folder.entries.set(parts[parts.length - 1], file);
  }
  return root;
}
