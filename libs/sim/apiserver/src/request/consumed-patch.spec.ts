import { expect, it } from 'vitest';
import { consumedPatch } from './consumed-patch.js';

it('leaves what errors show of a merged patch', () => {
  const current = { spec: { replicas: 1, strategy: { type: 'Recreate' }, template: { spec: { containers: [] } } } };
  const patch = {
    metadata: { labels: { a: null, b: 'c' } },
    spec: {
      replicas: 'x',
      strategy: { $retainKeys: ['type'], rollingUpdate: null },
      template: {
        spec: { $setElementOrder: 1, '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a' }] },
      },
    },
  };
  expect(consumedPatch(current, patch)).toEqual({
    metadata: { labels: { b: 'c' } },
    spec: { replicas: 'x', strategy: { rollingUpdate: null }, template: { spec: { $setElementOrder: 1 } } },
  });
});
