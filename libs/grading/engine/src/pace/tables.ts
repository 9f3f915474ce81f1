import { symbolic } from '../binding/identifiers.js';

/** One row of a table that kubectl printed. */
export interface TableRow {
  /** Its namespace and name, with generated endings made symbolic: rows of one key may stand for each other. */
  readonly key: string;
  /** What the student chose of its name. */
  readonly stem: string;
  /** Column's heading → what stands in it. */
  readonly cells: ReadonlyMap<string, string>;
}

const HEADING = /^(?:NAMESPACE\s{2,})?NAME\s{2,}.*[A-Z]/;
const MOST_ROWS = 500;
const cellsOf = (line: string): string[] => line.trim().split(/\s{2,}|\t+/);

/** The rows of the tables in an output; what is no table is passed over. */
export function readTables(output: string): TableRow[] {
  const rows: TableRow[] = [];
  let headings: readonly string[] = [];
  for (const line of output.split('\n')) {
    if (rows.length >= MOST_ROWS) break;
    if (HEADING.test(line)) headings = cellsOf(line);
    else if (line.trim() === '') headings = [];
    const row = headings.length === 0 || HEADING.test(line) ? undefined : rowOf(headings, cellsOf(line));
    if (row) rows.push(row);
  }
  return rows;
}

function rowOf(headings: readonly string[], texts: readonly string[]): TableRow | undefined {
  if (texts.length !== headings.length) return undefined;
  const cells = new Map(headings.map((heading, index) => [heading, texts[index] ?? '']));
  const name = cells.get('NAME') ?? '';
  const { template, identifiers } = symbolic(name);
  return { key: `${cells.get('NAMESPACE') ?? ''} ${template}`, stem: identifiers[0]?.stem ?? name, cells };
}

const UNITS_MS: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
};

/** `3m20s` in ms (k8s.io/apimachinery/pkg/util/duration: what is left out is cut off); undefined when it is no age. */
export function parseAge(text: string): number | undefined {
  if (!/^(?:\d+[ydhms])+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+)([ydhms])/g))
    sum += Number(count) * (UNITS_MS[unit] ?? 0);
  return sum;
}
