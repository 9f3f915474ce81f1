import type { Status } from '../contract/status.js';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.js';

/** kube-apiserver v1.35's recommended order (pkg/kubeapiserver/options/plugins.go). */
export const ADMISSION_PLUGINS: readonly AdmissionPlugin[] = [];

/** Lets every plugin change the object, in order; stops at the first refusal. */
export function mutate(attributes: AdmissionAttributes): Status | undefined {
  for (const plugin of ADMISSION_PLUGINS) {
    if (!plugin.mutate || !plugin.operations.includes(attributes.operation)) continue;
    const refusal = plugin.mutate(attributes);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Asks every plugin whether the final object may pass, in order; stops at the first refusal. */
export function validate(attributes: AdmissionAttributes): Status | undefined {
  for (const plugin of ADMISSION_PLUGINS) {
    if (!plugin.validate || !plugin.operations.includes(attributes.operation)) continue;
    const refusal = plugin.validate(attributes);
    if (refusal) return refusal;
  }
  return undefined;
}
