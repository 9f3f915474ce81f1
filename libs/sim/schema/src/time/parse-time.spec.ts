import { describe, expect, it } from 'vitest';
import { parseTime } from './go-time.js';

describe('parseTime', () => {
  it.each([
    '2026-11-21T04:30:00Z',
    '2024-02-29T23:59:59Z',
    '2026-12-31T00:00:00Z',
    '1999-01-01T00:00:00Z',
    '1960-05-05T05:05:05Z',
    '2026-11-21T04:30:00.25Z',
    '2026-11-21T04:30:00+02:00',
  ])('reads %s as the calendar has it', (text) => {
    expect(parseTime(text)).toBe(Date.parse(text));
  });

  it.each([
    '',
    'now',
    '2026-11-21',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-11-21T25:00:00Z',
    '2026-11-21 04:30:00Z',
    '2026-11-21T04:3a:00Z',
    '2026-11-21T04:30:61Z',
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
