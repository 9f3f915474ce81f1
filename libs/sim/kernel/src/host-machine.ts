import type { FacilityKey, Machine } from './machine.js';

/** Under this key a container's machine keeps the node that it runs on; undefined once that is gone. */
export const HOST_MACHINE: FacilityKey<() => Machine | undefined> = { name: 'host-machine' };
