import type { Coroutine, Process } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';

interface Column {
  readonly header: string;
  readonly width: number;
  readonly cell: (process: Process, self: Process) => string;
  /** Numbers stand at the right and are never cut. */
  readonly isNumber?: true;
}

/** The name of a process's program as the kernel knows it. */
export function commandOf({ argv: [name] }: Pick<Process, 'argv'>): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The user of a process that runs as `user:group:…`. */
export const ownerOf = ({ user }: Pick<Process, 'user'>): string => user.split(':')[0];

const groupOf = (process: Process): string => process.user.split(':')[1] ?? ownerOf(process);
const own = ({ pid }: Process): string => String(pid);

const number = (header: string, cell: Column['cell'], width = 5): Column => ({ header, width, cell, isNumber: true });
const text = (header: string, width: number, cell: Column['cell']): Column => ({ header, width, cell });

/** Columns of busybox 1.35 (procps/ps.c), in the order in which it names them. Memory is that of a small shell. */
const COLUMNS: Readonly<Record<string, Column>> = {
  user: text('USER', 8, ownerOf),
  group: text('GROUP', 8, groupOf),
  comm: text('COMMAND', 16, (process) => commandOf(process).slice(0, 15)),
  args: text('COMMAND', Infinity, ({ commandLine }) => commandLine),
  pid: number('PID', own),
  ppid: number('PPID', ({ parent }) => String(parent?.pid ?? 0)),
  pgid: number('PGID', own),
  nice: number('NI', () => '0'),
  rgroup: text('RGROUP', 8, groupOf),
  ruser: text('RUSER', 8, ownerOf),
  tty: text('TT', 6, () => '?'),
  vsz: number('VSZ', () => '2576', 4),
  sid: number('SID', own),
  stat: text('STAT', 4, (process, self) => (process === self ? 'R' : process.stopped ? 'T' : 'S')),
  rss: number('RSS', () => '920', 4),
};

/** `COL1,COL2=HEADER`: a column is as wide as the header it is given. */
function* chosenColumns(tool: Tool, lists: readonly string[]): Coroutine<readonly Column[]> {
  const columns: Column[] = [];
  for (const word of lists.flatMap((list) => list.split(','))) {
    const equal = word.indexOf('=');
    const name = equal < 0 ? word : word.slice(0, equal);
    const header = equal < 0 ? undefined : word.slice(equal + 1);
    const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
    if (!column)
      return yield* tool.die(`bad -o argument '${name}', supported arguments: ${Object.keys(COLUMNS).join(',')}`);
    columns.push(header === undefined ? column : { ...column, header, width: header.length || column.width });
  }
  return columns;
}

/** `ps` of busybox with its desktop features: every process, `-o` chooses what is said of each. */
export function* busyboxPs(tool: Tool): Coroutine<number> {
  const { values } = yield* tool.options('-o=, -T, -Z, -a, -A, -d, -e, -f, -l');
  const columns = yield* chosenColumns(tool, values.get('o') ?? ['pid,user,args']);
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, i) => (i < cells.length - 1 ? cell.padEnd(columns[i].width) : cell)).join(' ')}\n`;
  if (columns.some(({ header }) => header !== '')) yield* tool.out(line(columns.map(({ header }) => header)));
  for (const process of tool.machine.processes.list()) {
    const cells = columns.map(({ cell, width, isNumber }) => {
      const value = cell(process, tool.process);
      return isNumber ? value.padStart(width) : value.slice(0, width);
    });
    yield* tool.out(line(cells));
  }
  return 0;
}
