import { describe, expect, it } from 'vitest';
import { scalePathErrors } from './scale-paths.js';

const PATHS = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  selectorPath: '.status.selector',
};

describe('what a custom resource has where its Scale is read', () => {
  // Asked of kube-apiserver 1.35.4.
  it.each([
    [
      { spec: { replicas: 'x' } },
      '.spec.replicas: 0: .spec.replicas accessor error: x is of the type string, expected int64',
    ],
    [
      { spec: { replicas: 1.5 } },
      '.spec.replicas: 0: .spec.replicas accessor error: 1.5 is of the type float64, expected int64',
    ],
    [{ spec: { replicas: -3 } }, '.spec.replicas: -3: should be a non-negative integer'],
    [{ spec: { replicas: 2 ** 31 } }, '.spec.replicas: 2147483648: should be less than or equal to 2147483647'],
    [
      { status: { selector: { a: 'b' } } },
      '.status.selector: "": .status.selector accessor error: map[a:b] is of the type map[string]interface {}, expected string',
    ],
  ])('%j', (object, expected) => {
    const [error, ...more] = scalePathErrors(object, PATHS, false);
    expect(more).toEqual([]);
    expect(`${error.field}: ${error.body}`).toBe(expected.replace(': ', ': Invalid value: '));
  });

  it('may say nothing, and of the spec the status subresource is not asked', () => {
    expect(scalePathErrors({}, PATHS, false)).toEqual([]);
    expect(scalePathErrors({ spec: { replicas: 'x' } }, PATHS, true)).toEqual([]);
  });
});
