import { compareStrings, type Coroutine, type FileNode } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { humanSize, linkCount, modeText, nodeSize } from './list-entry.js';
import { joinPath } from './walk.js';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly node: FileNode;
}

const HALF_YEAR_MS = 15_778_476_000;
const LINE_WIDTH = 80;
/** Columns of busybox's long lines, which do not look at what is in them. */
const BUSYBOX_WIDTHS = { mode: 10, links: 4, owner: 8, group: 8, size: 9, time: 12, name: 0 };

function suffix(node: FileNode, flags: ReadonlyMap<string, number>): string {
  if (!flags.has('F') && !flags.has('p')) return '';
  if (node.type === 'directory') return '/';
  if (flags.has('p') && !flags.has('F')) return '';
  if (node.type === 'link') return '@';
  return node.type === 'file' && (node.mode & 0o111) !== 0 ? '*' : '';
}

function timeText(tool: Tool, node: FileNode, flags: ReadonlyMap<string, number>): string {
  if (flags.has('full-time')) return formatDate('%Y-%m-%d %H:%M:%S.%N +0000', node.modifiedAt);
  if (flags.has('long-iso')) return formatDate('%Y-%m-%d %H:%M', node.modifiedAt);
  const old = Math.abs(tool.machine.simulation.now() - node.modifiedAt) > HALF_YEAR_MS;
  return formatDate(old ? '%b %e  %Y' : '%b %e %H:%M', node.modifiedAt);
}

function longLines(tool: Tool, entries: readonly Entry[], flags: ReadonlyMap<string, number>): string {
  const rows = entries.map(({ name, node }) => {
    const size = nodeSize(node);
    return {
      mode: modeText(node),
      links: String(linkCount(node)),
      owner: flags.has('n') ? userNumber(node.owner) : node.owner,
      group: flags.has('n') ? userNumber(node.group) : node.group,
      size: flags.has('h') ? humanSize(size) : String(size),
      time: timeText(tool, node, flags),
      name: node.type === 'link' ? `${name} -> ${node.target}` : name + suffix(node, flags),
    };
  });
  const isBusybox = tool.machine.programs.has('busybox');
  const width = (key: keyof (typeof rows)[number]): number =>
    isBusybox ? BUSYBOX_WIDTHS[key] : Math.max(0, ...rows.map((row) => row[key].length));
  return rows
    .map((row) => {
      const owners = [
        ...(flags.has('g') ? [] : [row.owner.padEnd(width('owner'))]),
        ...(flags.has('o') || flags.has('G') ? [] : [row.group.padEnd(width('group'))]),
      ];
      return (
        [
          row.mode,
          row.links.padStart(width('links')),
          ...owners,
          row.size.padStart(width('size')),
          row.time,
          row.name,
        ].join(' ') + '\n'
      );
    })
    .join('');
}

function userNumber(name: string): string {
  return name === 'root' ? '0' : /^\d+$/.test(name) ? name : '1000';
}

/** Columns as wide as needed, filled downwards (`-x`: across), as on a terminal so wide. */
function columns(names: readonly string[], lineWidth: number, across: boolean): string {
  for (let rows = 1; rows <= names.length; rows++) {
    const count = Math.ceil(names.length / rows);
    const place = (column: number, row: number): number => (across ? row * count + column : column * rows + row);
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(0, ...Array.from({ length: rows }, (_row, row) => names.at(place(column, row))?.length ?? 0)),
    );
    const total = widths.reduce((sum, width) => sum + width + 2, -2);
    if (total >= lineWidth && rows < names.length) continue;
    return Array.from({ length: rows }, (_, row) => {
      const cells = widths.map((width, column) => ({ width, name: names.at(place(column, row)) }));
      const line = cells.map(({ width, name }, column) =>
        name === undefined ? '' : column === count - 1 ? name : name.padEnd(width + 2),
      );
      return `${line.join('').trimEnd()}\n`;
    }).join('');
  }
  return '';
}

function format(tool: Tool, entries: readonly Entry[], flags: ReadonlyMap<string, number>): string {
  if (flags.has('l') || flags.has('n') || flags.has('o') || flags.has('g') || flags.has('full-time'))
    return longLines(tool, entries, flags);
  const quoted = (name: string): string => (flags.has('Q') ? `"${name.replace(/[\\"]/g, '\\$&')}"` : name);
  const blocks = (node: FileNode): string => {
    if (!flags.has('s')) return '';
    const size = node.type === 'link' ? 0 : Math.ceil(nodeSize(node) / 4096) * 4;
    return `${(flags.has('h') ? humanSize(size * 1024) : String(size)).padStart(flags.has('h') ? 4 : 1)} `;
  };
  const names = entries.map(({ name, node }) => blocks(node) + quoted(name) + suffix(node, flags));
  if (flags.has('m')) return names.length > 0 ? `${names.join(', ')}\n` : '';
  const asked = flags.has('C') || flags.has('x') || flags.has('w');
  const oneColumn = flags.has('1') || (!asked && !tool.process.stdout.isTerminal);
  if (oneColumn) return names.map((name) => `${name}\n`).join('');
  return columns(names, flags.get('w') ?? LINE_WIDTH, flags.has('x'));
}

function sorted(entries: Entry[], flags: ReadonlyMap<string, number>): Entry[] {
  if (flags.has('U')) return entries;
  const compare = (a: Entry, b: Entry): number => {
    if (flags.has('S')) return nodeSize(b.node) - nodeSize(a.node) || compareStrings(a.name, b.name);
    if (flags.has('t')) return b.node.modifiedAt - a.node.modifiedAt || compareStrings(a.name, b.name);
    return compareStrings(a.name, b.name);
  };
  entries.sort(compare);
  return flags.has('r') ? entries.reverse() : entries;
}

function entriesOf(tool: Tool, folder: string, names: readonly string[], flags: ReadonlyMap<string, number>): Entry[] {
  tool.charge(1 + names.length);
  const shown = flags.has('a') || flags.has('A') ? names : names.filter((name) => !name.startsWith('.'));
  const all = flags.has('a') ? ['.', '..', ...shown] : shown;
  return all.flatMap((name) => {
    const path = joinPath(folder, name);
    const followed = tool.stat(path, flags.has('L'));
    const node = followed.ok ? followed : tool.stat(path, false);
    return node.ok ? [{ name, path, node: node.value }] : [];
  });
}

function* listFolder(
  tool: Tool,
  folder: string,
  flags: ReadonlyMap<string, number>,
  title: string | undefined,
): Coroutine<number> {
  const listed = tool.machine.files.readDirectory(tool.path(folder));
  if (!listed.ok) {
    const busybox = tool.machine.programs.has('busybox');
    yield* tool.complain(
      `${busybox ? `can't open '${folder}'` : `cannot open directory '${folder}'`}: ${errorText(listed.error)}`,
    );
    return busybox ? 1 : 2;
  }
  const entries = sorted(entriesOf(tool, folder, listed.value, flags), flags);
  if (title !== undefined) yield* tool.out(`${title}:\n`);
  const long = ['l', 'n', 's', 'o', 'g', 'full-time'].some((flag) => flags.has(flag));
  if (long) {
    const blocks = entries.reduce(
      (sum, { node }) => sum + (node.type === 'link' ? 0 : Math.ceil(nodeSize(node) / 4096) * 4),
      0,
    );
    yield* tool.out(`total ${flags.has('h') ? humanSize(blocks * 1024) : blocks}\n`);
  }
  yield* tool.out(format(tool, entries, flags));
  if (!flags.has('R')) return 0;
  let status = 0;
  for (const { name, path, node } of entries)
    if (node.type === 'directory' && name !== '.' && name !== '..') {
      yield* tool.out('\n');
      if ((yield* listFolder(tool, path, flags, path)) !== 0) status = 1;
    }
  return status;
}

function* runLs(tool: Tool): Coroutine<number> {
  const {
    flags: given,
    values,
    operands,
  } = yield* tool.options(
    '-a --all, -A --almost-all, -l, -1, -C, -d --directory, -s --size, -F --classify, -p, -h --human-readable, -i --inode, -n --numeric-uid-gid, -o, -g, -G --no-group, -r --reverse, -R --recursive, -S, -t, -U, -m, -x, -X, -q, -Q --quote-name, -N, -L, -H, -k, -u, -c, -v, -w=, --color=?, --full-time, --group-directories-first, --time-style=, --sort=',
    { status: 2 },
  );
  const flags = new Map(given);
  const sorting = { size: 'S', time: 't', none: 'U', extension: 'X', version: 'v' }[values.get('sort')?.at(-1) ?? ''];
  if (sorting !== undefined) flags.set(sorting, 1);
  const style = values.get('time-style')?.at(-1) ?? '';
  if (style === 'full-iso') flags.set('full-time', 1);
  if (style === 'long-iso') flags.set('long-iso', 1);
  const width = Number(values.get('w')?.at(-1));
  if (width > 0) flags.set('w', width);
  const files: Entry[] = [];
  const folders: Entry[] = [];
  let status = 0;
  for (const operand of operands.length > 0 ? operands : ['.']) {
    const followed = tool.stat(operand, !flags.has('l') || flags.has('L') || flags.has('H'));
    const node = followed.ok ? followed : tool.stat(operand, false);
    if (!node.ok) {
      status = tool.name === 'ls' && !tool.machine.programs.has('busybox') ? 2 : 1;
      yield* tool.complain(lsProblem(tool, operand, errorText(node.error)));
    } else if (node.value.type === 'directory' && !flags.has('d'))
      folders.push({ name: operand, path: operand, node: node.value });
    else files.push({ name: operand, path: operand, node: node.value });
  }
  yield* tool.out(format(tool, sorted(files, flags), flags));
  const titled = operands.length > 1 || flags.has('R');
  for (const [index, folder] of sorted(folders, flags).entries()) {
    if (index > 0 || files.length > 0) yield* tool.out('\n');
    status = Math.max(status, yield* listFolder(tool, folder.path, flags, titled ? folder.name : undefined));
  }
  return status;
}

function lsProblem(tool: Tool, operand: string, text: string): string {
  return tool.machine.programs.has('busybox') ? `${operand}: ${text}` : `cannot access '${operand}': ${text}`;
}

export const ls = defineCommand({ name: 'ls', program: toolProgram(runLs) });
