import { CLUSTER_NODE } from '@seatrial/cluster';
import { diskUsage, type Machine, type Mount } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';

interface MountLine {
  readonly source: string;
  readonly path: string;
  readonly type: string;
  readonly options: string;
  readonly mount: Mount | undefined;
}

/** The root file system's size on the recorded nodes, KiB. */
const DISK_KIB = 10_218_772;

function mountLines(machine: Machine): MountLine[] {
  const lines: MountLine[] = [
    { source: 'overlay', path: '/', type: 'overlay', options: 'rw,relatime', mount: undefined },
  ];
  for (const [path, mount] of machine.files.listMounts()) {
    if (path === '/' || path === '/proc/sys') continue;
    const type = mount.type ?? (path === '/proc' ? 'proc' : path === '/dev' ? 'tmpfs' : 'ext4');
    const source = type === 'tmpfs' || type === 'proc' ? type : '/dev/vda';
    const size = mount.limitBytes === undefined ? '' : `,size=${Math.floor(mount.limitBytes / 1024)}k`;
    lines.push({ source, path, type, options: `${mount.readOnly ? 'ro' : 'rw'},relatime${size}`, mount });
  }
  return lines;
}

export const mount = defineCommand({
  name: 'mount',
  program: toolProgram(function* (tool) {
    if (tool.process.argv.length > 1) return yield* tool.die('permission denied (are you root?)');
    for (const line of mountLines(tool.machine))
      yield* tool.out(`${line.source} on ${line.path} type ${line.type} (${line.options})\n`);
    return 0;
  }),
});

/** The size of a machine's disk, KiB: a node's is what its kubelet reports. */
function diskSize(machine: Machine): number {
  const capacity = machine.facility(CLUSTER_NODE)?.node.capacity['ephemeral-storage'];
  return capacity === undefined ? DISK_KIB : Number.parseInt(capacity, 10);
}

export const df = defineCommand({
  name: 'df',
  program: toolProgram(function* (tool) {
    const { operands, flags } = yield* tool.options('-h --human-readable, -k, -m, -P --portability, -T, -a, -i');
    const lines = mountLines(tool.machine);
    const human = (kib: number): string =>
      flags.has('h')
        ? kib >= 1_048_576
          ? `${(kib / 1_048_576).toFixed(1)}G`
          : `${(kib / 1024).toFixed(1)}M`
        : String(kib);
    yield* tool.out(
      `Filesystem           ${flags.has('h') ? '     Size' : '1K-blocks'}      Used Available Use% Mounted on\n`,
    );
    for (const line of lines) {
      if (operands.length > 0 && !operands.some((operand) => owner(lines, operand) === line)) continue;
      const size =
        line.mount?.limitBytes === undefined ? diskSize(tool.machine) : Math.floor(line.mount.limitBytes / 1024);
      const used =
        line.mount?.limitBytes === undefined
          ? Math.min(Math.floor(size / 10 + tool.machine.files.reservedBytes / 1024), size)
          : Math.ceil(diskUsage(line.mount.root) / 1024);
      const share = size === 0 ? 0 : Math.ceil((used / size) * 100);
      yield* tool.out(
        `${line.source.padEnd(20)} ${human(size).padStart(9)} ${human(used).padStart(9)} ${human(size - used).padStart(9)} ${String(share).padStart(3)}% ${line.path}\n`,
      );
    }
    return 0;
  }),
});

/** The mount that a path lies on: the one with the longest matching path. */
function owner(lines: readonly MountLine[], path: string): MountLine {
  let best = lines[0];
  for (const line of lines)
    if (path === line.path || path.startsWith(`${line.path === '/' ? '' : line.path}/`))
      if (line.path.length >= best.path.length) best = line;
  return best;
}
