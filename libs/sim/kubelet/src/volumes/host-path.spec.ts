import { FileSystem } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { hostPath } from './host-path.js';
import type { VolumeContext } from './volume-mounter.js';

it('shows all that mount a missing directory the same one', () => {
  const node = new FileSystem({ now: () => 7 });
  const context = { node, simulation: { now: () => 7 } } as unknown as VolumeContext;
  const [one, other] = [hostPath('/srv/data', '', context), hostPath('/srv/data', '', context)];
  if (!one.ok || !other.ok) throw new Error('not set up');
  expect(one.value.absent?.()).toBe('/srv/data');
  one.value.appear?.();
  other.value.appear?.();
  expect(other.value.absent?.()).toBeUndefined();
  expect(node.stat('/srv/data')).toEqual({ ok: true, value: one.value.root });
  expect(other.value.root).toBe(one.value.root);
});
