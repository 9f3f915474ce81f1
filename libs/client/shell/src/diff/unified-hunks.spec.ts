import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unifiedHunks } from './unified-hunks.js';

describe('unifiedHunks', () => {
  it.each([
    ['equal texts', 'a\n', 'a\n', ''],
    ['one changed line', 'a\nb\nc\n', 'a\nx\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n'],
    ['a new file', '', 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b\n'],
    ['a single line', 'a\n', 'b\n', '@@ -1 +1 @@\n-a\n+b\n'],
    ['no line break at the end', 'a', 'a\n', '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n'],
  ])('%s', (_, before, after, diff) => {
    expect(unifiedHunks(before, after)).toBe(diff);
  });

  it('parts changes that are far from each other', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    const changed = lines.map((line, i) => (i === 3 || i === 25 ? 'other' : line));
    expect(unifiedHunks(`${lines.join('\n')}\n`, `${changed.join('\n')}\n`).match(/^@@/gm)).toHaveLength(2);
  });

  const answers = JSON.parse(readFileSync(new URL('gnu-diff.json', import.meta.url), 'utf8')) as readonly {
    readonly before: string;
    readonly after: string;
    readonly diff: string;
  }[];

  it.each(answers)('says of texts that repeat themselves what GNU diff 3.8 says', ({ before, after, diff }) => {
    expect(unifiedHunks(before, after)).toBe(diff);
  });
});
