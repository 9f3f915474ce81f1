/** Where the group that opens at `at` ends: the index behind its closing sign; -1 when it is still open. */
export function endOfGroup(text: string, at: number): number {
  const closing = { '(': ')', '{': '}' }[text.charAt(at)] ?? '';
  let depth = 0;
  let quote = '';
  for (let index = at; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === text.charAt(at)) depth++;
    else if (character === closing && --depth === 0) return index + 1;
  }
  return -1;
}

/** Splits where one of `signs` stands outside quotes, parentheses and braces; empty pieces are left out. */
export function splitOutside(text: string, signs: string): string[] {
  const pieces: string[] = [];
  let [piece, quote, depth] = ['', '', 0];
  for (const character of text) {
    if (quote === '' && depth === 0 && signs.includes(character)) {
      pieces.push(piece);
      piece = '';
      continue;
    }
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '(' || character === '{') depth++;
    else if (character === ')' || character === '}') depth--;
    piece += character;
  }
  return [...pieces, piece].map((part) => part.trim()).filter((part) => part !== '');
}

/** What stands outside quotes. */
export const withoutQuoted = (text: string): string => text.replace(/'[^']*'|"[^"]*"/g, '""');
