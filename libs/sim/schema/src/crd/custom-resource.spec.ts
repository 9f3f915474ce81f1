import type { JsonObject } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import {
  DYN,
  adaptJson,
  applySchemaDefaults,
  compileCel,
  customResourceSchema,
  decodeObject,
  evaluateValidationRules,
  fieldErrorText,
  validateCustomResource,
  validateCustomResourceStatus,
} from '../index.js';

const schema = customResourceSchema({
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['film'],
      'x-kubernetes-validations': [
        { rule: 'self.low <= self.high', message: 'low must not be above high' },
        { rule: '!has(self.code) || self.code.matches("^[a-z]+$")', messageExpression: "'bad code ' + self.code" },
      ],
      properties: {
        film: {
          type: 'string',
          minLength: 2,
          maxLength: 20,
          'x-kubernetes-validations': [
            { rule: 'self == oldSelf', reason: 'FieldValueForbidden', message: 'film stays' },
          ],
        },
        hall: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        low: { type: 'integer', default: 1, minimum: 0 },
        high: { type: 'integer', default: 5, maximum: 9, multipleOf: 1 },
        code: { type: 'string' },
        tags: { type: 'array', maxItems: 2, items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      },
    },
  },
});

const errorsOf = (spec: unknown, old?: unknown): string[] => {
  const object = { spec } as JsonObject;
  applySchemaDefaults(object, schema);
  const errors = validateCustomResource(object, schema);
  const before = old === undefined ? undefined : ({ spec: old } as JsonObject);
  return [...errors, ...evaluateValidationRules(object, before, schema, errors)].map(fieldErrorText);
};

describe('custom resources', () => {
  it.each([
    [{ film: 'Metropolis' }, []],
    [{ film: 'M' }, ['spec.film: Invalid value: "M": spec.film in body should be at least 2 chars long']],
    [
      { film: 2001 },
      [
        'spec.film: Invalid value: "integer": spec.film in body must be of type string: "integer"',
        '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      ],
    ],
    [{ film: 'ab', low: 6 }, ['spec: Invalid value: low must not be above high']],
    [{ film: 'ab', code: 'A1' }, ['spec: Invalid value: bad code A1']],
    [{ film: 'ab', high: 12 }, ['spec.high: Invalid value: 12: spec.high in body should be less than or equal to 9']],
    [{ film: 'ab', tags: ['x', 'x'] }, ['spec.tags[1]: Duplicate value: "x"']],
  ])('%j', (spec, expected) => {
    expect(errorsOf(spec)).toEqual(expected);
  });

  it('holds transition rules between two states only', () => {
    expect(errorsOf({ film: 'ab' }, { film: 'cd' })).toEqual(['spec.film: Forbidden: film stays']);
    expect(errorsOf({ film: 'ab' }, { film: 'ab' })).toEqual([]);
  });

  it('prunes what the schema does not have', () => {
    const decoded = decodeObject({ spec: { film: 'ab', extra: 1 }, metadata: { name: 'x' } }, schema);
    expect(decoded).toEqual({
      ok: true,
      value: {
        object: { spec: { film: 'ab' }, metadata: { name: 'x' } },
        strictErrors: ['unknown field "spec.extra"'],
      },
    });
  });
});

const VARIABLES = new Map([['object', DYN]]);

describe('compileCel', () => {
  it.each([
    ['object.spec.replicas <=', "mismatched input '<EOF>' expecting"],
    ['missing > 1', "undeclared reference to 'missing' (in container '')"],
  ])('%s', (expression, part) => {
    const compiled = compileCel(expression, VARIABLES);
    expect(compiled.ok ? '' : compiled.error.text).toContain(part);
  });

  it.each([
    ["quantity('1Gi').isGreaterThan(quantity('512Mi'))", true],
    ["'a-b'.matches('^[a-z]-[a-z]$')", true],
    ["isURL('https://example.com/x')", true],
    ['[1, 2, 3].sum() == 6', true],
    ['object.n + 1', 4n],
    ["object.?missing.orValue('x')", 'x'],
  ])('%s', (expression, expected) => {
    const compiled = compileCel(expression, VARIABLES);
    const result = compiled.ok ? compiled.value.evaluate({ object: () => adaptJson({ n: 3 }) }) : compiled;
    expect(result).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['object.missing', 'no such key: missing'],
    ['1 / 0', 'division by zero'],
    ['int(object.text)', "type conversion error from 'string' to 'int'"],
  ])('%s fails', (expression, error) => {
    const compiled = compileCel(expression, VARIABLES);
    const result = compiled.ok ? compiled.value.evaluate({ object: () => adaptJson({ text: 'x' }) }) : compiled;
    expect(result).toEqual({ ok: false, error });
  });

  it('does not complain again about what was so before, and names a status from itself', () => {
    const old = { spec: { film: 'M', hall: 'green' } };
    const texts = (spec: JsonObject): string[] => validateCustomResource({ spec }, schema, old).map(fieldErrorText);
    expect(texts({ ...old.spec, low: 2 })).toEqual([]);
    expect(texts({ ...old.spec, hall: 'grey' })).toEqual([
      'spec.hall: Unsupported value: "grey": supported values: "red", "blue"',
    ]);
    const status = customResourceSchema({
      type: 'object',
      properties: { status: { type: 'object', properties: { at: { type: 'string', format: 'date' } } } },
    });
    expect(validateCustomResourceStatus({ status: { at: 'now' } }, status, {}).map(fieldErrorText)).toEqual([
      'status.at: Invalid value: "now": at in body must be of type date: "now"',
    ]);
  });
});

describe('what a definition says of metadata', () => {
  const named = customResourceSchema({
    type: 'object',
    properties: { metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 4 } } } },
  });

  it.each([
    ['desk', []],
    ['table', ['metadata.name: Too long: may not be more than 4 bytes']],
  ])('holds for %s', (name, texts) => {
    expect(validateCustomResource({ metadata: { name } }, named).map(fieldErrorText)).toEqual(texts);
  });
});
