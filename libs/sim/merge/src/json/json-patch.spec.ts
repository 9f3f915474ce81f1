import { describe, expect, it } from 'vitest';
import { applyJsonPatch, type JsonPatchOperation } from './json-patch.js';

const TARGET = { spec: { replicas: 2, list: [1, 2] }, label: 'x' };

describe('a JSON patch', () => {
  it.each<[JsonPatchOperation, string]>([
    [{ op: 'replace', path: '/spec/new', value: 5 }, '{"spec":{"replicas":2,"list":[1,2],"new":5},"label":"x"}'],
    [{ op: 'add', path: '/spec/list/-1', value: 3 }, '{"spec":{"replicas":2,"list":[1,2,3]},"label":"x"}'],
    [{ op: 'move', path: '/spec/moved', from: '/label' }, '{"spec":{"replicas":2,"list":[1,2],"moved":"x"}}'],
    [{ op: 'test', path: '/spec/none' }, '{"spec":{"replicas":2,"list":[1,2]},"label":"x"}'],
  ])('%j gives %s', (operation, result) => {
    const patched = applyJsonPatch(TARGET, [operation]);
    expect(patched.ok && JSON.stringify(patched.value)).toBe(result);
  });

  it.each<[JsonPatchOperation, string]>([
    [
      { op: 'replace', path: '/no/a', value: 5 },
      'replace operation does not apply: doc is missing path: /no/a: missing value',
    ],
    [
      { op: 'replace', path: '/spec/list/7', value: 5 },
      'replace operation does not apply: doc is missing key: /spec/list/7: missing value',
    ],
    [
      { op: 'remove', path: '/spec/a' },
      "error in remove for path: '/spec/a': Unable to remove nonexistent key: a: missing value",
    ],
    [{ op: 'add', path: '', value: 1 }, 'add operation does not apply: doc is missing path: "": missing value'],
    [
      { op: 'add', path: '/spec/list/x', value: 1 },
      `error in add for path: '/spec/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
    ],
    [{ op: 'test', path: '/label', value: 'y' }, 'testing value /label failed: test failed'],
    [{ op: 'frob', path: '/label' }, 'Unexpected kind: frob'],
  ])('%j is refused: %s', (operation, error) => {
    const patched = applyJsonPatch(TARGET, [operation]);
    expect(patched.ok ? '' : patched.error).toBe(error);
  });
});
