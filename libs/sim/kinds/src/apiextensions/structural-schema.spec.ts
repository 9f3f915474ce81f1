import { FieldPath, fieldErrorText, type RawSchema } from '@seatrial/schema';
import { describe, expect, it } from 'vitest';
import { validateOpenApiSchema } from './openapi-schema.validation.js';
import { validateDefaults } from './schema-default.validation.js';
import { validateStructural } from './structural-schema.validation.js';

const S = FieldPath.root('s');

/** The complaints about a schema whose field `a` is this. */
const said = (a: RawSchema): string[] => {
  const schema: RawSchema = { type: 'object', properties: { a } };
  const structural = validateStructural(schema, S);
  const broken = structural.length > 0 ? structural : validateDefaults(schema, S);
  return [...new Set([...broken, ...validateOpenApiSchema(schema, S)].map(fieldErrorText))];
};
const A = 's.properties[a]';

const TABLE: readonly (readonly [RawSchema, readonly string[]])[] = [
  [
    { type: 'text' },
    [
      `${A}.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ],
  ],
  [{ type: 'array' }, [`${A}.items: Required value: must be specified`]],
  [{}, [`${A}.type: Required value: must not be empty for specified object fields`]],
  [
    { type: 'string', pattern: '(' },
    [
      `${A}.pattern: Invalid value: "(": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): \`(\``,
    ],
  ],
  [
    { type: 'integer', default: 'x' },
    [`${A}.default: Invalid value: "string":  in body must be of type integer: "string"`],
  ],
  [{ type: 'object', default: { b: 1 } }, [`${A}.default: Invalid value: {"b":1}: must not have unknown fields`]],
  [
    { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'set' },
    [
      `${A}.items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set`,
    ],
  ],
  [
    {
      type: 'array',
      items: { type: 'object', properties: { n: { type: 'string' } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['n'],
    },
    [
      `${A}.items.properties[n].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
    ],
  ],
  [{ type: 'string', oneOf: [{ type: 'string' }] }, [`${A}.oneOf[0].type: Forbidden: must be empty to be structural`]],
  [{ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }, []],
];

describe('schemas of custom resources', () => {
  it.each(TABLE)('%j', (schema, complaints) => {
    expect(said(schema)).toEqual(complaints);
  });

  it('restrict of the metadata only its names', () => {
    const metadata = (properties: Record<string, RawSchema>): string[] =>
      validateStructural({ type: 'object', properties: { metadata: { type: 'object', properties } } }, S).map(
        fieldErrorText,
      );
    expect(metadata({ name: { type: 'string', maxLength: 5 } })).toEqual([]);
    expect(metadata({ labels: { type: 'object' } })).toEqual([
      's.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
    ]);
  });

  it('check what the structure has too', () => {
    const schema: RawSchema = { type: 'object', anyOf: [{ required: ['b'], properties: { b: { minimum: 1 } } }] };
    expect(validateStructural(schema, S).map(fieldErrorText)).toEqual([
      's.properties[b]: Required value: because it is defined in s.anyOf[0].properties[b]',
    ]);
  });
});
