import type { KindDefinition } from '@seatrial/apiserver';
import type { JsonObject } from '@seatrial/kernel';
import { NONE } from '../printing/cells.js';
import { age, field, name, part, simple, text, type Cell } from '../registry/simple-kind.js';
import { validateFlowSchema, validatePriorityLevel } from './flowcontrol.validation.js';

const GROUP = 'flowcontrol.apiserver.k8s.io';

/** Whether the priority level that a schema names is missing; `?` while nobody has looked. */
function dangling(object: JsonObject): string {
  const conditions = part(object, 'status', 'conditions');
  const found = (Array.isArray(conditions) ? conditions : []).find((one) => part(one, 'type') === 'Dangling');
  return found === undefined ? '?' : text(part(found, 'status'));
}

const limited =
  (...path: string[]): Cell =>
  (object) =>
    part(object, 'spec', 'limited', ...path) ?? NONE;

/** API priority and fairness (pkg/registry/flowcontrol, v1.35). */
export const flowControlKinds: readonly KindDefinition[] = [
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'flowschemas',
    kind: 'FlowSchema',
    rest: { validate: validateFlowSchema, validateUpdate: validateFlowSchema },
    cells: [
      name,
      field('spec', 'priorityLevelConfiguration', 'name'),
      field('spec', 'matchingPrecedence'),
      (object) => part(object, 'spec', 'distinguisherMethod', 'type') ?? NONE,
      age,
      dangling,
    ],
  }),
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'prioritylevelconfigurations',
    kind: 'PriorityLevelConfiguration',
    rest: { validate: validatePriorityLevel, validateUpdate: validatePriorityLevel },
    cells: [
      name,
      field('spec', 'type'),
      limited('nominalConcurrencyShares'),
      limited('limitResponse', 'queuing', 'queues'),
      limited('limitResponse', 'queuing', 'handSize'),
      limited('limitResponse', 'queuing', 'queueLengthLimit'),
      age,
    ],
  }),
];
