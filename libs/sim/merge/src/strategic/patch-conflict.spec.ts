import { schemaFor, type SchemaNode } from '@seatrial/schema';
import type { JsonObject } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { mapsConflict } from './patch-conflict.js';

const schema = schemaFor({ group: 'apps', version: 'v1', kind: 'Deployment' }) as SchemaNode;
const template = (...containers: JsonObject[]): JsonObject => ({ spec: { template: { spec: { containers } } } });

describe('conflicts of two patches', () => {
  it.each<[string, JsonObject, JsonObject, boolean]>([
    ['other fields', { spec: { replicas: 2 } }, { spec: { paused: true } }, false],
    ['the same value', { spec: { replicas: 2 } }, { spec: { replicas: 2 } }, false],
    ['another value', { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, true],
    ['a deletion', { metadata: { labels: null } }, { metadata: { labels: { a: 'b' } } }, true],
    ['items of other names', template({ name: 'a', image: 'x' }), template({ name: 'b', image: 'y' }), false],
    ['an item of one name', template({ name: 'a', image: 'x' }), template({ name: 'a', image: 'y' }), true],
    ['other fields of an item', template({ name: 'a', image: 'x' }), template({ name: 'a', tty: true }), false],
    ['a directive', template({ name: 'a', $patch: 'delete' }), template({ name: 'a', image: 'y' }), true],
    ['lists that are replaced', template({ name: 'a', args: ['x'] }), template({ name: 'a', args: ['x', 'y'] }), true],
    ['merging scalars', { metadata: { finalizers: ['a'] } }, { metadata: { finalizers: ['b'] } }, false],
  ])('%s', (_, left, right, conflict) => {
    expect(mapsConflict(left, right, schema)).toBe(conflict);
  });
});
