import { describe, expect, it } from 'vitest';
import { customResourceSchema } from '../schema/schema-registry.js';
import { celToJson } from './cel-json.js';
import { compileCel, type CelFailure } from './cel-program.js';
import { DYN } from './check/cel-type.js';
import { adaptJson, declareSchema } from './check/declared-type.js';

const object = { name: 'ana', list: [3, 1, 2], map: { a: 'x' } };

const firstLine = ({ text }: CelFailure): string => text.split('\n')[0].replace('ERROR: <input>:', '');

function evaluate(expression: string): unknown {
  const program = compileCel(expression, new Map([['object', DYN]]));
  if (!program.ok) return firstLine(program.error);
  const result = program.value.evaluate({ object: () => adaptJson(object) });
  return result.ok ? celToJson(result.value) : `error: ${result.error}`;
}

describe('functions', () => {
  it.each([
    ['object.list.sum()', 6],
    ['object.list.sort()', [1, 2, 3]],
    ['[[1], [2, 3]].flatten()', [1, 2, 3]],
    ['[1, 2, 1].distinct()', [1, 2]],
    ['lists.range(3)', [0, 1, 2]],
    ['object.list.first().orValue(0)', 3],
    ['sets.contains([1, 2], [2])', true],
    ['sets.intersects([1], [2])', false],
    ["ip('10.1.2.3').family()", 4],
    ["ip.isCanonical('2001:DB8::1')", false],
    ["cidr('10.0.0.0/8').containsIP('10.1.1.1')", true],
    ["cidr('10.0.0.0/8').containsCIDR('11.0.0.0/16')", false],
    ["string(cidr('10.1.2.3/8').masked())", '10.0.0.0/8'],
    ["semver('1.2.3').isLessThan(semver('1.10.0'))", true],
    ["semver('v1.2', true).minor()", 2],
    ["isSemver('1.2')", false],
    ["quantity('1Gi').isGreaterThan(quantity('900Mi'))", true],
    ["url('https://a:80/b?c=d').getQuery()['c'][0]", 'd'],
    ["url('http://h/😀').getEscapedPath()", '/%F0%9F%98%80'],
    ["url('http://h/%41b!c d').getEscapedPath()", '/Ab%21c%20d'],
    ["url('http://h/%41[1]!').getEscapedPath()", '/%41[1]!'],
    ["url('http://h/?a=%FF&b=%zz').getQuery().size()", 1],
    ["format.dns1123Label().validate('A').hasValue()", true],
    ["format.named('uuid').value().validate('x').value()", ['does not match the UUID format']],
    ["'%s has %d, %.1f %x'.format([object.name, 2, 1.25, 255])", 'ana has 2, 1.3 ff'],
    ["'aaa'.replace('a', 'b', 2)", 'bba'],
    ["'(a+)+$'.matches('x') || 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+$')", false],
    ["strings.quote('a\"b')", '"a\\"b"'],
    ['[1, 2].transformList(i, v, i > 0, v * 2)', [4]],
    ["{'a': 1}.transformMap(k, v, k + string(v))", { a: 'a1' }],
    ['[5, 6].exists(i, v, i == 1 && v == 6)', true],
    ['[1, 1].transformMapEntry(i, v, {v: i})', 'error: insert failed: key 1 already exists'],
    ["['b', 'a'].sortBy(x, x)", ['a', 'b']],
    ['optional.of(2).optMap(x, x + 1).orValue(0)', 3],
    ['object.list[7]', 'error: index out of bounds: 7'],
    ['object.foo', 'error: no such key: foo'],
    [
      'lists.range(3000).all(a, lists.range(3000).all(b, a != -b - 1))',
      'error: operation cancelled: actual cost limit exceeded',
    ],
  ])('%s', (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });
});

describe('compile errors', () => {
  it.each([
    ["1 + 'a'", "1:3: found no matching overload for '_+_' applied to '(int, string)'"],
    ["!'a'", "1:1: found no matching overload for '!_' applied to '(string)'"],
    ['size(1)', "1:5: found no matching overload for 'size' applied to '(int)'"],
    ['object.foo()', "1:11: undeclared reference to 'foo' (in container '')"],
    ['foo', "1:1: undeclared reference to 'foo' (in container '')"],
    ['(1', "1:3: Syntax error: missing ')' at '<EOF>'"],
    ['object.name.lowerAscii(1)', "1:23: found no matching overload for 'lowerAscii' applied to 'dyn.(int)'"],
    ['object.name = 1', "1:13: Syntax error: token recognition error at: '= '"],
    ['object.name b', "1:13: Syntax error: extraneous input 'b' expecting <EOF>"],
    ['has(object)', '1:5: invalid argument to has() macro'],
  ])('%s', (expression, error) => {
    expect(evaluate(expression)).toBe(error);
  });

  it.each([
    ["self.replicas > '1'", "1:15: found no matching overload for '_>_' applied to '(int, string)'"],
    ['self.names.all(n, n == 1)', "1:21: found no matching overload for '_==_' applied to '(string, int)'"],
    ['self.replica > 1', "1:5: undefined field 'replica'"],
    ['self.port == 1 && self.ratio > 1', undefined],
  ])('over a schema: %s', (rule, error) => {
    const schema = customResourceSchema({
      type: 'object',
      properties: {
        replicas: { type: 'integer' },
        ratio: { type: 'number' },
        names: { type: 'array', items: { type: 'string' } },
        port: { 'x-kubernetes-int-or-string': true },
      },
    });
    const type = declareSchema(schema, true);
    const program = compileCel(rule, new Map([['self', type?.cel ?? DYN]]));
    expect(program.ok ? undefined : firstLine(program.error)).toBe(error);
  });
});

describe('estimated costs', () => {
  const schema = customResourceSchema({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          few: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 20 } },
          names: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  });

  // As k8s.io/apiserver v0.35.4 estimates them.
  it.each([
    ["self.spec.name.startsWith('w')", 4],
    ["self.spec.few.all(n, n.startsWith('a'))", 29],
    ['self.spec.few.all(a, self.spec.few.exists(b, a != b))', 389],
    ["self.spec.names.all(n, n == 'a')", 5_242_879],
  ])('%s', (rule, cost) => {
    const type = declareSchema(schema, true);
    const program = compileCel(rule, new Map([['self', type?.cel ?? DYN]]));
    expect(program.ok && program.value.maxCost(type)).toBe(cost);
  });
});
