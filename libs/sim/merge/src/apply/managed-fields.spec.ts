import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { schemaFor } from '@seatrial/schema';
import { describe, expect, it } from 'vitest';
import {
  applyConflictMessage,
  applyServerSide,
  formatManagedFields,
  updateManagedFields,
  type ManagedFields,
  type WriteIdentity,
} from './managed-fields.js';

const schema = schemaFor({ group: 'apps', version: 'v1', kind: 'Deployment' });
const by = (manager: string, operation: 'Apply' | 'Update' = 'Apply'): WriteIdentity => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
});
const deployment = (spec: JsonObject, labels?: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...(labels && { labels }) },
  spec,
});
const container = (name: string, image: string): JsonObject => ({ name, image });
const template = (...containers: JsonObject[]): JsonObject => ({ template: { spec: { containers } } });

function apply(
  live: JsonObject | undefined,
  config: JsonObject,
  managers: ManagedFields,
  manager: string,
  force = false,
) {
  return applyServerSide({ live, config, managers, identity: by(manager), schema, force });
}

describe('lists of a server-side apply', () => {
  it.each([
    ['abc', 'c', 'abc'],
    ['abc', 'ca', 'bca'],
    ['abc', 'xb', 'axbc'],
    ['abcd', 'dxa', 'bcdxa'],
    ['ab', 'bxay', 'bxay'],
  ])('%s takes %s as %s', (live, config, expected) => {
    const of = (names: string): JsonObject => deployment(template(...[...names].map((name) => container(name, 'x'))));
    const result = apply(of(live), of(config), [], 'ana', true);
    const shown = result.ok ? JSON.stringify(result.value.object).match(/(?<="name":")[a-z](?=")/g) : [];
    expect(shown?.join('')).toBe(expected);
  });
});

describe('server-side apply', () => {
  const first = apply(
    undefined,
    deployment({ replicas: 3, ...template(container('a', 'x')) }, { app: 'web' }),
    [],
    'ana',
  );

  it('owns what the configuration names', () => {
    expect(first.ok && formatManagedFields(first.value.managers)).toEqual([
      {
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        manager: 'ana',
        operation: 'Apply',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:template': {
              'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
            },
          },
        },
      },
    ]);
  });

  it('refuses to change what another manager owns, and names it', () => {
    if (!first.ok) throw new Error('setup');
    const second = apply(first.value.object, deployment({ replicas: 5 }), first.value.managers, 'bo');
    expect(!second.ok && applyConflictMessage(second.error)).toBe(
      'Apply failed with 1 conflict: conflict with "ana": .spec.replicas',
    );
  });

  it('takes the field over when forced, and shares it when both agree', () => {
    if (!first.ok) throw new Error('setup');
    const forced = apply(first.value.object, deployment({ replicas: 5 }), first.value.managers, 'bo', true);
    const owners = forced.ok ? forced.value.managers.filter(({ fields }) => fields.has(['f:spec', 'f:replicas'])) : [];
    expect(owners.map(({ manager }) => manager)).toEqual(['bo']);
    const agreed = apply(first.value.object, deployment({ replicas: 3 }), first.value.managers, 'bo');
    const both = agreed.ok ? agreed.value.managers.filter(({ fields }) => fields.has(['f:spec', 'f:replicas'])) : [];
    expect(both.map(({ manager }) => manager)).toEqual(['ana', 'bo']);
  });

  it('removes what a manager gives up and nobody else owns', () => {
    if (!first.ok) throw new Error('setup');
    const more = apply(first.value.object, deployment(template(container('b', 'y'))), first.value.managers, 'bo');
    if (!more.ok) throw new Error('setup');
    const less = apply(more.value.object, deployment({ replicas: 3 }), more.value.managers, 'ana');
    const spec = less.ok && isJsonObject(less.value.object.spec) ? less.value.object.spec : {};
    expect(spec).toEqual({ replicas: 3, ...template(container('b', 'y')) });
    expect(less.ok && less.value.object.metadata).toEqual({ name: 'web' });
  });

  it('takes a field away with the defaults below it that nobody owns', () => {
    const probed = { ...container('a', 'x'), livenessProbe: { httpGet: { port: 80 } } };
    const before = apply(undefined, deployment(template(probed)), [], 'ana');
    if (!before.ok) throw new Error('setup');
    const probe = { httpGet: { port: 80, scheme: 'HTTP' }, periodSeconds: 10 };
    const live = deployment(template({ ...container('a', 'x'), livenessProbe: probe }));
    const after = apply(live, deployment(template(container('a', 'x'))), before.value.managers, 'ana');
    expect(after.ok && after.value.object.spec).toEqual(template(container('a', 'x')));
  });
});

describe('ordinary writes', () => {
  it('own what they add, with new maps and items themselves', () => {
    const created = updateManagedFields(
      undefined,
      deployment(template(container('a', 'x')), { app: 'web' }),
      [],
      by('kubectl-create', 'Update'),
      schema,
    );
    expect(created[0].fields.toFieldsV1()).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:template': {
          'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
        },
      },
    });
  });

  it('never own metadata itself, where no schema tells a struct from a map either', () => {
    const created = updateManagedFields(
      undefined,
      { metadata: { name: 'p', labels: { a: 'b' } }, spec: { up: true } },
      [],
      by('kubectl-create', 'Update'),
      undefined,
    );
    expect(created[0].fields.toFieldsV1()).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
      'f:spec': { '.': {}, 'f:up': {} },
    });
  });

  it('take a field from the manager that had it', () => {
    const before = deployment({ replicas: 3 });
    const after = deployment({ replicas: 4 });
    const applied = apply(undefined, before, [], 'ana');
    const managers = applied.ok
      ? updateManagedFields(before, after, applied.value.managers, by('kubectl-scale', 'Update'), schema)
      : [];
    expect(managers.map(({ manager, fields }) => [manager, fields.has(['f:spec', 'f:replicas'])])).toEqual([
      ['kubectl-scale', true],
    ]);
  });
});
