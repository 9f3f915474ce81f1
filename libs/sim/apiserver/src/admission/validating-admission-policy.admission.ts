import type { Status, StatusReason } from '../contract/status.js';
import { evaluatePolicies } from '../policy/validating-admission-policy.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, defineAdmission } from './admission.js';

const CODES: Readonly<Partial<Record<StatusReason, number>>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

/** Requests that policies never see (plugin/policy/validating: isPolicyResource; generic excluded resources). */
const EXEMPT_GROUPS: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
]);

/** Policies in CEL (k8s.io/apiserver/pkg/admission/plugin/policy/validating). */
export const validatingAdmissionPolicyAdmission = defineAdmission({
  name: 'ValidatingAdmissionPolicy',
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  validate: (attributes): Status | undefined => {
    const { scope } = attributes;
    const { api } = scope.rest;
    if (EXEMPT_GROUPS.has(api.group)) return undefined;
    let denial: Status | undefined;
    for (const { policy, binding, message, reason, actions } of evaluatePolicies(attributes)) {
      if (actions.includes('Warn'))
        scope.warnings.push(
          `Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding ?? ''}': ${message}`,
        );
      if (!actions.includes('Deny') || denial) continue;
      const where = binding === undefined ? '' : ` with binding '${binding}'`;
      const text = `ValidatingAdmissionPolicy '${policy}'${where} denied request: ${message}`;
      const status = forbidden(api, attributesName(attributes), text);
      denial = {
        ...status,
        reason,
        code: CODES[reason] ?? 422,
        details: { ...status.details, causes: [{ message: text }] },
      };
    }
    return denial;
  },
});
