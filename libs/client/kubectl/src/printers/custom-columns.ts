import { goPlain, isJsonObject, ok, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import { JsonPath } from '@seatrial/template';
import { failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { relaxedPath } from './json-path.js';
import { readTemplateFile, type ObjectPrinter } from './object-printer.js';
import { TABLE_LAYOUT, TabWriter } from './tab-writer.js';
import { escapeTerminal } from './table-printer.js';
import { TemplateFailure } from './template-printer.js';

interface Column {
  readonly header: string;
  /** As jsonpath; parsed when the header has been printed. */
  readonly path: string;
}

function parseColumns(spec: string): Column[] {
  if (spec === '') failWith('custom-columns format specified but no custom columns given');
  return spec.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0) failWith(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), path: relaxedPath(part.slice(colon + 1)) };
  });
}

function columnsOfFile(text: string): Column[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const missing = ['header', 'spec'][lines.length];
  if (missing)
    failWith(
      `invalid template, missing ${missing} line. Expected format is one line of space separated headers, one line of space separated column specs.`,
    );
  const headers = lines[0].trim().split(/\s+/);
  const paths = lines[1].trim().split(/\s+/);
  if (headers.length !== paths.length)
    failWith(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  return headers.map((header, i) => ({ header, path: relaxedPath(paths[i]) }));
}

/** Missing keys are `<none>`; what cannot be looked for is an error. */
function cellOf(object: JsonObject, path: JsonPath): Result<string, string> {
  const found = path.find(object, { allowMissingKeys: true });
  if (!found.ok) return found;
  const values = found.value.flat() as JsonValue[];
  return ok(values.length === 0 ? '<none>' : values.map((value) => escapeTerminal(goPlain(value))).join(','));
}

/** `-o custom-columns=` and `custom-columns-file=` (get.CustomColumnsPrinter). */
export function customColumnsPrinter(k: Invocation, format: string, noHeaders: boolean): ObjectPrinter {
  const equals = format.indexOf('=');
  const value = equals < 0 ? k.flags.string('template') : format.slice(equals + 1);
  const file = format.startsWith('custom-columns-file');
  if (file && value === '') failWith('custom-columns format specified but no custom columns given');
  const columns = file ? columnsOfFile(readTemplateFile(k, value, 'template')) : parseColumns(value);
  let headed = noHeaders;
  const writer = new TabWriter(TABLE_LAYOUT);
  return (object) => {
    if (!headed) writer.write(`${columns.map((column) => column.header).join('\t')}\n`);
    headed = true;
    const paths = columns.map((column) => {
      const parsed = JsonPath.parse(column.path);
      if (!parsed.ok) throw new TemplateFailure(writer.flush(), parsed.error);
      return parsed.value;
    });
    const items = Array.isArray(object.items) ? object.items.filter(isJsonObject) : [object];
    for (const item of items) {
      const cells = paths.map((path) => cellOf(item, path));
      const wrong = cells.find((cell) => !cell.ok);
      // The table is shown as far as it goes.
      if (wrong && !wrong.ok) throw new TemplateFailure(writer.flush(), wrong.error);
      writer.write(`${cells.map((cell) => (cell.ok ? cell.value : '')).join('\t')}\n`);
    }
    return writer.flush();
  };
}
