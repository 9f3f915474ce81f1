import { describe, expect, test } from 'vitest';
import { GoTemplate, TemplateSet, templateResult } from './go-template.js';
import { templateFunction } from './value.js';

const DATA = {
  name: 'web',
  n: 3,
  big: 1234567,
  list: ['a', 'b'],
  map: { x: { y: 'z' }, k: 'v' },
  nothing: null,
  text: '<a href="x">',
};

function run(template: string, missingKey: 'default' | 'zero' | 'error' = 'default'): string {
  const set = new TemplateSet('output', {
    missingKey,
    functions: { shout: templateFunction(['string'], (s: string) => s.toUpperCase()) },
  });
  const result = templateResult(() => {
    set.parse('output', template);
    return set.execute('output', DATA);
  });
  return result.ok ? result.value : result.error.message;
}

describe('prints as Go does', () => {
  test.each([
    ['{{.name}} {{.n}} {{.big}} {{.list}} {{.map}}', 'web 3 1.234567e+06 [a b] map[k:v x:map[y:z]]'],
    ['{{.nothing}} {{.none}} {{.none.x}}', '<no value> <no value> <no value>'],
    ['{{range $i, $e := .list}}{{$i}}{{$e}} {{end}}{{range .none}}x{{else}}-{{end}}', '0a 1b -'],
    ['{{range .list}}{{if eq . "a"}}{{continue}}{{end}}{{.}}{{break}}{{end}}', 'b'],
    ['{{with .map.x}}{{.y}}{{else}}no{{end}}', 'z'],
    ['{{if .nothing}}1{{else if .name}}2{{else}}3{{end}}', '2'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['a {{- "b" -}} c{{/* gone */}} d', 'abc d'],
    ['{{printf "%s-%05d %q %T" .name 42 "x" .n}}', 'web-00042 "x" float64'],
    ['{{printf "%d" .n}} {{printf "%s" 1}} {{printf "%d"}}', '%!d(float64=3) %!s(int=1) %!d(MISSING)'],
    ['{{index .list 1}} {{index .map "k"}} {{len .list}} {{slice .name 1}}', 'b v 2 eb'],
    ['{{and 1 0}} {{or "" "x"}} {{not 0}} {{eq 1 2 1}} {{lt 1 2}}', '0 x true true true'],
    ['{{html .text}} {{urlquery "a b"}}', '&lt;a href=&#34;x&#34;&gt; a+b'],
    ['{{define "T"}}<{{.}}>{{end}}{{template "T" .name}}{{block "B" 1}}{{.}}{{end}}', '<web>1'],
    ['{{.name | shout | printf "%s!"}} {{(index .list 0) | len}}', 'WEB! 1'],
  ])('%s', (template, expected) => {
    expect(run(template)).toBe(expected);
  });
});

describe('fails with Go’s words and places', () => {
  test.each([
    ['{{.name', 'template: output:1: unclosed action'],
    ['{{if .x}}', 'template: output:1: unexpected EOF'],
    ['\n{{end}}', 'template: output:2: unexpected {{end}}'],
    ['{{nope 1}}', 'template: output:1: function "nope" not defined'],
    ['{{$x}}', 'template: output:1: undefined variable "$x"'],
    ['{{.name}', "template: output:1: bad character U+007D '}'"],
    ['{{print )}}', 'template: output:1: unexpected right paren'],
    [
      '{{.name.x}}',
      'template: output:1:7: executing "output" at <.name.x>: can\'t evaluate field x in type interface {}',
    ],
    [
      '{{.nothing.x}}',
      'template: output:1:10: executing "output" at <.nothing.x>: nil pointer evaluating interface {}.x',
    ],
    [
      '{{index .list 9}}',
      'template: output:1:2: executing "output" at <index .list 9>: error calling index: index out of range: 9',
    ],
    [
      '{{eq .n 3}}',
      'template: output:1:2: executing "output" at <eq .n 3>: error calling eq: incompatible types for comparison: float64 and int',
    ],
    [
      '{{shout .n}}',
      'template: output:1:8: executing "output" at <.n>: wrong type for value; expected string; got float64',
    ],
    [
      '{{shout .nothing}}',
      'template: output:1:8: executing "output" at <.nothing>: wrong type for value; expected string; got interface {}',
    ],
    ['{{.nothing | shout}}', 'template: output:1:13: executing "output" at <shout>: invalid value; expected string'],
    ['{{shout}}', 'template: output:1:2: executing "output" at <shout>: wrong number of args for shout: want 1 got 0'],
    ['{{template "T"}}', 'template: output:1:11: executing "output" at <{{template "T"}}>: template "T" not defined'],
    [
      '{{define "T"}}{{template "T"}}{{end}}{{template "T"}}',
      'template: output: exceeded maximum template depth (100000)',
    ],
  ])('%s', (template, expected) => {
    expect(run(template)).toBe(expected);
  });

  test('what a missing key does', () => {
    expect(run('{{.none.x}}', 'zero')).toContain('nil pointer evaluating interface {}.x');
    expect(run('{{.none}}', 'error')).toContain('map has no entry for key "none"');
  });
});

test('kubectl’s printer: what was printed before the error stays, then the explanation', () => {
  const parsed = GoTemplate.parse('{{.name}}{{.n.x}}', { decodeBase64: (text) => ({ ok: true, value: text }) });
  const printed = parsed.ok ? parsed.value.print({ name: 'web', n: 1 }) : undefined;
  const cause = 'template: output:1:13: executing "output" at <.n.x>: can\'t evaluate field x in type interface {}';
  expect(printed?.error).toBe(`error executing template "{{.name}}{{.n.x}}": ${cause}`);
  expect(printed?.output).toBe(
    `webError executing template: ${cause}. Printing more information for debugging the template:\n` +
      '\ttemplate was:\n\t\t{{.name}}{{.n.x}}\n\traw data was:\n\t\t{"name":"web","n":1}\n' +
      '\tobject given to template engine was:\n\t\tmap[n:1 name:web]\n\n',
  );
});

test.each([
  ['[{{(.none).x}}]', '[<no value>]'],
  ['[{{((.none).x).y}}]', '[<no value>]'],
  ['[{{(.n).x}}]', "can't evaluate field x in type"],
  ['{{if (.none).x}}y{{else}}n{{end}}', 'n'],
])('parentheses around nothing: %s', (template, expected) => {
  const parsed = GoTemplate.parse(template, { decodeBase64: (text) => ({ ok: true, value: text }) });
  const printed = parsed.ok ? parsed.value.print({ n: 2 }) : undefined;
  expect(printed?.error ?? printed?.output).toContain(expected);
});

test.each([
  ['{{if gt .n 1}}many{{end}} {{.n}} {{printf "%T %d %s" .n .n .n}}', 'many 2 int64 2 %!s(int64=2)'],
  ['{{lt .n 3.5}}', 'error calling lt: incompatible types for comparison: int64 and float64'],
  ['{{eq .n "2"}}', 'error calling eq: incompatible types for comparison: int64 and string'],
  ['{{slice "abc" .n}}', 'error calling slice: cannot index slice/array with type interface {}'],
  ['{{index .list .n}}', 'error calling index: reflect: slice index out of range'],
  ['{{range $i, $_ := .list}}{{$i}}{{end}}{{range .n}}x{{end}}', '01xx'],
])('kubectl’s whole numbers are int64: %s', (template, expected) => {
  const parsed = GoTemplate.parse(template, { decodeBase64: (text) => ({ ok: true, value: text }) });
  const printed = parsed.ok ? parsed.value.print({ n: 2, list: ['a', 'b'] }) : undefined;
  expect(printed?.error ?? printed?.output).toContain(expected);
});
