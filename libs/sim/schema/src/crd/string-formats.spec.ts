import { describe, expect, it } from 'vitest';
import { stringFormat } from './string-formats.js';

const TABLE: readonly (readonly [format: string, good: readonly string[], bad: readonly string[]])[] = [
  ['date', ['2024-02-29'], ['2023-02-29', '2024-2-1', 'today']],
  ['date-time', ['2024-01-31T10:00:00Z', '2024-01-31t10:00:00.5+02:00'], ['2024-01-31', '2024-01-31T24:00:00Z']],
  ['duration', ['5 days', '1h30m', '2 weeks', '3 hrs and 2 min', '0'], ['soon', '5', '5 years']],
  ['email', ['a@b.c', 'Ada L. <ada@example.org>', '"x y"@b'], ['a@', 'a..b@c.d', 'a b@c.d', '<a@b', 'a@b, c@d']],
  ['hostname', ['example.org', 'a-b'], ['-a', 'a_b.example.org', 'x.1']],
  ['ipv4', ['10.0.0.1', '010.0.0.1'], ['10.0.0', '10.0.0.256', '::1']],
  ['ipv6', ['::1', '::ffff:10.0.0.1'], ['10.0.0.1', ':::']],
  ['cidr', ['10.0.0.0/8', 'fd00::/8'], ['10.0.0.0', '10.0.0.0/33']],
  ['mac', ['01:23:45:67:89:ab', '0123.4567.89ab'], ['01:23-45:67:89:ab', '01:23:45']],
  ['uri', ['https://example.org/x?y', '/path'], ['example.org', 'a b', '']],
  ['uuid', ['F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'], ['f81d4fae']],
  ['uuid4', ['f81d4fae-7dec-41d0-a765-00a0c91e6bf6'], ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6']],
  ['isbn', ['0-321-75104-3', '978-0321751041'], ['978-0321751042']],
  ['creditcard', ['4111 1111 1111 1111'], ['4111 1111 1111 1112']],
  ['ssn', ['111-11-1111'], ['111111111']],
  ['hexcolor', ['#fff', 'a0b1c2'], ['#ffff']],
  ['rgbcolor', ['rgb(0, 10,255)'], ['rgb(0,0,256)']],
  ['byte', ['aGVsbG8='], ['aGVsbG8', '']],
  ['k8s-short-name', ['a-1'], ['A', 'a.b']],
  ['k8s-long-name', ['a.b-1'], ['a..b']],
];

describe('formats of texts', () => {
  it.each(TABLE)('%s', (format, good, bad) => {
    const check = stringFormat(format) ?? (() => undefined);
    expect(good.filter((text) => !check(text))).toEqual([]);
    expect(bad.filter((text) => check(text))).toEqual([]);
  });

  it('means nothing to the API server when unknown', () => {
    expect([stringFormat('int32'), stringFormat(undefined), stringFormat('phone')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
