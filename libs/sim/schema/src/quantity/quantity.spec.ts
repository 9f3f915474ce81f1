import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Quantity } from '../index.js';

describe('Quantity', () => {
  it.each([
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.1Gi', '107374182400m'],
    ['1e3', '1e3'],
    ['100000', '100k'],
    ['.5', '500m'],
    ['-1Gi', '-1Gi'],
    ['0Gi', '0'],
    ['1023', '1023'],
    ['2000Ki', '2000Ki'],
  ])('%s is %s', (text, canonical) => {
    expect(Quantity.of(text).toString()).toBe(canonical);
  });

  it.each(['', 'abc', '1GB', '1gi', '1 Gi', '1..2', '--1', '1e'])('%j is none', (text) => {
    expect(Quantity.parse(text).ok).toBe(false);
  });

  const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti');
  const text = fc.tuple(fc.integer({ min: -100_000, max: 100_000 }), suffix).map(([n, s]) => `${n}${s}`);

  it('prints what it parses', () => {
    fc.assert(
      fc.property(text, (source) => {
        const quantity = Quantity.of(source);
        const again = Quantity.of(quantity.toString());
        expect(again.nanos).toBe(quantity.nanos);
        expect(again.toString()).toBe(quantity.toString());
      }),
    );
  });

  it('adds and subtracts exactly', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const sum = Quantity.of(a).add(Quantity.of(b));
        expect(sum.sub(Quantity.of(b)).nanos).toBe(Quantity.of(a).nanos);
        expect(sum.compare(Quantity.of(a))).toBe(Quantity.of(b).sign());
      }),
    );
  });
});
