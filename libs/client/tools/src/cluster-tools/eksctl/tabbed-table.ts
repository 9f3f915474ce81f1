const TAB = 8;

/** A table whose columns are filled with tabs. */
export function tabbed(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map(
    (_, column) => Math.ceil((Math.max(...rows.map((row) => row[column].length)) + 1) / TAB) * TAB,
  );
  const cell = (text: string, column: number): string =>
    column === widths.length - 1 ? text : text + '\t'.repeat(Math.ceil((widths[column] - text.length) / TAB));
  return rows.map((row) => `${row.map(cell).join('')}\n`).join('');
}
