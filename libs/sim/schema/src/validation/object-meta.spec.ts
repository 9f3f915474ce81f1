import { describe, expect, it } from 'vitest';
import { FieldPath, fieldErrorText, validateFinalizerName, validateFinalizerNames } from '../index.js';

const COMPLAINT = 'name is neither a standard finalizer name nor is it fully qualified';

describe('finalizers', () => {
  it.each(['kubernetes', 'orphan', 'foregroundDeletion', 'example.com/mine', '/'])('%s is one', (name) => {
    expect(validateFinalizerName(name, FieldPath.root('spec').child('finalizers'))).toEqual([]);
  });

  it('of metadata are each named by their place', () => {
    const errors = validateFinalizerNames({ finalizers: ['orphan', 'mine', 'a/b', 'Kubernetes'] });
    expect(errors.map(fieldErrorText)).toEqual([
      `metadata.finalizers[1]: Invalid value: "mine": ${COMPLAINT}`,
      `metadata.finalizers[3]: Invalid value: "Kubernetes": ${COMPLAINT}`,
    ]);
  });
});
