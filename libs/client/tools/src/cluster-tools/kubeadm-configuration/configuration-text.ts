import type { JsonObject } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import { LATEST } from './configuration-types.js';

/** A kind of the newest version as YAML. */
export const configurationText = (kind: string, value: JsonObject): string =>
  toYaml({ ...value, apiVersion: LATEST, kind });
