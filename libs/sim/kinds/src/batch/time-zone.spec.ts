import { describe, expect, it } from 'vitest';
import { isKnownTimeZone } from './time-zone.js';

describe('names of time zones', () => {
  it.each(
    'UTC Etc/UTC Etc/GMT+5 GMT Europe/Paris US/Pacific America/Argentina/Buenos_Aires America/Port_of_Spain EST5EDT GB-Eire NZ-CHAT W-SU Zulu Cuba GB ROK Etc/Zulu Asia/Calcutta Asia/Kolkata Africa/Dar_es_Salaam'.split(
      ' ',
    ),
  )('%s is one', (name) => {
    expect(isKnownTimeZone(name)).toBe(true);
  });

  it.each(
    'utc Utc gmt Gmt etc/utc Etc/Utc Etc/Gmt europe/paris EUROPE/PARIS us/Pacific Us/Pacific cuba Europe/Nowhere ../x'.split(
      ' ',
    ),
  )('%s is none', (name) => {
    expect(isKnownTimeZone(name)).toBe(false);
  });
});
