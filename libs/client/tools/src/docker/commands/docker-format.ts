import { fail, ok, type Result } from '@seatrial/kernel';
import { alignColumns } from '@seatrial/kubectl';
import { TemplateSet, TemplateStruct, templateFunction, templateResult } from '@seatrial/template';
import { DockerFailure } from '../docker-failure.js';

const sorted = (value: unknown): unknown =>
  value instanceof TemplateStruct || value === null || typeof value !== 'object' || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value));

/** Docker's own template functions (docker/cli templates package). */
const FUNCTIONS = {
  json: templateFunction(['any'], (value: unknown) => JSON.stringify(sorted(value))),
  join: templateFunction(['list', 'string'], (list: readonly string[], separator: string) => list.join(separator)),
  lower: templateFunction(['string'], (text: string) => text.toLowerCase()),
  upper: templateFunction(['string'], (text: string) => text.toUpperCase()),
  split: templateFunction(['string', 'string'], (text: string, separator: string) => text.split(separator)),
  title: templateFunction(['string'], (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)),
  println: templateFunction(['any'], (value: unknown) => `${String(value)}\n`),
};

/** Parses a `--format`; what is given back runs it. */
export function dockerTemplate(
  text: string,
  missingKey: 'error' | 'default',
): (data: unknown) => Result<string, string> {
  const set = new TemplateSet('', { functions: FUNCTIONS, missingKey, numbers: 'int64' });
  const parsed = templateResult(() => {
    set.parse('', text);
  });
  if (!parsed.ok) throw new DockerFailure(`template parsing error: ${parsed.error.message}`, 64);
  return (data) => {
    const run = templateResult(() => set.execute('', data));
    return run.ok ? ok(run.value) : fail(run.error.message);
  };
}

/** A listing: its columns, and a row's cells by column name. */
export interface Listing {
  /** Column headings by field, in the order of the default table. */
  readonly columns: Readonly<Record<string, string>>;
  /** Fields that only formats show, with their headings. */
  readonly more?: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** The Go type that errors name. */
  readonly type: string;
  readonly quiet?: { readonly on: boolean; readonly field: string };
  readonly format: string | undefined;
}

/** What a listing command prints: its table, the ids alone, or by a template. */
export function formatListing(listing: Listing): string {
  const { columns, rows, quiet } = listing;
  let format = listing.format === 'table' || listing.format === '' ? undefined : listing.format;
  if (quiet?.on && format === undefined) return rows.map((row) => `${row[quiet.field]}\n`).join('');
  const layout = { minWidth: 10, padding: 3 };
  if (format === undefined) {
    const fields = Object.keys(columns);
    const lines = [Object.values(columns), ...rows.map((row) => fields.map((field) => row[field]))];
    return alignColumns(lines.map((cells) => `${cells.join('\t')}\n`).join(''), layout);
  }
  if (format === 'json') format = '{{json .}}';
  const table = format.startsWith('table ');
  const text = (table ? format.slice(6).trim() : format).replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  const render = dockerTemplate(text, 'default');
  const headings = { ...listing.more, ...columns };
  const lines: string[] = table ? [unwrap(render(headings))] : [];
  for (const row of rows) {
    const data = text.includes('json') ? row : new TemplateStruct(listing.type, row);
    lines.push(unwrap(render(data)));
  }
  const all = lines.map((line) => `${line}\n`).join('');
  return table ? alignColumns(all, layout) : all;
}

function unwrap(result: Result<string, string>): string {
  if (result.ok) return result.value;
  throw new DockerFailure(`failed to execute template: ${result.error}`);
}
