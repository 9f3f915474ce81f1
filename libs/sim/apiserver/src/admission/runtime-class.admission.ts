import type { JsonObject } from '@seatrial/kernel';
import type { ResourceType } from '../contract/resource.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, concerns, defineAdmission } from './admission.js';

const RUNTIME_CLASSES: ResourceType = {
  group: 'node.k8s.io',
  version: 'v1',
  resource: 'runtimeclasses',
  kind: 'RuntimeClass',
  namespaced: false,
};

/** Pods of a runtime class get its overhead and its node selector (plugin/pkg/admission/runtimeclass). */
export const runtimeClassAdmission = defineAdmission({
  name: 'RuntimeClass',
  operations: ['CREATE'],
  mutate: (attributes) => {
    if (!concerns(attributes, '', 'pods') || !attributes.object) return undefined;
    const spec = attributes.object.spec as JsonObject;
    const name = spec.runtimeClassName;
    if (typeof name !== 'string' || name === '') return undefined;
    const found = attributes.scope.server.store.get(RUNTIME_CLASSES, undefined, name) as unknown as
      JsonObject | undefined;
    const refuse = (why: string) => forbidden(attributes.scope.rest.api, attributesName(attributes), why);
    if (!found) return refuse(`pod rejected: RuntimeClass "${name}" not found`);
    const overhead = (found.overhead as JsonObject | undefined)?.podFixed;
    if (overhead !== undefined) spec.overhead = overhead;
    const scheduling = found.scheduling as JsonObject | undefined;
    if (scheduling?.nodeSelector)
      spec.nodeSelector = { ...(spec.nodeSelector as JsonObject), ...(scheduling.nodeSelector as JsonObject) };
    if (Array.isArray(scheduling?.tolerations))
      spec.tolerations = [...((spec.tolerations ?? []) as JsonObject[]), ...(scheduling.tolerations as JsonObject[])];
    return undefined;
  },
});
