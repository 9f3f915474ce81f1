import type { FacilityKey, Machine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';

interface Module {
  readonly size: number;
  /** Modules that it needs. */
  readonly needs?: readonly string[];
}

/** Modules that setting up a node is about. Sizes are those of a 6.x kernel's build. */
const MODULES: Readonly<Record<string, Module>> = {
  br_netfilter: { size: 36_864, needs: ['bridge'] },
  bridge: { size: 393_216, needs: ['stp', 'llc'] },
  dummy: { size: 12_288 },
  ip_vs: { size: 221_184, needs: ['nf_conntrack'] },
  ip_vs_rr: { size: 12_288, needs: ['ip_vs'] },
  ip_vs_sh: { size: 12_288, needs: ['ip_vs'] },
  ip_vs_wrr: { size: 12_288, needs: ['ip_vs'] },
  ipip: { size: 20_480 },
  llc: { size: 16_384 },
  nf_conntrack: { size: 204_800 },
  overlay: { size: 217_088 },
  stp: { size: 12_288 },
  vxlan: { size: 155_648 },
  wireguard: { size: 118_784 },
};
/** What the runtime, kube-proxy and the CNI of a node that is up have had loaded. */
const LOADED = ['llc', 'stp', 'bridge', 'br_netfilter', 'nf_conntrack', 'overlay', 'vxlan'];

const STATE: FacilityKey<Set<string>> = { name: 'kernel-modules' };

function loadedOf(machine: Machine): Set<string> {
  const known = machine.facility(STATE);
  if (known) return known;
  const made = new Set(LOADED);
  machine.provide(STATE, made);
  return made;
}

function load(loaded: Set<string>, name: string): void {
  for (const needed of MODULES[name].needs ?? []) load(loaded, needed);
  loaded.add(name);
}

/** modprobe of kmod 30: loads a module with what it needs, or takes it out again. */
export const modprobe = defineCommand({
  name: 'modprobe',
  userlands: ['gnu'],
  paths: ['/usr/sbin/modprobe'],
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-a --all, -r --remove, -q --quiet, -v --verbose, -n --dry-run, -f --force',
    );
    const loaded = loadedOf(tool.machine);
    const names = flags.has('a') ? operands : operands.slice(0, 1);
    if (names.length === 0) return yield* tool.die('ERROR: missing parameters. See -h.');
    for (const given of names) {
      const name = given.replaceAll('-', '_');
      if (!Object.hasOwn(MODULES, name)) {
        const folder = `/lib/modules/${kernelOf(tool.machine)}`;
        if (!flags.has('q')) yield* tool.complain(`FATAL: Module ${given} not found in directory ${folder}`);
        return 1;
      }
      const remove = flags.has('r');
      if (loaded.has(name) !== remove || flags.has('n')) continue;
      if (tool.process.user !== 'root') {
        yield* tool.complain(`ERROR: could not ${remove ? 'remove' : 'insert'} '${name}': Operation not permitted`);
        return 1;
      }
      const user = [...loaded].find((other) => MODULES[other].needs?.includes(name) === true);
      if (remove && user !== undefined) {
        yield* tool.complain(`FATAL: Module ${name} is in use.`);
        return 1;
      }
      if (remove) loaded.delete(name);
      else load(loaded, name);
    }
    return 0;
  }),
});

function kernelOf({ files }: Machine): string {
  const read = files.readFile('/proc/sys/kernel/osrelease');
  return read.ok ? read.value.trim() : '';
}

/** lsmod: the modules that the node's kernel has loaded for the cluster, the last one first. */
export const lsmod = defineCommand({
  name: 'lsmod',
  userlands: ['gnu'],
  paths: ['/usr/sbin/lsmod'],
  program: toolProgram(function* (tool) {
    const loaded = [...loadedOf(tool.machine)];
    const rows = loaded.reverse().map((name) => {
      const users = loaded.filter((other) => MODULES[other].needs?.includes(name) === true);
      return `${name.padEnd(23)} ${String(MODULES[name].size).padEnd(5)}  ${users.length}${users.length > 0 ? ` ${users.join(',')}` : ''}\n`;
    });
    yield* tool.out(`Module                  Size  Used by\n${rows.join('')}`);
    return 0;
  }),
});
