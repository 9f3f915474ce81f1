const linesOf = (cell: string): string[] => cell.split('\n');
const widthOf = (cell: string): number => Math.max(...linesOf(cell).map((line) => line.length));

/** A cell that is wider than its column, as several lines together may be, cut; line ends take no width (strutil.Resize). */
function shortened(cell: string, width: number): string {
  let left = width - 3;
  let end = 0;
  if (cell.replaceAll('\n', '').length <= width) return cell;
  while (end < cell.length && left > 0) if (cell[end++] !== '\n') left--;
  return `${cell.slice(0, end)}...`;
}

/** A table as gosuri/uitable prints it: cells as wide as the widest, tabs between, longer texts cut with dots. */
export function helmTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]))));
  const fit = (cell: string, width: number): string[] => linesOf(shortened(cell, width));
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => fit(cell, widths[column]));
      const height = Math.max(...cells.map((lines) => lines.length));
      return Array.from({ length: height }, (_, line) =>
        cells.map((lines, column) => (lines[line] ?? '').padEnd(widths[column])).join('\t'),
      ).join('\n');
    })
    .map((line) => `${line}\n`)
    .join('');
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An instant as Go's time.ANSIC prints it. */
export function ansic(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)} ${String(date.getUTCFullYear())}`;
}

/** An instant as Go's time.Time prints itself. */
export const goTime = (ms: number): string => {
  const iso = new Date(ms).toISOString();
  const fraction = `${iso.slice(20, 23)}000000`.replace(/0+$/, '');
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction === '' ? '' : `.${fraction}`} +0000 UTC`;
};
