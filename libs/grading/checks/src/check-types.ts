import type { CheckDefinition } from './define-check.js';
import { commandCheck } from './types/command.check.js';
import { httpCheck } from './types/http.check.js';
import { logsCheck } from './types/logs.check.js';
import { outputCheck } from './types/output.check.js';
import { resilienceCheck } from './types/resilience.check.js';
import { resourceCheck } from './types/resource.check.js';
import { rolloutCheck } from './types/rollout.check.js';
import { scalingCheck } from './types/scaling.check.js';

/** Every check type, sorted by name. */
export const CHECK_TYPES: readonly CheckDefinition[] = [
  commandCheck,
  httpCheck,
  logsCheck,
  outputCheck,
  resilienceCheck,
  resourceCheck,
  rolloutCheck,
  scalingCheck,
];

export function findCheckType(type: string): CheckDefinition | undefined {
  return CHECK_TYPES.find((definition) => definition.type === type);
}
