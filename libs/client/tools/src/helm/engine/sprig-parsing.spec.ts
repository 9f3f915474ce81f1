import { expect, it } from 'vitest';
import { TemplateSet, templateResult } from '@seatrial/template';
import { SPRIG_DATA } from './sprig-data.js';

function rendered(expression: string): string {
  const set = new TemplateSet('t', { functions: SPRIG_DATA });
  const run = templateResult(() => {
    set.parse('t', `{{ ${expression} }}`);
    return set.execute('t', {});
  });
  return run.ok ? run.value : run.error.message;
}

// Answers of Helm 4.1.4.
it.each([
  ['fromJson "{" | toJson', '{"Error":"unexpected end of JSON input"}'],
  ['fromJson "[1]" | toJson', '{"Error":"json: cannot unmarshal array into Go value of type map[string]interface {}"}'],
  ['fromJson "1" | toJson', '{"Error":"json: cannot unmarshal number into Go value of type map[string]interface {}"}'],
  ['fromJson "null" | toJson', 'null'],
  ['fromJsonArray "{}" | toJson', '["json: cannot unmarshal object into Go value of type []interface {}"]'],
  ['fromJsonArray "[1, null]" | toJson', '[1,null]'],
  [
    'fromYaml "- 1" | toJson',
    '{"Error":"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"}',
  ],
  ['fromYaml "" | toJson', '{}'],
  [
    'fromYamlArray "a: 1" | toJson',
    '["error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type []interface {}"]',
  ],
  ['mustFromJson "[1]" | toJson', '[1]'],
  [
    'mustFromJson "{"',
    'template: t:1:3: executing "t" at <mustFromJson "{">: error calling mustFromJson: unexpected end of JSON input',
  ],
  ['toYamlPretty (dict "a" (list 1 (dict "b" (list 2))))', 'a:\n  - 1\n  - b:\n      - 2'],
  ['toYaml (dict "a" (list 1 (dict "b" (list 2))))', 'a:\n- 1\n- b:\n  - 2'],
  // Columns count bytes.
  [
    '"é" }}{{ index (list 1) 5',
    'template: t:1:13: executing "t" at <index (list 1) 5>: error calling index: index out of range: 5',
  ],
])('%s', (expression, value) => {
  expect(rendered(expression)).toBe(value);
});
