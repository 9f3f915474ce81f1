import { describe, expect, it } from 'vitest';
import { deleteOptions } from './delete-options.js';

const QUERY = { propagationPolicy: 'Foreground', dryRun: true } as const;

describe('options of a DELETE', () => {
  it('come from the query where there is no body', () => {
    expect(deleteOptions('', QUERY)).toEqual({ ok: true, value: QUERY });
  });

  it.each([
    ['{}', { propagationPolicy: undefined, dryRun: undefined }],
    ['{"propagationPolicy":"Orphan","gracePeriodSeconds":0}', { propagationPolicy: 'Orphan', gracePeriodSeconds: 0 }],
    ['{"orphanDependents":true}', { propagationPolicy: 'Orphan' }],
    ['{"preconditions":{"uid":"1"},"dryRun":["All"]}', { preconditions: { uid: '1' }, dryRun: true }],
  ])('come from the body alone: %s', (body, expected) => {
    expect(deleteOptions(body, QUERY)).toMatchObject({ ok: true, value: expected });
  });

  it.each([
    ['{"propagationPolicy":"All"}', 422, 'supported values: "Foreground", "Background", "Orphan", "nil"'],
    ['{"dryRun":["Some"]}', 422, 'dryRun: Unsupported value: ["Some"]: supported values: "All"'],
    ['{"gracePeriodSeconds":"x"}', 400, 'Go struct field DeleteOptions.gracePeriodSeconds of type int64'],
    ['{"kind":"Pod"}', 400, 'no kind "Pod" is registered for version "v1"'],
    ['x', 400, "invalid character 'x' looking for beginning of value"],
  ])('are refused: %s', (body, code, text) => {
    const found = deleteOptions(body, {});
    expect(found.ok ? undefined : found.error.code).toBe(code);
    expect(found.ok ? '' : found.error.message).toContain(text);
  });
});
