import type { JsonObject, JsonValue } from '@seatrial/kernel';
import { schemaFor, type SchemaNode } from '@seatrial/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyMergePatch,
  applyStrategicMergePatch,
  createMergePatch,
  createThreeWayStrategicPatch,
  createTwoWayStrategicPatch,
} from '../index.js';

const schema = schemaFor({ group: 'apps', version: 'v1', kind: 'Deployment' }) as SchemaNode;

const short = fc.constantFrom('a', 'b', 'c', 'd');
const labels = fc.dictionary(short, short);
const container = fc.record(
  {
    name: short,
    image: short,
    args: fc.array(short, { maxLength: 3 }),
    env: fc.uniqueArray(fc.record({ name: short, value: short }), { selector: (e) => e.name, minLength: 1 }),
  },
  { requiredKeys: ['name', 'image', 'env'] },
);
const deployment = fc.record({
  metadata: fc.record({ labels, finalizers: fc.uniqueArray(short, { minLength: 1 }) }),
  spec: fc.record(
    {
      replicas: fc.nat(3),
      strategy: fc.oneof(
        fc.constant({ type: 'Recreate' }),
        fc.record({ type: fc.constant('RollingUpdate'), rollingUpdate: fc.record({ maxSurge: fc.nat(3) }) }),
      ),
      template: fc.record({
        spec: fc.record({
          containers: fc.uniqueArray(container, { selector: (c) => c.name, minLength: 1 }),
          nodeSelector: labels,
        }),
      }),
    },
    { requiredKeys: ['template', 'strategy'] },
  ),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<JsonObject>;

/** Lists merged by key may come out in another order: compare as sets. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, sorted(item)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

const must = <T>(result: { ok: true; value: T } | { ok: false; error: string }): T => {
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

describe('strategic merge patch', () => {
  it('made from two objects turns one into the other', () => {
    fc.assert(
      fc.property(deployment, deployment, (before, after) => {
        const patch = must(createTwoWayStrategicPatch(before, after, schema));
        expect(sorted(must(applyStrategicMergePatch(before, patch, schema)))).toEqual(sorted(after));
      }),
    );
  });

  it('three-way: items that lose a field stand in the order of the configuration', () => {
    const ports = (list: JsonValue[]): JsonObject => ({ spec: { ports: list } });
    const applied = ports([{ name: 'http', port: 80, protocol: 'TCP', targetPort: 80 }]);
    const next = ports([
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ]);
    const service = schemaFor({ group: '', version: 'v1', kind: 'Service' });
    if (!service) throw new Error('no schema');
    expect(must(createThreeWayStrategicPatch(applied, next, applied, service))).toEqual({
      spec: {
        '$setElementOrder/ports': [{ port: 80 }, { port: 443 }],
        ports: [
          { port: 80, protocol: null, targetPort: null },
          { name: 'https', port: 443 },
        ],
      },
    });
  });

  it('three-way: what the configuration says holds, what it never said stays', () => {
    fc.assert(
      fc.property(deployment, deployment, (applied, next) => {
        const live = { ...applied, status: { replicas: 1 } };
        const patch = must(createThreeWayStrategicPatch(applied, next, live, schema));
        const result = applyStrategicMergePatch(live, patch, schema);
        const merged = must(result);
        expect(merged.status).toEqual({ replicas: 1 });
        expect(sorted({ metadata: merged.metadata, spec: merged.spec })).toEqual(sorted(next));
      }),
    );
  });

  it('is empty between equal objects', () => {
    fc.assert(
      fc.property(deployment, (object) => {
        expect(must(createThreeWayStrategicPatch(object, object, object, schema))).toEqual({});
      }),
    );
  });

  const pod = (...names: string[]): JsonObject => ({
    spec: { template: { spec: { containers: names.map((name) => ({ name, image: name })) } } },
  });
  const containers = (patch: unknown): JsonObject => ({ spec: { template: { spec: patch } } }) as unknown as JsonObject;
  const cases: [string, JsonObject, JsonObject, unknown][] = [
    ['new items come before the server’s', pod('a', 'b'), containers({ containers: [{ name: 'c' }] }), ['c', 'a', 'b']],
    ['$patch: delete', pod('a', 'b'), containers({ containers: [{ name: 'a', $patch: 'delete' }] }), ['b']],
    [
      '$patch: replace',
      pod('a', 'b'),
      containers({ containers: [{ $patch: 'replace' }, { name: 'z', image: 'z' }] }),
      ['z'],
    ],
    [
      '$setElementOrder',
      pod('a', 'b'),
      containers({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }),
      ['b', 'a'],
    ],
  ];
  it.each(cases)('%s', (_title, before, patch, names) => {
    const merged = must(applyStrategicMergePatch(before, patch, schema)) as unknown as {
      spec: { template: { spec: { containers: { name: string }[] } } };
    };
    expect(merged.spec.template.spec.containers.map(({ name }) => name)).toEqual(names);
  });
});

describe('merge patch', () => {
  const value = fc.dictionary(short, fc.oneof(short, fc.dictionary(short, fc.oneof(short, fc.nat(3)))));
  it('made from two objects turns one into the other', () => {
    fc.assert(
      fc.property(value, value, (before, after) => {
        expect(applyMergePatch(before, createMergePatch(before, after))).toEqual(after);
      }),
    );
  });
});
