import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { TABLE_LAYOUT, TabWriter } from './tab-writer.js';

/** meta.k8s.io/v1 Table, as far as printing needs it. */
export interface PrintableTable {
  readonly columns: readonly {
    readonly name: string;
    readonly type?: string;
    readonly format?: string;
    readonly priority?: number;
  }[];
  readonly rows: readonly { readonly cells: readonly JsonValue[]; readonly object?: JsonObject }[];
}

export interface TableOptions {
  readonly wide?: boolean;
  readonly noHeaders?: boolean;
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
  readonly withNamespace?: boolean;
  /** Put in front of names: `deployment.apps`. */
  readonly kind?: string;
}

export function tableOf(body: JsonObject): PrintableTable | undefined {
  if (body.kind !== 'Table' || !Array.isArray(body.columnDefinitions)) return undefined;
  const rows = Array.isArray(body.rows) ? body.rows : [];
  return {
    columns: body.columnDefinitions as unknown as PrintableTable['columns'],
    rows: rows.filter(isJsonObject).map((row) => ({
      cells: Array.isArray(row.cells) ? row.cells : [],
      ...(isJsonObject(row.object) ? { object: row.object } : {}),
    })),
  };
}

/** What cells rarely hold: line ends and escapes. */
const SPECIAL = /[\f\n\r\u001b]/;

/** Keeps control sequences from the terminal (printers.EscapeTerminal). */
export const escapeTerminal = (text: string): string => text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r');

function cellText(cell: JsonValue): string {
  if (cell === null) return '';
  if (typeof cell === 'string') {
    if (!SPECIAL.test(cell)) return cell;
    const end = cell.search(/[\f\n\r]/);
    return escapeTerminal(end < 0 ? cell : `${cell.slice(0, end)}...`);
  }
  if (typeof cell === 'object') return `map[${Object.keys(cell).join(' ')}]`;
  return String(cell);
}

const labelsOf = (object: JsonObject | undefined): Record<string, string> => {
  const metadata = object?.metadata;
  return isJsonObject(metadata) && isJsonObject(metadata.labels) ? (metadata.labels as Record<string, string>) : {};
};

/** `a=b,c=d` in the order of keys (labels.FormatLabels). */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  // Sorted as whole words (labels.Set.String), so that `a.b=` comes before `a=`.
  const text = Object.keys(labels)
    .map((key) => `${key}=${labels[key]}`)
    .sort()
    .join(',');
  return text === '' ? '<none>' : text;
}

/** Writes Tables as `kubectl get` shows them (cli-runtime HumanReadablePrinter), with one layout for a whole output. */
export class TablePrinter {
  private readonly writer = new TabWriter(TABLE_LAYOUT);
  private headers: string | undefined;

  constructor(private readonly options: TableOptions) {}

  /** Adds a table; its header is written unless the same one was the last. `event` is the watch event's type. */
  add(table: PrintableTable, kind = this.options.kind, event?: string): void {
    const { wide, showLabels, withNamespace, noHeaders } = this.options;
    const labelColumns = this.options.labelColumns ?? [];
    const shown = table.columns
      .map((column, index) => ({ column, index }))
      .filter(({ column }) => wide || !column.priority);
    const header = [
      ...(event === undefined ? [] : ['EVENT']),
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...shown.map(({ column }) => column.name.toUpperCase()),
      ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
      ...(showLabels ? ['LABELS'] : []),
    ].join('\t');
    if (!noHeaders && header !== this.headers) this.writer.write(`${header}\n`);
    this.headers = header;
    const named = shown.findIndex(({ column }) => column.format === 'name' && column.type === 'string');
    for (const row of table.rows) {
      const labels = showLabels || labelColumns.length > 0 ? labelsOf(row.object) : {};
      const metadata = row.object?.metadata;
      const namespace = isJsonObject(metadata) && typeof metadata.namespace === 'string' ? metadata.namespace : '';
      const cells = [
        ...(event === undefined ? [] : [event]),
        ...(withNamespace ? [namespace] : []),
        ...shown.map(({ index }, position) => {
          const text = cellText(row.cells[index] ?? null);
          return kind !== undefined && position === named ? `${kind}/${text}` : text;
        }),
        ...labelColumns.map((label) => (Object.hasOwn(labels, label) ? labels[label] : '')),
        ...(showLabels ? [formatLabels(labels)] : []),
      ];
      this.writer.write(`${cells.join('\t')}\n`);
    }
  }

  /** A blank line between the tables of different kinds. */
  separate(): void {
    this.writer.write('\n');
    this.headers = undefined;
  }

  flush(): string {
    return this.writer.flush();
  }
}
