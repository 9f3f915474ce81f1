import type { ImageDefinition } from '../image.js';
import { alpine, busybox, debian, ubuntu } from './busybox.image.js';
import { nginx, nginxSlim } from './nginx.image.js';

/** Every image of the catalogue, sorted by file name. */
export const IMAGES: readonly ImageDefinition[] = [alpine, busybox, debian, ubuntu, nginx, nginxSlim];
