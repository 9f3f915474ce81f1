import type { JsonObject } from '@seatrial/kernel';
import { defineAdmission } from './admission.js';

const SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

const tolerationOf = (key: string): JsonObject =>
  Object.freeze({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS });

/** What pods without tolerations get: one list for all of them. */
const ALONE = Object.freeze(TAINTS.map(tolerationOf)) as JsonObject[];

const tolerates = (toleration: JsonObject, key: string): boolean =>
  (toleration.key === key || !toleration.key) && (toleration.effect === 'NoExecute' || !toleration.effect);

/** Pods stay five minutes on a node that is not ready or unreachable (plugin/pkg/admission/defaulttolerationseconds). */
export const defaultTolerationSecondsAdmission = defineAdmission({
  name: 'DefaultTolerationSeconds',
  operations: ['CREATE', 'UPDATE'],
  resources: ['/pods'],
  mutate: (attributes) => {
    if (!attributes.object) return undefined;
    const spec = attributes.object.spec as JsonObject;
    const tolerations = (spec.tolerations ?? []) as JsonObject[];
    if (tolerations.length === 0) {
      spec.tolerations = ALONE;
      return undefined;
    }
    const missing = TAINTS.filter((key) => !tolerations.some((toleration) => tolerates(toleration, key)));
    if (missing.length > 0) spec.tolerations = [...tolerations, ...missing.map(tolerationOf)];
    return undefined;
  },
});
