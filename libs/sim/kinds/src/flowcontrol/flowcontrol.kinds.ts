import type { KindDefinition, KubeObject } from '@seatrial/apiserver';
import { compareStrings, type JsonObject } from '@seatrial/kernel';
import { NONE } from '../printing/cells.js';
import { age, field, name, simple, type Cell } from '../registry/simple-kind.js';
import { part, text } from '../registry/untyped.js';
import { separateStatus } from '../registry/draft.js';
import { defaultFlowSchema, validateFlowSchema } from './flowcontrol.validation.js';
import { defaultPriorityLevel, validatePriorityLevel } from './priority-level.validation.js';

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

/** The status is the server's: clients write it through its subresource only. */
const STATUS: Partial<KindDefinition> = {
  prepareForCreate: (draft) => {
    draft.status = {};
  },
  prepareForUpdate: (draft, old, { subresource }) => {
    separateStatus(draft, old, subresource);
  },
};

const precedenceOf = (object: KubeObject): number =>
  Number(part(object as unknown as JsonObject, 'spec', 'matchingPrecedence') ?? 0);

/** API priority and fairness (pkg/registry/flowcontrol, v1.35). */
export const flowControlKinds: readonly KindDefinition[] = [
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'flowschemas',
    kind: 'FlowSchema',
    rest: { ...STATUS, defaults: defaultFlowSchema, validate: validateFlowSchema, validateUpdate: validateFlowSchema },
    cells: [
      name,
      field('spec', 'priorityLevelConfiguration', 'name'),
      field('spec', 'matchingPrecedence'),
      (object) => part(object, 'spec', 'distinguisherMethod', 'type') ?? NONE,
      age,
      dangling,
    ],
    order: (a, b) => precedenceOf(a) - precedenceOf(b) || compareStrings(a.metadata.name, b.metadata.name),
  }),
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'prioritylevelconfigurations',
    kind: 'PriorityLevelConfiguration',
    rest: {
      ...STATUS,
      defaults: defaultPriorityLevel,
      validate: validatePriorityLevel,
      validateUpdate: validatePriorityLevel,
    },
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
