import { describe, expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.js';

describe('unifiedDiff', () => {
  it.each([
    ['equal texts', 'a\n', 'a\n', ''],
    ['one changed line', 'a\nb\nc\n', 'a\nx\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n'],
    ['a new file', '', 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b\n'],
    ['a single line', 'a\n', 'b\n', '@@ -1 +1 @@\n-a\n+b\n'],
    ['no line break at the end', 'a', 'a\n', '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n'],
  ])('%s', (_, before, after, diff) => {
    expect(unifiedDiff(before, after)).toBe(diff);
  });

  it('parts changes that are far from each other', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    const changed = lines.map((line, i) => (i === 3 || i === 25 ? 'other' : line));
    expect(unifiedDiff(`${lines.join('\n')}\n`, `${changed.join('\n')}\n`).match(/^@@/gm)).toHaveLength(2);
  });
});
