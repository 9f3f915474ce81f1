import type { JsonObject, JsonValue, Result } from '@seatrial/kernel';
import { fail, ok, rememberRecent } from '@seatrial/kernel';
import {
  CelAuthorizer,
  CelBudget,
  RUNTIME_COST_BUDGET,
  celToJson,
  compileCel,
  type CelAuthorize,
  type CelInput,
  type CelOutput,
} from '@seatrial/schema';
import type { AdmissionAttributes } from '../admission/admission.js';
import { decide } from '../authorization/authorize.js';
import { urlAllowed } from '../authorization/policy-rule.js';
import { isPrivileged, resolveRules } from '../authorization/rbac.js';
import { serviceAccountUser } from '../authorization/token-authority.js';
import type { KubeObject } from '../contract/object.js';
import type { RestResource } from '../registry/rest-resource.js';
import { requestNamespace } from './match-resources.js';

const NAMES = ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'authorizer', 'variables'] as const;

const PROGRAMS = 256;

const compiled = rememberRecent((expression) => compileCel(expression, NAMES), PROGRAMS);

/** The error when expressions have used up what they may cost together. */
export const OUT_OF_BUDGET =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** The requester's authorizations, as expressions ask for them. */
function authorizerOf({ scope }: AdmissionAttributes): CelAuthorizer {
  const { server, rest, user, namespace = '', name, subresource } = scope;
  const authorize: CelAuthorize = ({ user: account, path, verb, ...asked }) => {
    const who = account ? serviceAccountUser(account.namespace, account.name, '') : user;
    if (path !== undefined) {
      const { grants } = resolveRules(server.store, who, undefined);
      const grant = grants.find(({ rule }) => urlAllowed(rule, verb, path));
      return { allowed: isPrivileged(who) || grant !== undefined, reason: grant?.source ?? '' };
    }
    return decide(server.store, who, {
      verb,
      group: asked.group ?? '',
      resource: asked.resource ?? '',
      subresource: asked.subresource || undefined,
      namespace: asked.namespace || undefined,
      name: asked.name || undefined,
      fieldSelector: asked.fieldSelector,
    });
  };
  const { group, resource } = rest.api;
  return new CelAuthorizer(authorize, { group, resource, namespace, name, subresource: subresource ?? '' });
}

const json = (value: unknown): JsonValue => (value ?? null) as JsonValue;

function requestName({ scope, object, old }: AdmissionAttributes): string {
  const name = scope.name === '' ? (object ?? old)?.metadata.name : scope.name;
  return typeof name === 'string' ? name : '';
}

const SHARED_KIND: ReadonlySet<string> = new Set(['status', 'ephemeralcontainers', 'resize', 'finalize', 'approval']);

/** The kind of what is sent: a subresource can have one of its own (`policy/v1 Eviction`). */
function kindOf({ api }: RestResource, subresource: string | undefined): JsonObject {
  const own = SHARED_KIND.has(subresource ?? '')
    ? undefined
    : api.subresources.find(({ name }) => name === subresource);
  const { group, version, kind } = own ?? api;
  return { group, version, kind };
}

const resourceOf = ({ api: { group, version, resource } }: RestResource): JsonObject => ({ group, version, resource });

/** admission.k8s.io/v1 AdmissionRequest, in the version that a webhook or policy matched, as expressions and webhooks see it. */
export function admissionRequest(attributes: AdmissionAttributes, version: RestResource): JsonObject {
  const { scope, operation } = attributes;
  const { username, groups, uid, extra } = scope.user;
  return {
    kind: kindOf(version, scope.subresource),
    resource: resourceOf(version),
    ...(scope.subresource ? { subResource: scope.subresource } : undefined),
    requestKind: kindOf(scope.rest, scope.subresource),
    requestResource: resourceOf(scope.rest),
    ...(scope.subresource ? { requestSubResource: scope.subresource } : undefined),
    name: requestName(attributes),
    ...(scope.namespace === undefined ? undefined : { namespace: scope.namespace }),
    operation,
    userInfo: {
      username,
      groups: [...groups],
      ...(uid ? { uid } : undefined),
      ...(extra ? { extra: extra as unknown as JsonObject } : undefined),
    },
    dryRun: scope.options.dryRun === true,
  };
}

export interface PolicyVariable {
  readonly name: string;
  readonly expression: string;
}

/** What the expressions of one policy see of one request; `variables` are worked out when an expression names them. */
export class ExpressionContext {
  private readonly inputs: Record<string, CelInput>;
  private readonly values: JsonObject = {};
  private readonly budget = new CelBudget(RUNTIME_COST_BUDGET);
  private readonly failures = new Map<string, string>();

  constructor(
    attributes: AdmissionAttributes,
    private readonly variables: readonly PolicyVariable[],
    params: KubeObject | undefined,
    version: RestResource = attributes.scope.rest,
  ) {
    const { schema } = version;
    const shown = (object: unknown): JsonValue => (object ? version.fromStored(object as JsonObject) : null);
    const typed = schema ? { schema } : undefined;
    this.inputs = {
      object: { value: shown(attributes.object), ...typed },
      oldObject: { value: shown(attributes.old), ...typed },
      request: { value: admissionRequest(attributes, version) },
      params: { value: json(params) },
      namespaceObject: { value: json(requestNamespace(attributes)) },
      authorizer: { value: null, native: authorizerOf(attributes) },
      variables: { value: this.values },
    };
  }

  get exhausted(): boolean {
    return this.budget.exhausted;
  }

  /** The value of an expression, or cel-go's error. */
  evaluate(expression: string): Result<CelOutput, string> {
    const failed = this.prepare(expression, 0);
    if (failed !== undefined) return fail(failed);
    const program = compiled(expression);
    if (!program.ok) return fail(`compilation failed: ${program.error}`);
    const result = program.value.evaluate(this.inputs, this.budget);
    if (this.budget.exhausted) return fail(OUT_OF_BUDGET);
    return result.ok ? ok(result.value) : fail(result.error);
  }

  private prepare(expression: string, depth: number): string | undefined {
    if (depth > this.variables.length) return undefined;
    for (const { name, expression: own } of this.variables) {
      if (!new RegExp(`\\bvariables\\.${name}\\b`).test(expression)) continue;
      const known = this.failures.get(name);
      if (known !== undefined) return known;
      if (Object.hasOwn(this.values, name)) continue;
      const failed = this.prepare(own, depth + 1);
      if (failed !== undefined) return failed;
      const program = compiled(own);
      const result = program.ok ? program.value.evaluate(this.inputs, this.budget) : program;
      if (!result.ok) {
        const text = `composited variable "${name}" fails to evaluate: ${result.error}`;
        this.failures.set(name, text);
        return text;
      }
      this.values[name] = celToJson(result.value);
    }
    return undefined;
  }
}

/** What match conditions say: one that is false decides; otherwise errors count (webhook/matchconditions/matcher.go). */
export function evaluateConditions(
  conditions: readonly { readonly expression: string }[],
  context: ExpressionContext,
): { readonly match: boolean; readonly error?: string } {
  const errors: string[] = [];
  for (const { expression } of conditions) {
    const result = context.evaluate(expression);
    if (!result.ok) errors.push(`expression '${expression}' resulted in error: ${result.error}`);
    else if (result.value === false) return { match: false };
  }
  if (errors.length === 0) return { match: true };
  return { match: true, error: errors.length === 1 ? errors[0] : `[${errors.join(', ')}]` };
}
