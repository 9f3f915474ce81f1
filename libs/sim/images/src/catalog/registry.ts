import type { ImageDefinition } from '../image.js';

/** Every image of the catalogue, sorted by file name. */
export const IMAGES: readonly ImageDefinition[] = [];
