import { describe, expect, it } from 'vitest';
import { OutsideWorld } from './outside-world.js';
import { mayBePublicName } from './public-names.js';

function world(internet: boolean) {
  const told: string[] = [];
  const known = { name: 'Docs.test.io', address: '198.51.100.7' };
  const outside = new OutsideWorld({ internet, external: [known], onUnknown: (what) => told.push(what) });
  return { outside, told, known };
}

it.each([
  ['k8s.io', true],
  ['raw.githubusercontent.com', true],
  ['knative.docs.dev', true],
  ['web', false],
  ['web.default', false],
  ['web.dev', false],
  ['web.default.svc.cluster.local', false],
  ['registry.example.com', false],
  ['-bad-.com', false],
])('may %s be one of the web? %s', (name, expected) => {
  expect(mayBePublicName(name)).toBe(expected);
});

describe('where there is a way out', () => {
  it('tells of names that it cannot know, and of no others', () => {
    const { outside, told } = world(true);
    expect([outside.unknownName('k8s.io'), outside.unknownName('no-such-service')]).toEqual(['NXDOMAIN', 'NXDOMAIN']);
    expect(told).toEqual(['k8s.io on the Internet']);
  });

  it('tells of public addresses, not of private and documentation ones', () => {
    const { outside, told } = world(true);
    for (const address of ['10.1.2.3', '192.0.2.1', '34.120.1.9', '203.0.113.5', '172.20.0.1'])
      outside.unknownAddress(address);
    expect(told).toEqual(['34.120.1.9 on the Internet']);
  });

  it('finds its hosts by name and by address', () => {
    const { outside, known, told } = world(true);
    expect([outside.named('docs.test.io'), outside.at('198.51.100.7')]).toEqual([known, known]);
    expect(told).toEqual([]);
  });

  it('tells of other ports of a host of which a part is known', () => {
    const { outside, known, told } = world(true);
    expect(outside.service({ ...known, partlyKnown: true }, 8080)).toBeUndefined();
    expect(outside.service(known, 8080)).toBeUndefined();
    expect(told).toEqual(['port 8080 of Docs.test.io on the Internet']);
  });
});

it('knows that nobody answers where there is no way out', () => {
  const { outside, told } = world(false);
  expect(outside.unknownName('k8s.io')).toBe('SERVFAIL');
  outside.unknownAddress('34.120.1.9');
  expect(told).toEqual([]);
});
