import { labelSelectorMatches, parseApiVersion, type LabelSelectorObject } from '@seatrial/schema';
import type { AdmissionAttributes } from '../admission/admission.js';
import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';
import type { StatusReason } from '../contract/status.js';
import { ExpressionContext, OUT_OF_BUDGET, evaluateConditions, type PolicyVariable } from './admission-expression.js';
import { matchesRequest, type MatchResources } from './match-resources.js';

const resource = <T extends KubeObject>(plural: string, kind: string): ResourceType<T> => ({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: plural,
  kind,
  namespaced: false,
});

export const VALIDATING_ADMISSION_POLICIES = resource<ValidatingAdmissionPolicy>(
  'validatingadmissionpolicies',
  'ValidatingAdmissionPolicy',
);
export const VALIDATING_ADMISSION_POLICY_BINDINGS = resource<ValidatingAdmissionPolicyBinding>(
  'validatingadmissionpolicybindings',
  'ValidatingAdmissionPolicyBinding',
);

export interface PolicyValidation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: StatusReason;
}

export interface ValidatingAdmissionPolicy extends KubeObject {
  readonly spec: {
    readonly failurePolicy?: string;
    readonly paramKind?: { readonly apiVersion: string; readonly kind: string };
    readonly matchConstraints?: MatchResources;
    readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
    readonly variables?: readonly PolicyVariable[];
    readonly validations?: readonly PolicyValidation[];
  };
}

export interface ValidatingAdmissionPolicyBinding extends KubeObject {
  readonly spec: {
    readonly policyName: string;
    readonly validationActions?: readonly string[];
    readonly matchResources?: MatchResources;
    readonly paramRef?: {
      readonly name?: string;
      readonly namespace?: string;
      readonly selector?: LabelSelectorObject;
      readonly parameterNotFoundAction?: string;
    };
  };
}

/** What a policy holds against a request. */
export interface PolicyDenial {
  readonly policy: string;
  /** None where the policy itself cannot be used. */
  readonly binding?: string;
  readonly message: string;
  readonly reason: StatusReason;
  readonly actions: readonly string[];
}

type Params = readonly (KubeObject | undefined)[] | string;

/** Why a policy cannot be used at all. */
function configurationProblem(
  { spec: { paramKind } }: ValidatingAdmissionPolicy,
  { scope }: AdmissionAttributes,
): string | undefined {
  if (!paramKind) return undefined;
  const { group, version } = parseApiVersion(paramKind.apiVersion);
  if (scope.server.registry.typeOfKind(group, version, paramKind.kind)) return undefined;
  return `failed to find resource referenced by paramKind: '${group}/${version}, Kind=${paramKind.kind}'`;
}

/** The parameters of a binding, or why there are none (generic.CollectParams). */
function paramsOf(
  policy: ValidatingAdmissionPolicy,
  binding: ValidatingAdmissionPolicyBinding,
  { scope }: AdmissionAttributes,
): Params {
  const { paramKind } = policy.spec;
  const { paramRef } = binding.spec;
  if (!paramKind || !paramRef) return [undefined];
  const { group, version } = parseApiVersion(paramKind.apiVersion);
  const type = scope.server.registry.typeOfKind(group, version, paramKind.kind);
  if (!type) return [];
  const namespace = type.namespaced ? (paramRef.namespace ?? scope.namespace) : undefined;
  if (type.namespaced && namespace === undefined)
    return 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources';
  const named = paramRef.name ? scope.server.store.get(type, namespace, paramRef.name) : undefined;
  const found = paramRef.name
    ? named
      ? [named]
      : []
    : scope.server.store
        .list(type, namespace)
        .filter(({ metadata }) => labelSelectorMatches(paramRef.selector, metadata.labels ?? {}));
  if (found.length > 0) return found;
  return paramRef.parameterNotFoundAction === 'Allow'
    ? []
    : 'no params found for policy binding with `Deny` parameterNotFoundAction';
}

function messageOf(validation: PolicyValidation, context: ExpressionContext): string {
  if (validation.messageExpression) {
    const made = context.evaluate(validation.messageExpression);
    if (made.ok && typeof made.value === 'string') {
      const text = made.value.trim();
      if (text !== '' && !text.includes('\n')) return text;
    }
  }
  return validation.message?.trim() ? validation.message.trim() : `failed expression: ${validation.expression.trim()}`;
}

const failed = (expression: string, error: string): string => `expression '${expression}' resulted in error: ${error}`;

interface Violation {
  readonly message: string;
  readonly reason: StatusReason;
}

/** Messages and reasons of what does not hold for one set of parameters. */
function violations(
  policy: ValidatingAdmissionPolicy,
  attributes: AdmissionAttributes,
  params: KubeObject | undefined,
): readonly Violation[] {
  const { failurePolicy, matchConditions = [], validations = [], variables = [] } = policy.spec;
  const context = new ExpressionContext(attributes, variables, params);
  const strict = failurePolicy !== 'Ignore';
  const conditions = evaluateConditions(matchConditions, context);
  if (!conditions.match) return [];
  if (conditions.error !== undefined) return strict ? [{ message: conditions.error, reason: 'Invalid' }] : [];
  const found: Violation[] = [];
  for (const validation of validations) {
    const result = context.evaluate(validation.expression);
    if (context.exhausted) return strict ? [{ message: OUT_OF_BUDGET, reason: 'Invalid' }] : [];
    if (!result.ok) {
      if (strict) found.push({ message: failed(validation.expression, result.error), reason: 'Invalid' });
    } else if (result.value !== true)
      found.push({ message: messageOf(validation, context), reason: validation.reason ?? 'Invalid' });
  }
  return found;
}

/** Everything that the policies in force hold against a request, in order of policies and bindings. */
export function evaluatePolicies(attributes: AdmissionAttributes): readonly PolicyDenial[] {
  const { store } = attributes.scope.server;
  const denials: PolicyDenial[] = [];
  const bindings = store.list(VALIDATING_ADMISSION_POLICY_BINDINGS);
  if (bindings.length === 0) return denials;
  for (const policy of store.list(VALIDATING_ADMISSION_POLICIES)) {
    if (!matchesRequest(policy.spec.matchConstraints, attributes)) continue;
    const bound = bindings.some(({ spec }) => spec.policyName === policy.metadata.name);
    const problem = bound && configurationProblem(policy, attributes);
    if (problem) {
      const message = `failed to configure policy: ${problem}`;
      if (policy.spec.failurePolicy !== 'Ignore')
        denials.push({ policy: policy.metadata.name, message, reason: 'Invalid', actions: ['Deny'] });
      continue;
    }
    for (const binding of bindings) {
      if (binding.spec.policyName !== policy.metadata.name) continue;
      if (!matchesRequest(binding.spec.matchResources, attributes)) continue;
      const actions = binding.spec.validationActions ?? ['Deny'];
      const names = { policy: policy.metadata.name, binding: binding.metadata.name, actions };
      const params = paramsOf(policy, binding, attributes);
      if (typeof params === 'string') {
        if (policy.spec.failurePolicy !== 'Ignore')
          denials.push({
            ...names,
            message: `failed to configure binding: ${params}`,
            reason: 'Invalid',
            actions: ['Deny'],
          });
        continue;
      }
      for (const param of params)
        for (const violation of violations(policy, attributes, param)) denials.push({ ...names, ...violation });
    }
  }
  return denials;
}
