import type { HelpPages } from './cluster-tool.js';

interface PackedPages {
  /** Every line once. */
  readonly lines: readonly string[];
  /** By a command's words, which lines its page has, by their number. */
  readonly help: Readonly<Record<string, string>>;
}

/** Help pages as reference/*\/help.json has them, read when the first one is asked for. */
export function packedPages(json: string): () => HelpPages {
  let pages: HelpPages | undefined;
  return () => {
    if (pages) return pages;
    const { lines, help } = JSON.parse(json) as PackedPages;
    const page = (numbers: string): string =>
      numbers
        .split(' ')
        .map((number) => lines[Number(number)])
        .join('\n');
    pages = Object.fromEntries(Object.entries(help).map(([name, numbers]) => [name, page(numbers)]));
    return pages;
  };
}
