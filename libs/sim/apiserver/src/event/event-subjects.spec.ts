import { expect, it } from 'vitest';
import { Kin } from './event-subjects.js';

it('combines the tenth different message about one thing, and counts what was said before it as ever', () => {
  const kin = new Kin('Normal', 'Scaled', 0, undefined);
  const first = Array.from({ length: 9 }, (_, index) => `message ${index}`);
  expect(first.map((message) => kin.isCombined(message, 1000))).toEqual(first.map(() => false));
  expect(kin.isCombined('another', 2000)).toBe(true);
  expect(kin.isCombined('message 0', 3000)).toBe(false);
  expect(kin.isCombined('yet another', 4000)).toBe(true);
});
