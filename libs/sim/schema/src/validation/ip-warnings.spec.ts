import { expect, it } from 'vitest';
import { FieldPath } from './field-path.js';
import { cidrWarnings, ipWarnings } from './ip-warnings.js';

const PATH = FieldPath.root('ip');

it.each([
  ['10.0.0.1', []],
  [
    '010.0.0.01',
    ['non-standard IP address "010.0.0.01" will be considered invalid in a future Kubernetes release: use "10.0.0.1"'],
  ],
  [
    '::ffff:1.2.3.4',
    [
      'non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"',
    ],
  ],
  ['2001:DB8:0:0::1', ['IPv6 address "2001:DB8:0:0::1" should be in RFC 5952 canonical format ("2001:db8::1")']],
  ['::1', []],
])('an address %s', (text, warnings) => {
  expect(ipWarnings(PATH, text)).toEqual(warnings.map((warning) => `ip: ${warning}`));
});

it.each([
  ['10.0.0.0/8', []],
  [
    '172.18.0.5/16',
    ['CIDR value "172.18.0.5/16" is ambiguous in this context (should be "172.18.0.0/16" or "172.18.0.5/32"?)'],
  ],
  [
    '10.0.0.0/08',
    [
      'non-standard CIDR value "10.0.0.0/08" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"',
    ],
  ],
  ['fd00:0::/32', ['IPv6 CIDR value "fd00:0::/32" should be in RFC 5952 canonical format ("fd00::/32")']],
])('a range %s', (text, warnings) => {
  expect(cidrWarnings(PATH, text)).toEqual(warnings.map((warning) => `ip: ${warning}`));
});
