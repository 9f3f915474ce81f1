import { describe, expect, it } from 'vitest';
import { alignColumns, TABLE_LAYOUT, TabWriter } from './tab-writer.js';

describe('TabWriter', () => {
  it.each([
    ['columns align over consecutive lines', 'a\tbb\tc\naaa\tb\tcc\n', 'a    bb  c\naaa  b   cc\n'],
    ['a line without tabs ends a column block', 'a\tb\nplain\naaaa\tb\n', 'a  b\nplain\naaaa  b\n'],
    ['an empty last cell still pads the one before', 'a\t\nbbb\t\n', 'a    \nbbb  \n'],
  ])('%s', (_, text, laid) => {
    expect(alignColumns(text)).toBe(laid);
  });

  it('remembers widths between flushes when asked', () => {
    const writer = new TabWriter(TABLE_LAYOUT);
    writer.write('ContainerCreating\tx\n');
    writer.flush();
    writer.write('Running\tx\n');
    expect(writer.flush()).toBe(`${'Running'.padEnd(20)}x\n`);
  });
});
