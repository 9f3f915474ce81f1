import type { KindDefinition } from '@seatrial/apiserver';

/** Every kind with rules of its own, sorted by group and resource. */
export const allKinds: readonly KindDefinition[] = [];
