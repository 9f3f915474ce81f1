import type { CoreEvent, KubeObject, Pod } from '@seatrial/apiserver';
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DescribeContext } from './describe-context.js';
import { DESCRIBERS, describeObject } from './describers.js';
import { labelFor } from './generic-describer.js';
import { DescriptionWriter, alignTabs } from './tabbed-text.js';
import { writeVolumes } from './volume-lines.js';

const NOW = Date.parse('2026-11-21T06:00:00Z');

function contextOf(objects: readonly KubeObject[]): DescribeContext {
  return {
    now: NOW,
    showEvents: true,
    get: (resource, _namespace, name) => {
      const found = objects.find((object) => object.kind === resource.kind && object.metadata.name === name);
      if (!found) throw new Error(`no ${name}`);
      return { ok: true, value: found as never };
    },
    list: (resource) => ({ ok: true, value: objects.filter(({ kind }) => kind === resource.kind) as never }),
  };
}

const meta = (name: string): KubeObject['metadata'] => ({
  name,
  namespace: 'default',
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-11-21T05:00:00Z',
});

test('every describer is registered, in order', () => {
  const files = fs
    .readdirSync('libs/client/kubectl/src/describe')
    .filter((file) => file.endsWith('.describe.ts'))
    .sort();
  expect(DESCRIBERS).toHaveLength(files.length);
  const kebab = (kind: string): string =>
    kind.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
  expect(DESCRIBERS.map(({ kind }) => `${kebab(kind)}.describe.ts`)).toEqual(files);
});

describe('tabs align as Go’s tabwriter does', () => {
  test.each([
    ['a\tb\nccc\td\n', 'a    b\nccc  d\n'],
    ['a\tb\nx\nccc\td\n', 'a  b\nx\nccc  d\n'],
    ['a\t\tb\nc\td\te\n', 'a     b\nc  d  e\n'],
    ['Ä\tb\nxx\tc\n', 'Ä   b\nxx  c\n'],
  ])('%j', (text, expected) => {
    expect(alignTabs(text)).toBe(expected);
  });
});

test('events: ages, repeats, order, and only those about the object', () => {
  const event = (message: string, more: Partial<CoreEvent>): CoreEvent => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: meta(message),
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', uid: 'uid-web', fieldPath: 'spec.containers{c}' },
    type: 'Normal',
    reason: 'Pulled',
    message,
    source: { component: 'kubelet' },
    firstTimestamp: '2026-11-21T05:58:00Z',
    lastTimestamp: '2026-11-21T05:59:50Z',
    count: 1,
    ...more,
  });
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta('web'),
    spec: { containers: [] },
    status: {},
  } as unknown as Pod;
  const events = [
    event('again', { count: 3 }),
    event('other', { involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', uid: 'uid-before' } }),
    event('first', { lastTimestamp: '2026-11-21T05:58:00Z' }),
  ];
  const described = describeObject(pod, contextOf([pod, ...events]));
  const text = described.ok ? described.value : '';
  expect(text.slice(text.indexOf('Events:'))).toBe(
    'Events:\n' +
      '  Type    Reason  Age               From     Message\n' +
      '  ----    ------  ----              ----     -------\n' +
      '  Normal  Pulled  2m                kubelet  spec.containers{c}: first\n' +
      '  Normal  Pulled  10s (x3 over 2m)  kubelet  spec.containers{c}: again\n',
  );
});

test('what has no describer is printed field by field', () => {
  const lamp = {
    apiVersion: 'lab.example/v1',
    kind: 'Lamp',
    metadata: { ...meta('desk'), labels: { a: 'b' } },
    spec: { maxWatts: 40, colours: ['red', 'green'], parts: [{ name: 'bulb' }] },
  } as KubeObject;
  const described = describeObject(lamp, { ...contextOf([]), showEvents: false });
  expect(described).toEqual({
    ok: true,
    value:
      'Name:         desk\nNamespace:    default\nLabels:       a=b\nAnnotations:  <none>\n' +
      'API Version:  lab.example/v1\nKind:         Lamp\nMetadata:\n  Creation Timestamp:  2026-11-21T05:00:00Z\n' +
      '  Resource Version:    1\n  UID:                 uid-desk\nSpec:\n  Colours:\n    red\n    green\n' +
      '  Max Watts:  40\n  Parts:\n    Name:  bulb\n',
  });
  expect(labelFor('podIPs')).toBe('Pod I Ps');
  expect(labelFor('app.kubernetes.io')).toBe('app.kubernetes.io');
});

test('the claim of an ephemeral volume is indented piece by piece', () => {
  const w = new DescriptionWriter();
  const volumeClaimTemplate = {
    metadata: { labels: { a: 'b', c: 'd' }, annotations: { e: 'f\ng' } },
    spec: { storageClassName: 'fast' },
  };
  writeVolumes(w, [{ name: 'work', ephemeral: { volumeClaimTemplate } }], '');
  expect(w.text().split('\n').slice(5, 11)).toEqual([
    '    Labels:            a=b',
    '                       c=d',
    '    Annotations:       e:',
    '                     f',
    '                     g',
    '    Capacity:      ',
  ]);
});
