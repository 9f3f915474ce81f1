import { describe, expect, test } from 'vitest';
import { JsonPath, relaxedJsonPath } from './jsonpath.js';

const LIST = {
  kind: 'List',
  items: [
    { metadata: { name: 'boat', labels: { 'a.b/c': 'x' } }, spec: { ports: [{ port: 80 }, { port: 443, tls: true }] } },
    { metadata: { name: 'car' }, spec: { ports: [{ port: 53 }] }, note: '<&>' },
  ],
};

function print(template: string, data: unknown = LIST, allowMissingKeys = true): string {
  const parsed = JsonPath.parse(template);
  if (!parsed.ok) return `parse: ${parsed.error}`;
  const printed = parsed.value.print(data, { allowMissingKeys });
  return printed.ok
    ? printed.value
    : (printed.error.split('\n')[0] ?? '').replace(/^.*?Error executing template: /, '');
}

describe('prints what kubectl prints', () => {
  test.each([
    ['{.items[*].metadata.name}', 'boat car'],
    ['{.items[0].metadata.name}', 'boat'],
    ['{.items[-1].metadata.name}', 'car'],
    ['{.items[0:2].metadata.name}', 'boat car'],
    ['{.items[0:0].metadata.name}', ''],
    ['{.items[::2].metadata.name}', 'boat'],
    ['no braces .items', 'no braces .items'],
    ['{.items[*].metadata.name}}', 'boat car}'],
    ['{range .items[*]}{.metadata.name}:{.spec.ports[*].port}{"\\n"}{end}done', 'boat:80 443\ncar:53\ndone'],
    ['{range .items[*]}{.metadata.name}{"\\n"}', 'boat\ncar\n\n'],
    ['{range .items[*]}{range .spec.ports[*]}{.port},{end};{end}', '80,443,;53,;'],
    ['{range .none[*]}{.x}{end}after', 'after'],
    ['{.items[?(@.metadata.name=="car")].spec.ports[0].port}', '53'],
    ["{.items[?(@.metadata.name!='car')].metadata.name}", 'boat'],
    ['{.items[?(@.spec.ports[0].port>60)].metadata.name}', 'boat'],
    ['{.items[?(@.note)].metadata.name}', 'car'],
    ['{.items[0].metadata.labels.a\\.b/c}', 'x'],
    ["{.items[0].metadata.labels['a\\.b/c']}", 'x'],
    ["{.items[*]['kind','metadata.name']}", 'boat car'],
    ['{..name}', 'boat car'],
    ['{.items[0].spec.ports}', '[{"port":80},{"port":443,"tls":true}]'],
    ['{.items[1].note}', '<&>'],
    ['{.items[0].spec.ports[1].tls} {$.kind} {@.kind}', 'true List List'],
    ['{.nope}', ''],
  ])('%s', (template, expected) => {
    expect(print(template)).toBe(expected);
  });
});

describe('fails with client-go’s words', () => {
  test.each([
    ['{.items[*].metadata.name', 'parse: unclosed action'],
    ['{.items[?(@.a=="b")}', 'parse: unclosed array expect ]'],
    ['{.items[?(@.a=="b"}', 'parse: unterminated filter'],
    ['{.items[0}', 'parse: unterminated array'],
    ['{.data["app.conf"]}', 'parse: invalid array index "app.conf"'],
    ['{"open}', 'parse: unterminated quoted string'],
    ['{#}', "parse: unrecognized character in action: U+0023 '#'"],
    ['{....x}', 'parse: invalid multiple recursive descent'],
  ])('%s', (template, expected) => {
    expect(print(template)).toBe(expected);
  });

  test.each([
    ['{items}', 'unrecognized identifier items.'],
    ['{end}', 'not in range, nothing to end.'],
    ['{.items[9].x}', 'array index out of bounds: index 9, length 2.'],
    ['{.kind[0]}', 'string is not array or slice.'],
    ['{.items[?(@.metadata.name="car")]}', 'unrecognized filter operator =.'],
    ['{.items[?(@.metadata.name==car)]}', 'unrecognized identifier car.'],
    ['{.items[?(@.metadata.name==5)]}', 'incompatible types for comparison.'],
    ['{.items[?(@.metadata==5)]}', 'invalid type for comparison.'],
  ])('%s', (template, expected) => {
    expect(print(template)).toBe(`${expected} Printing more information for debugging the template:`);
  });
});

test('the whole error, with the object as Go prints it', () => {
  const parsed = JsonPath.parse('{.x}');
  const printed = parsed.ok && parsed.value.print({ b: [1, null, 1.5], a: 'q"' });
  expect(printed).toEqual({
    ok: false,
    error:
      'error executing jsonpath "{.x}": Error executing template: x is not found. Printing more information for ' +
      'debugging the template:\n\ttemplate was:\n\t\t{.x}\n\tobject given to jsonpath engine was:\n\t\t' +
      'map[string]interface {}{"a":"q\\"", "b":[]interface {}{1, interface {}(nil), 1.5}}\n\n\n',
  });
});

test('as JSON, and relaxed expressions', () => {
  const parsed = JsonPath.parse('{.items[*].metadata.name}');
  const printed = parsed.ok && parsed.value.print(LIST, { asJson: true });
  expect(printed).toEqual({ ok: true, value: '[\n    "boat",\n    "car"\n]\n' });
  expect(relaxedJsonPath('metadata.name')).toEqual({ ok: true, value: '{.metadata.name}' });
  expect(relaxedJsonPath('{.a}')).toEqual({ ok: true, value: '{.a}' });
  expect(relaxedJsonPath('{a').ok).toBe(false);
});
