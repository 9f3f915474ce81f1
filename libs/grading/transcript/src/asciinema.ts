/** A line of a capture: what the terminal was sent, and the line of the file it began on. */
export interface CapturedLine {
  readonly text: string;
  readonly number: number;
}

/** A terminal capture brought into lines, and how wide the terminal was where the capture says so. */
export interface Capture {
  readonly lines: readonly CapturedLine[];
  readonly columns?: number;
}

/** The columns in asciicast's header (`{"version": 2, "width": 80, …}`, version 3: `{"term": {"cols": 80}}`). */
function castHeader(line: string): { readonly columns?: number } | undefined {
  if (!/^\s*\{.*"version"\s*:\s*[23]\b/.test(line)) return undefined;
  const width = /"(?:width|cols)"\s*:\s*(\d{1,4})/.exec(line)?.[1];
  return width === undefined ? {} : { columns: Number(width) };
}

function outputOf(line: string): string | undefined {
  if (!/^\s*\[\s*[\d.eE+-]+\s*,\s*"o"\s*,/.test(line)) return undefined;
  try {
    const event: unknown = JSON.parse(line);
    return Array.isArray(event) && typeof event[2] === 'string' ? event[2] : undefined;
  } catch {
    return undefined;
  }
}

/** Reads an asciicast file (asciinema, versions 2 and 3): the output events, joined; undefined when it is none. */
function readCast(rows: readonly string[]): Capture | undefined {
  const header = castHeader(rows[0] ?? '');
  if (!header) return undefined;
  const lines: CapturedLine[] = [];
  let text = '';
  let begun = 1;
  for (const [index, row] of rows.entries()) {
    const pieces = (outputOf(row) ?? '').split('\n');
    for (const [at, piece] of pieces.entries()) {
      if (text === '' && piece !== '') begun = index + 1;
      text += piece;
      if (at === pieces.length - 1) continue;
      lines.push({ text, number: begun });
      text = '';
    }
  }
  if (text !== '') lines.push({ text, number: begun });
  return { lines, ...header };
}

const SCRIPT_HEADER = /^Script started(?: on|,).*/;

/** Splits what was handed in into lines; captures of asciinema and `script` are told by how they begin. */
export function readCapture(source: string): Capture {
  const text = source.replace(/^\uFEFF/, '');
  const rows = text.includes('\n') ? text.replace(/\r+\n/g, '\n').split('\n') : text.split(/\r/);
  const cast = readCast(rows);
  if (cast) return cast;
  const columns = SCRIPT_HEADER.test(rows[0] ?? '') ? /COLUMNS="(\d{1,4})"/.exec(rows[0] ?? '')?.[1] : undefined;
  const lines = rows.map((row, index) => ({ text: row, number: index + 1 }));
  return { lines, ...(columns !== undefined && { columns: Number(columns) }) };
}
