import { readFileSync, readdirSync } from 'node:fs';
import type { JsonObject } from '@seatrial/kernel';
import type { DraftObject, KindContext, KindDefinition, KubeObject } from '@seatrial/apiserver';
import { Discovery, decodeObject, fieldErrorText, parseApiVersion, schemaFor } from '@seatrial/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allKinds } from './kinds.js';

const context = { now: 0, user: { username: 'admin', groups: [] } } as unknown as KindContext;
const byKind = new Map(allKinds.map((kind) => [`${kind.group}/${kind.kind}`, kind]));

interface Recording {
  readonly objects?: readonly KubeObject[];
}

const recorded: KubeObject[] = readdirSync('conformance/recorded', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => (JSON.parse(readFileSync(`conformance/recorded/${file}`, 'utf8')) as Recording).objects ?? []);

const kindOf = (object: KubeObject): KindDefinition | undefined =>
  byKind.get(`${parseApiVersion(object.apiVersion).group}/${object.kind}`);

describe('the registry of kinds', () => {
  const discovery = new Discovery();
  it.each(allKinds)('$kind is served and has a schema', (kind) => {
    expect(discovery.byResource(kind.group, kind.version, kind.resource)?.kind).toBe(kind.kind);
    expect(schemaFor(kind)).toBeDefined();
  });

  it('names every kind once', () => {
    expect(byKind.size).toBe(allKinds.length);
  });
});

describe('recorded objects', () => {
  it('get no further defaults, are valid, and fill their columns', () => {
    const complaints = new Set<string>();
    for (const object of recorded) {
      const kind = kindOf(object);
      if (!kind) continue;
      const draft = structuredClone(object) as unknown as DraftObject;
      kind.defaults?.(draft);
      expect(draft).toEqual(object);
      for (const error of kind.validate?.(object, context) ?? [])
        complaints.add(`${object.kind} ${fieldErrorText(error)}`);
      if (kind.table) expect(kind.table.cells(object, 0)).toHaveLength(kind.table.columns.length);
    }
    expect([...complaints]).toEqual([]);
  });
});

describe('incomplete objects', () => {
  /** Parts of recorded objects left out, so that every hook meets what a student forgot. */
  const leaveOut = (value: unknown, random: () => boolean): unknown => {
    if (Array.isArray(value)) return value.filter(() => !random()).map((item) => leaveOut(item, random));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key === 'apiVersion' || key === 'kind' || !random())
        .map(([key, item]) => [key, leaveOut(item, random)]),
    );
  };

  it('never break a hook', () => {
    const sample = recorded.filter((object, index) => kindOf(object) && index % 7 === 0);
    fc.assert(
      fc.property(fc.constantFrom(...sample), fc.infiniteStream(fc.nat(9)), (object, stream) => {
        const kind = kindOf(object);
        const schema = kind && schemaFor(kind);
        const body = leaveOut(object, () => stream.next().value === 0) as JsonObject;
        const decoded = schema && decodeObject(body, schema);
        if (!decoded?.ok) return;
        const draft = { metadata: {}, ...decoded.value.object } as unknown as DraftObject;
        kind?.defaults?.(draft);
        kind?.prepareForCreate?.(draft, context);
        const made = draft as unknown as KubeObject;
        kind?.validate?.(made, context);
        kind?.validateUpdate?.(made, object, context);
        kind?.table?.cells(made, 0);
      }),
      { numRuns: 500 },
    );
  });
});
