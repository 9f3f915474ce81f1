import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { RUNTIME_CLASSES } from '../contract/resource.js';
import { quantityText } from '../quota/pod-resources.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, defineAdmission, type AdmissionAttributes } from './admission.js';

const shown = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const amount = (value: unknown): Quantity => Quantity.of(quantityText(value));

function sameAmounts(a: JsonObject, b: JsonObject): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && amount(a[name]).equals(amount(b[name])))
  );
}

/** The class that a pod names, and what stands of it. */
function classOf({
  object,
  scope,
}: AdmissionAttributes): { readonly name: string; readonly found?: JsonObject } | undefined {
  const name = (object?.spec as JsonObject | undefined)?.runtimeClassName;
  if (typeof name !== 'string' || name === '') return undefined;
  return { name, found: scope.server.store.get(RUNTIME_CLASSES, undefined, name) as unknown as JsonObject | undefined };
}

const podOverhead = (found: JsonObject | undefined): unknown => (found?.overhead as JsonObject | undefined)?.podFixed;

/** Pods of a runtime class get its overhead and its node selector (plugin/pkg/admission/runtimeclass). */
export const runtimeClassAdmission = defineAdmission({
  name: 'RuntimeClass',
  operations: ['CREATE'],
  resources: ['/pods'],
  mutate: (attributes) => {
    if (!attributes.object) return undefined;
    const spec = attributes.object.spec as JsonObject;
    const refuse = (why: string) => forbidden(attributes.scope.rest.api, attributesName(attributes), why);
    const named = classOf(attributes);
    if (!named) return undefined;
    const { name, found } = named;
    if (!found) return refuse(`pod rejected: RuntimeClass "${name}" not found`);
    const overhead = podOverhead(found);
    const own = isJsonObject(spec.overhead) ? spec.overhead : {};
    if (overhead !== undefined) {
      if (Object.keys(own).length > 0 && !sameAmounts(own, overhead as JsonObject))
        return refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      spec.overhead = overhead as JsonObject;
    }
    const scheduling = found.scheduling as JsonObject | undefined;
    if (isJsonObject(scheduling?.nodeSelector)) {
      const asked: JsonObject = isJsonObject(spec.nodeSelector) ? spec.nodeSelector : {};
      for (const [key, value] of Object.entries(scheduling.nodeSelector))
        if (Object.hasOwn(asked, key) && asked[key] !== value)
          return refuse(
            `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${shown(value)}; pod.spec.nodeSelector[${key}] = ${shown(asked[key])}`,
          );
      spec.nodeSelector = { ...asked, ...scheduling.nodeSelector };
    }
    if (Array.isArray(scheduling?.tolerations))
      spec.tolerations = [...((spec.tolerations ?? []) as JsonObject[]), ...(scheduling.tolerations as JsonObject[])];
    return undefined;
  },
  validate: (attributes) => {
    const { overhead } = (attributes.object?.spec ?? {}) as JsonObject;
    if (overhead === undefined || podOverhead(classOf(attributes)?.found) !== undefined) return undefined;
    const why = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
    return forbidden(attributes.scope.rest.api, attributesName(attributes), why);
  },
});
