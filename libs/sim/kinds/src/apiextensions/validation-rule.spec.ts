import { FieldPath, type RawSchema } from '@seatrial/schema';
import { expect, it } from 'vitest';
import { validateOpenApiSchema } from './openapi-schema.validation.js';
import { validateRules } from './validation-rule.validation.js';

const S = FieldPath.root('s');
const ruled = (rule: string): RawSchema => ({ type: 'object', 'x-kubernetes-validations': [{ rule }] });

it('compiles rules beside a schema that is not well-formed, not those around it', () => {
  const schema: RawSchema = {
    ...ruled('self.missing'),
    properties: { broken: ruled(''), fine: ruled('nobody == 1') },
  };
  const broken = validateOpenApiSchema(schema, S);
  expect(broken.map(({ field, body }) => `${field}: ${body}`)).toEqual([
    's.properties[broken].x-kubernetes-validations[0].rule: Required value: rule is not specified',
  ]);
  const compiled = validateRules(schema, S, broken);
  expect(compiled.map(({ field }) => field)).toEqual(['s.properties[fine].x-kubernetes-validations[0].rule']);
  expect(compiled[0].body).toContain("undeclared reference to 'nobody'");
});
