import { KUBERNETES_PACKAGES, type NodePackages } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../../command.js';
import { toolProgram, type Tool } from '../../tool/tool.js';
import { nodeOf, notSimulated } from '../cluster-tool.js';

const HEADER = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
`;
const ARCHITECTURE = 'amd64';
/** The narrowest columns of dpkg-query for name, version and architecture. */
const NARROWEST = [14, 12, 12] as const;

interface Row {
  readonly mark: string;
  readonly cells: readonly [name: string, version: string, architecture: string, description: string];
}

/** `*` and `?` of a name's pattern. */
function matches(pattern: string, name: string): boolean {
  const [first, ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest.slice(0, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  const last = rest.at(-1) ?? '';
  return name.length - last.length >= at && name.endsWith(last);
}

function rowsOf(packages: NodePackages): Row[] {
  return KUBERNETES_PACKAGES.flatMap(({ name, description }) => {
    const version = packages.versionOf(name);
    if (version === undefined) return [];
    const mark = packages.held.includes(name) ? 'hi' : 'ii';
    return [{ mark, cells: [name, version, ARCHITECTURE, description] as const }];
  });
}

/** The table of `dpkg -l`, as wide as its longest cells (dpkg 1.21, src/query/main.c). */
function table(rows: readonly Row[]): string {
  const width = (column: number): number =>
    Math.max(NARROWEST[column] ?? 0, ...rows.map(({ cells }) => cells[column].length));
  const line = (mark: string, cells: readonly string[]): string =>
    `${mark}${cells.map((cell, column) => (column === 3 ? cell : `${cell.padEnd(width(column))} `)).join('')}\n`;
  const rule = [0, 1, 2, 3].map((column) => '='.repeat(width(column))).join('-');
  const head = line('||/ ', ['Name', 'Version', 'Architecture', 'Description']);
  return `${HEADER}${head}+++-${rule}\n${rows.map(({ mark, cells }) => line(`${mark}  `, cells)).join('')}`;
}

function* list(tool: Tool, packages: NodePackages, patterns: readonly string[]): Coroutine<number> {
  const rows = rowsOf(packages);
  const chosen =
    patterns.length === 0 ? rows : rows.filter(({ cells }) => patterns.some((pattern) => matches(pattern, cells[0])));
  const unmatched = patterns.filter((pattern) => !rows.some(({ cells }) => matches(pattern, cells[0])));
  if (unmatched.some((pattern) => !pattern.startsWith('kube')))
    return yield* notSimulated(tool, '-l of these packages');
  if (chosen.length > 0) yield* tool.out(table(chosen));
  for (const pattern of unmatched) yield* tool.err(`dpkg-query: no packages found matching ${pattern}\n`);
  return unmatched.length > 0 ? 1 : 0;
}

/** `dpkg -l` of Kubernetes' packages, the only ones that are listed. */
export const dpkg = defineCommand({
  name: 'dpkg',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [option = '', ...words] = tool.args;
    const packages = nodeOf(tool)?.packages;
    if (packages && (option === '-l' || option === '--list')) return yield* list(tool, packages, words);
    if (option === '--print-architecture' && words.length === 0) {
      yield* tool.out(`${ARCHITECTURE}\n`);
      return 0;
    }
    return yield* notSimulated(tool, [option, ...words].join(' '));
  }),
});
