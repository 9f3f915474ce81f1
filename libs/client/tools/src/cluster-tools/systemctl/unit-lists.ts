import type { ClusterNode, NodeService } from '@seatrial/cluster';
import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { stateOf } from './unit-status.js';

/** What the lists are asked for. */
export interface ListQuery {
  readonly types: readonly string[];
  readonly states: readonly string[];
  readonly patterns: readonly string[];
  readonly all: boolean;
  readonly legend: boolean;
}

/** A pattern of unit names: `kube*`. */
function matches(unit: string, { patterns }: ListQuery): boolean {
  return (
    patterns.length === 0 ||
    patterns.some((pattern) => {
      const parts = (pattern.includes('.') || pattern.endsWith('*') ? pattern : `${pattern}.service`).split('*');
      const last = parts.length - 1;
      let at = 0;
      return parts.every((part, index) => {
        const found = index === 0 ? (unit.startsWith(part) ? 0 : -1) : unit.indexOf(part, at);
        at = found + part.length;
        return found >= 0 && (index < last || part === '' || unit.endsWith(part));
      });
    })
  );
}

/** Says once that a machine has units beside those of the cluster, unless only these were asked for. */
function reportOthers(tool: Tool, verb: string, { patterns }: ListQuery): void {
  if (patterns.length === 0) reportUnsupported(tool.machine, `systemctl ${verb} (the system's own units)`);
}

const width = (cells: readonly string[], header: string): number =>
  Math.max(header.length, ...cells.map(({ length }) => length));

/** `systemctl list-units` and plain `systemctl`: the loaded units that the cluster has brought. */
export function* listUnits(tool: Tool, node: ClusterNode, query: ListQuery): Coroutine<number> {
  reportOthers(tool, 'list-units', query);
  const rows = node.services
    .list()
    .filter((unit) => {
      const [active, sub] = stateOf(unit);
      const wanted = query.states.length === 0 ? query.all || unit.active || unit.restarting === true : true;
      return (
        wanted &&
        (query.types.length === 0 || query.types.includes('service')) &&
        (query.states.length === 0 || query.states.some((state) => [active, sub, 'loaded'].includes(state))) &&
        matches(`${unit.name}.service`, query)
      );
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((unit) => [`${unit.name}.service`, 'loaded', ...stateOf(unit), unit.description] as const);
  const headers = ['UNIT', 'LOAD', 'ACTIVE', 'SUB', 'DESCRIPTION'] as const;
  const widths = headers.map((header, column) =>
    width(
      rows.map((row) => row[column]),
      header,
    ),
  );
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column]))).join(' ')}\n`;
  if (rows.length > 0 && query.legend) yield* tool.out(line(headers));
  yield* tool.out(rows.map(line).join(''));
  if (!query.legend) return 0;
  if (rows.length > 0)
    yield* tool.out(
      '\nLOAD   = Reflects whether the unit definition was properly loaded.\n' +
        'ACTIVE = The high-level unit activation state, i.e. generalization of SUB.\n' +
        'SUB    = The low-level unit activation state, values depend on unit type.\n',
    );
  const hint = query.all || query.states.length > 0 ? '' : ' Pass --all to see loaded but inactive units, too.';
  const more = query.states.length > 0 ? '' : "\nTo show all installed unit files use 'systemctl list-unit-files'.";
  yield* tool.out(`${rows.length} loaded units listed.${hint}${more}\n`);
  return 0;
}

const PRESET = 'enabled';

/** `systemctl list-unit-files`. */
export function* listUnitFiles(tool: Tool, node: ClusterNode, query: ListQuery): Coroutine<number> {
  reportOthers(tool, 'list-unit-files', query);
  const rows = node.services
    .list()
    .filter(
      (unit: NodeService) =>
        (query.types.length === 0 || query.types.includes('service')) &&
        (query.states.length === 0 || query.states.includes(unit.enablement)) &&
        matches(`${unit.name}.service`, query),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, enablement }) => [`${name}.service`, enablement, PRESET] as const);
  const widths = ['UNIT FILE', 'STATE', 'PRESET'].map((header, column) =>
    width(
      rows.map((row) => row[column]),
      header,
    ),
  );
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, column) => cell.padEnd(widths[column])).join(' ')}\n`;
  if (rows.length > 0 && query.legend) yield* tool.out(line(['UNIT FILE', 'STATE', 'PRESET']));
  yield* tool.out(rows.map(line).join(''));
  if (query.legend) yield* tool.out(`${rows.length > 0 ? '\n' : ''}${rows.length} unit files listed.\n`);
  return rows.length > 0 || query.patterns.length === 0 ? 0 : 1;
}
