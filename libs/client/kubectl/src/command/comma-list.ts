/** Splits a comma list as encoding/csv reads one line; quotes protect commas. */
export function splitCommaList(text: string): string[] {
  if (text === '') return [];
  const parts: string[] = [];
  const pattern = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gy;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    parts.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (pattern.lastIndex >= text.length) break;
  }
  return parts;
}
