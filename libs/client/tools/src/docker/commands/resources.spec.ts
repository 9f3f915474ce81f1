import { expect, it } from 'vitest';
import { parseSize } from './resources.js';

// units.RAMInBytes of go-units v0.5.
it.each<[text: string, size: number | string]>([
  ['512m', 536_870_912],
  ['1.5g', 1_610_612_736],
  ['64MiB', 67_108_864],
  ['1 kb', 1024],
  ['7', 7],
  ['32b', 32],
  ['.5k', 512],
  ['m', "invalid size: 'm'"],
  ['', "invalid size: ''"],
  ['-1m', "invalid size: '-1m'"],
  ['512mi', "invalid suffix: 'mi'"],
  ['1bb', "invalid suffix: 'bb'"],
  ['1GiBs', "invalid suffix: 'GiBs'"],
  ['1x', "invalid suffix: 'x'"],
  ['1.2.3m', 'strconv.ParseFloat: parsing "1.2.3": invalid syntax'],
])('%j', (text, size) => {
  const parsed = parseSize(text);
  expect(parsed.ok ? parsed.value : parsed.error).toBe(size);
});
