import { utf8Length, type Coroutine, type FileNode } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { joinPath } from './walk.js';

/** Disk blocks of 4 KiB, as ext4 has them. */
const BLOCK_KIB = 4;

interface Report {
  readonly flags: ReadonlyMap<string, number>;
  readonly depth: number;
}

function shown(kib: number, { flags }: Report): string {
  if (flags.has('b')) return String(Math.round(kib * 1024));
  if (flags.has('m')) return String(Math.max(1, Math.ceil(kib / 1024)));
  if (!flags.has('h')) return String(kib);
  let [value, unit] = [kib, 0];
  while (value >= 1024 && unit < 3) [value, unit] = [value / 1024, unit + 1];
  const up = value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value));
  return kib === 0 ? '0' : `${up}${'KMGT'.charAt(unit)}`;
}

/** What a file takes on the disk; with `-b` what is in it. */
function blocks(kib: number, { flags }: Report): number {
  return flags.has('b') ? kib : Math.ceil(kib / BLOCK_KIB) * BLOCK_KIB;
}

/** Prints what lies below a path, the deepest first, and gives its size in KiB. */
function* measure(tool: Tool, path: string, node: FileNode, report: Report, level: number): Coroutine<number> {
  tool.charge(1);
  if (node.type !== 'directory') {
    const kib =
      node.type === 'file' ? blocks((utf8Length(node.content) + (node.reservedBytes ?? 0)) / 1024, report) : 0;
    if (level === 0 || (report.flags.has('a') && level <= report.depth))
      yield* tool.out(`${shown(kib, report)}\t${path}\n`);
    return kib;
  }
  let sum = BLOCK_KIB;
  const names = tool.machine.files.readDirectory(tool.path(path));
  if (!names.ok) yield* tool.complain(`cannot read directory '${path}': ${errorText(names.error)}`);
  for (const name of names.ok ? names.value : []) {
    const child = tool.stat(joinPath(path, name), false);
    if (child.ok) sum += yield* measure(tool, joinPath(path, name), child.value, report, level + 1);
  }
  if (level <= report.depth) yield* tool.out(`${shown(sum, report)}\t${path}\n`);
  return sum;
}

/** `du` in blocks of 4 KiB. */
export const du = defineCommand({
  name: 'du',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-s --summarize, -h --human-readable, -a --all, -c --total, -k, -m, -b --bytes, -x, -d --max-depth=, -L, -P',
    );
    const typed = values.get('d')?.at(-1);
    const depth = flags.has('s') ? 0 : typed === undefined ? Number.POSITIVE_INFINITY : Number(typed);
    const report = { flags, depth };
    let [status, total] = [0, 0];
    for (const path of operands.length > 0 ? operands : ['.']) {
      const node = tool.stat(path, false);
      if (node.ok) total += yield* measure(tool, path, node.value, report, 0);
      else {
        status = 1;
        yield* tool.complain(`cannot access '${path}': ${errorText(node.error)}`);
      }
    }
    if (flags.has('c')) yield* tool.out(`${shown(total, report)}\ttotal\n`);
    return status;
  }),
});
