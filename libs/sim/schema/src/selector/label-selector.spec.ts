import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLabelSelector, labelSelectorMatches, parseLabelSelector } from '../index.js';

describe('label selectors', () => {
  it.each([
    ['=prod', "found '=', expected: !, identifier, or 'end of string'"],
    ['env in dev', "unable to parse requirement: found 'dev' expected: '('"],
    ['env=dev tier=web', "found 'tier', expected: ',' or 'end of string'"],
    ['a=b,', "found '', expected: identifier after ','"],
    ['a ~ b', "unable to parse requirement: found '~', expected: in, notin, =, ==, !=, gt, lt"],
  ])('%s', (text, error) => {
    expect(parseLabelSelector(text)).toEqual({ ok: false, error });
  });

  it.each([
    ['a', { a: '' }, true],
    ['!a', { b: '' }, true],
    ['a=b,c!=d', { a: 'b' }, true],
    ['a in (b,c)', { a: 'd' }, false],
    ['a notin (b,c)', {}, true],
    ['a>5', { a: '6' }, true],
    ['a=', { a: '' }, true],
    ['', { a: 'b' }, true],
  ] as [string, Record<string, string>, boolean][])('%s of %j', (text, labels, expected) => {
    const selector = parseLabelSelector(text);
    expect(selector.ok && selector.value.matches(labels)).toBe(expected);
  });

  it('prints and parses back to the same choice', () => {
    const label = fc.constantFrom('a', 'b', 'c');
    const expression = fc.oneof(
      fc.record({ key: label, operator: fc.constantFrom('In', 'NotIn'), values: fc.array(label, { minLength: 1 }) }),
      fc.record({ key: label, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
    );
    const selector = fc.record({ matchLabels: fc.dictionary(label, label), matchExpressions: fc.array(expression) });
    fc.assert(
      fc.property(selector, fc.dictionary(label, label), (object, labels) => {
        const text = formatLabelSelector(object);
        const parsed = parseLabelSelector(text === '<none>' ? '' : text);
        expect(parsed.ok && parsed.value.matches(labels)).toBe(labelSelectorMatches(object, labels));
      }),
    );
  });
});
