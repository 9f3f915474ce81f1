import { Quantity } from '@seatrial/schema';
import type { Container } from 'kubernetes-types/core/v1.js';
import { capabilitiesOf } from './capabilities.js';
import {
  LazyDirectory,
  newDirectory,
  type FileNode,
  type FileSystem,
  type Machine,
  type Process,
} from '@seatrial/kernel';

export interface ProcOptions {
  readonly machine: () => Machine;
  readonly files: FileSystem;
  readonly noNewPrivileges: boolean;
  readonly container: Container;
  /** Mode of the system call filter: 0 none, 2 a filter. */
  readonly seccomp: 0 | 2;
  /** The release of the node's kernel. */
  readonly kernel: string;
  /** The node's. */
  readonly capacity: Readonly<Record<string, string>>;
}

const computed = (read: () => string, now: number): FileNode => ({
  type: 'file',
  mode: 0o444,
  owner: 'root',
  group: 'root',
  modifiedAt: now,
  get content() {
    return read();
  },
  set content(_text: string) {
    // What the kernel computes cannot be written.
  },
});

function status(process: Process, options: ProcOptions): string {
  const number = (name: string): string => (name === 'root' ? '0' : name);
  const [user, group = 'root', groups = ''] = process.user.split(':');
  const [uid, gid] = [number(user), number(group)];
  // The kernel keeps them sorted.
  const all = [gid, ...groups.split(',').filter((each) => each !== '')].sort((a, b) => Number(a) - Number(b));
  const capabilities = capabilitiesOf(options.container).toString(16).padStart(16, '0');
  const effective = uid === '0' ? capabilities : '0'.repeat(16);
  const lines = [
    `Name:\t${process.argv[0]?.split('/').pop() ?? ''}`,
    'State:\tS (sleeping)',
    `Pid:\t${process.pid}`,
    `PPid:\t${process.parent?.pid ?? 0}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `Gid:\t${gid}\t${gid}\t${gid}\t${gid}`,
    `Groups:\t${all.map((each) => `${each} `).join('')}`,
    'Threads:\t1',
    'CapInh:\t0000000000000000',
    `CapPrm:\t${effective}`,
    `CapEff:\t${effective}`,
    `CapBnd:\t${capabilities}`,
    'CapAmb:\t0000000000000000',
    `NoNewPrivs:\t${options.noNewPrivileges ? 1 : 0}`,
    `Seccomp:\t${options.seccomp}`,
  ];
  return `${lines.join('\n')}\n`;
}

function mounts(files: FileSystem): string {
  const lines = [
    'overlay / overlay rw,relatime 0 0',
    'proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0',
    'tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0',
  ];
  for (const [path, mount] of files.listMounts()) {
    if (path === '/' || path === '/proc' || path === '/proc/sys' || path === '/dev') continue;
    const type = mount.type ?? 'ext4';
    const source = type === 'tmpfs' ? 'tmpfs' : '/dev/vda';
    const size = mount.limitBytes === undefined ? '' : `,size=${Math.floor(mount.limitBytes / 1024)}k`;
    lines.push(`${source} ${path} ${type} ${mount.readOnly ? 'ro' : 'rw'},relatime${size} 0 0`);
  }
  return `${lines.join('\n')}\n`;
}

function processEntries(process: Process, options: ProcOptions, now: number): Map<string, FileNode> {
  return new Map([
    ['status', computed(() => status(process, options), now)],
    [
      'cmdline',
      computed(
        () => (process.title === undefined ? process.argv : [process.title]).map((word) => `${word}\0`).join(''),
        now,
      ),
    ],
    ['comm', computed(() => `${process.argv[0]?.split('/').pop() ?? ''}\n`, now)],
    ['environ', computed(() => [...process.env].map(([name, value]) => `${name}=${value}\0`).join(''), now)],
    ['mounts', computed(() => mounts(options.files), now)],
    ['root', process.machine.files.root],
  ]);
}

/** /proc of a container as it is now. */
export function procEntries(options: ProcOptions, now: number): Map<string, FileNode> {
  const { simulation, processes } = options.machine();
  const seconds = (): string => ((simulation.now() - simulation.startTime) / 1000).toFixed(2);
  const memoryKi = Math.floor(Quantity.of(options.capacity['memory'] ?? '0').toNumber() / 1024);
  const cpus = Math.floor(Quantity.of(options.capacity['cpu'] ?? '1').toNumber());
  const entries = new Map<string, FileNode>();
  for (const process of processes.list())
    entries.set(String(process.pid), new LazyDirectory(now, 0o555, () => processEntries(process, options, now)));
  entries.set('self', { type: 'link', target: '1', mode: 0o777, owner: 'root', group: 'root', modifiedAt: now });
  entries.set('sys', newDirectory(now, 0o555));
  const add = (name: string, read: () => string): void => void entries.set(name, computed(read, now));
  add('mounts', () => mounts(options.files));
  add('uptime', () => `${seconds()} ${seconds()}\n`);
  add('version', () => `Linux version ${options.kernel} (root@buildkitsandbox) #1 SMP PREEMPT_DYNAMIC\n`);
  add('loadavg', () => '0.00 0.00 0.00 1/100 1\n');
  add('meminfo', () => `MemTotal:       ${memoryKi} kB\nMemFree:        ${memoryKi} kB\nSwapTotal:             0 kB\n`);
  add('cpuinfo', () => Array.from({ length: cpus }, (_, index) => `processor\t: ${index}\n\n`).join(''));
  return entries;
}
