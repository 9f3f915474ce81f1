import { describe, expect, it } from 'vitest';
import { NetworkNamespace } from './network-namespace.js';

describe('a network namespace', () => {
  it('wakes what would listen before anything looks, once', () => {
    const namespace = new NetworkNamespace(['10.0.0.1'], 'node1', undefined);
    let woken = 0;
    namespace.beforeUse({
      wake: () => {
        woken++;
        namespace.listen(80, {});
      },
    });
    expect(woken).toBe(0);
    expect(namespace.find('10.0.0.1', 80, 'TCP')).toBeDefined();
    expect(namespace.listen(80, {}).ok).toBe(false);
    expect(namespace.openPorts()).toHaveLength(1);
    expect(woken).toBe(1);
  });
});
