import { describe, expect, it } from 'vitest';
import { Attached } from './attached.js';

describe('Attached', () => {
  it('keeps a value for each owner, apart from other parts and unseen by who lists members', () => {
    const [one, other] = [new Attached<object, string>(), new Attached<object, string>()];
    const owner = { name: 'x' };
    one.set(owner, 'a');
    other.set(owner, 'b');
    expect([one.get(owner), other.get(owner), one.get({})]).toEqual(['a', 'b', undefined]);
    expect(JSON.stringify(owner)).toBe('{"name":"x"}');
  });
});
