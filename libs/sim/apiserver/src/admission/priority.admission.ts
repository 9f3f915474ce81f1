import type { JsonObject } from '@seatrial/kernel';
import type { PriorityClass } from '../contract/object.js';
import { PRIORITY_CLASSES } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, concerns, defineAdmission, type AdmissionAttributes } from './admission.js';

/** The default class: of several the one with the lowest value. */
function defaultClass({ scope }: AdmissionAttributes): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const candidate of scope.server.store.list(PRIORITY_CLASSES))
    if (candidate.globalDefault && (!found || candidate.value < found.value)) found = candidate;
  return found;
}

function resolvePriority(attributes: AdmissionAttributes, pod: JsonObject): Status | undefined {
  const { api } = attributes.scope.rest;
  const spec = pod.spec as JsonObject;
  let priority = 0;
  let policy = 'PreemptLowerPriority';
  if (!spec.priorityClassName) {
    const found = defaultClass(attributes);
    if (found) {
      spec.priorityClassName = found.metadata.name;
      priority = found.value;
      policy = found.preemptionPolicy ?? policy;
    }
  } else {
    const name = spec.priorityClassName as string;
    const found = attributes.scope.server.store.get(PRIORITY_CLASSES, undefined, name);
    if (!found) return forbidden(api, attributesName(attributes), `no PriorityClass with name ${name} was found`);
    priority = found.value;
    policy = found.preemptionPolicy ?? policy;
  }
  if (typeof spec.priority === 'number' && spec.priority !== priority)
    return forbidden(
      api,
      attributesName(attributes),
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    );
  if (typeof spec.preemptionPolicy === 'string' && spec.preemptionPolicy !== policy)
    return forbidden(
      api,
      attributesName(attributes),
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  spec.priority = priority;
  spec.preemptionPolicy = policy;
  return undefined;
}

/** Only one class may be the default (validatePriorityClass). */
function checkClass(attributes: AdmissionAttributes): Status | undefined {
  const { object, old } = attributes;
  if (!object?.globalDefault) return undefined;
  const other = defaultClass(attributes);
  if (!other || other.metadata.name === object.metadata.name || (old as PriorityClass | undefined)?.globalDefault)
    return undefined;
  return forbidden(
    attributes.scope.rest.api,
    attributesName(attributes),
    `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
  );
}

/** Gives every pod the number behind its priority class (plugin/pkg/admission/priority). */
export const priorityAdmission = defineAdmission({
  name: 'Priority',
  operations: ['CREATE', 'UPDATE'],
  resources: ['/pods', 'scheduling.k8s.io/priorityclasses'],
  mutate: (attributes) => {
    if (!concerns(attributes, '', 'pods') || !attributes.object) return undefined;
    if (attributes.operation === 'CREATE') return resolvePriority(attributes, attributes.object);
    const before = (attributes.old as unknown as JsonObject).spec as JsonObject;
    const after = attributes.object.spec as JsonObject;
    if (after.priority === undefined && before.priority !== undefined) after.priority = before.priority;
    if (after.preemptionPolicy === undefined && before.preemptionPolicy !== undefined)
      after.preemptionPolicy = before.preemptionPolicy;
    return undefined;
  },
  validate: (attributes) =>
    concerns(attributes, 'scheduling.k8s.io', 'priorityclasses') ? checkClass(attributes) : undefined,
});
