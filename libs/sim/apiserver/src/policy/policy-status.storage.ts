import { jsonEqual } from '@seatrial/kernel';
import { DYN, admissionVariables, compileCel, declareSchema, type CelType } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import type { ServerState } from '../registry/server-state.js';
import type { StorageHook } from '../registry/storage-hook.js';
import { VALIDATING_ADMISSION_POLICIES, type ValidatingAdmissionPolicy } from './validating-admission-policy.js';

const DELAY_MS = 50;
const NOTE = {
  manager: 'kube-controller-manager',
  operation: 'Update' as const,
  subresource: 'status',
  apiVersion: 'admissionregistration.k8s.io/v1',
};
interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

/** The kinds that a policy names without wildcards (validating.TypeChecker typesToCheck), at most ten. */
function typesToCheck(server: ServerState, policy: ValidatingAdmissionPolicy) {
  const found = new Map<string, ReturnType<typeof server.registry.resolve>>();
  for (const rule of policy.spec.matchConstraints?.resourceRules ?? [])
    for (const group of rule.apiGroups ?? [])
      for (const version of rule.apiVersions ?? [])
        for (const resource of rule.resources ?? []) {
          if ([group, version, resource].includes('*') || resource.includes('/')) continue;
          const rest = server.registry.resolve(group, version, resource);
          if (rest && found.size < 10) found.set(`${group}/${version}, Kind=${rest.api.kind}`, rest);
        }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What an expression may name, `object` being of a kind; the policy's variables are of the types that they have for it. */
function variablesFor(policy: ValidatingAdmissionPolicy, object: CelType): ReadonlyMap<string, CelType> {
  const own = policy.spec.variables ?? [];
  const variables = new Map<string, CelType>();
  const options = { params: policy.spec.paramKind !== undefined, authorizer: true, object, variables };
  for (const { name, expression } of own) {
    const program = compileCel(expression, admissionVariables(options));
    variables.set(name, program.ok ? program.value.resultType : DYN);
  }
  return admissionVariables(options);
}

/** What expressions say about fields that the matched kinds do not have. */
function expressionWarnings(server: ServerState, policy: ValidatingAdmissionPolicy): ExpressionWarning[] {
  const types = typesToCheck(server, policy).flatMap(([name, rest]) => {
    const type = rest?.schema && declareSchema(rest.schema, false, `selfType.${rest.api.kind}`);
    return type ? [{ name, variables: variablesFor(policy, type.cel) }] : [];
  });
  const warnings: ExpressionWarning[] = [];
  const check = (expression: string | undefined, fieldRef: string): void => {
    if (!expression) return;
    let warning = '';
    for (const { name, variables } of types) {
      const program = compileCel(expression, variables);
      if (!program.ok) warning += `${name}: ${program.error.text}\n`;
    }
    if (warning !== '') warnings.push({ fieldRef, warning });
  };
  policy.spec.validations?.forEach(({ expression, messageExpression }, index) => {
    check(expression, `spec.validations[${index}].expression`);
    check(messageExpression, `spec.validations[${index}].messageExpression`);
  });
  return warnings;
}

function writeStatus(server: ServerState, name: string): void {
  const policy = server.store.get(VALIDATING_ADMISSION_POLICIES, undefined, name);
  if (!policy) return;
  const warnings = expressionWarnings(server, policy);
  const status = {
    observedGeneration: policy.metadata.generation,
    typeChecking: warnings.length > 0 ? { expressionWarnings: warnings } : {},
  };
  if (jsonEqual((policy as { readonly status?: unknown }).status, status)) return;
  server.store.put(
    VALIDATING_ADMISSION_POLICIES,
    { ...policy, metadata: { ...policy.metadata }, status } as KubeObject,
    NOTE,
  );
}

/** Type-checks policies' expressions against the kinds they match (the validatingadmissionpolicy-status controller). */
export const policyStatusStorage: StorageHook = {
  group: VALIDATING_ADMISSION_POLICIES.group,
  resource: VALIDATING_ADMISSION_POLICIES.resource,
  afterWrite: (server, object) => {
    const { status } = object as { readonly status?: { readonly observedGeneration?: number } };
    if (status?.observedGeneration === object.metadata.generation) return;
    server.simulation.after(DELAY_MS, () => writeStatus(server, object.metadata.name));
  },
};
