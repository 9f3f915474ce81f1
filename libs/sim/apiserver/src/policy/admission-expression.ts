import type { JsonObject, Result } from '@seatrial/kernel';
import { fail, rememberRecent } from '@seatrial/kernel';
import {
  CelAuthorizer,
  CelBudget,
  DYN,
  LazyMembers,
  RUNTIME_COST_BUDGET,
  adaptJson,
  admissionVariables,
  compileCel,
  type CelAuthorize,
  type CelFailure,
  type CelValue,
} from '@seatrial/schema';
import type { AdmissionAttributes } from '../admission/admission.js';
import { decide } from '../authorization/authorize.js';
import { urlAllowed } from '../authorization/policy-rule.js';
import { isPrivileged, resolveRules } from '../authorization/rbac.js';
import { serviceAccountUser } from '../authorization/token-authority.js';
import type { KubeObject } from '../contract/object.js';
import type { RestResource } from '../registry/rest-resource.js';
import { admitted, requestNamespace } from './match-resources.js';

const PROGRAMS = 256;

/** Variables are looked up when they are named: their types do not matter to what an expression gives. */
const VARIABLES = admissionVariables({ params: true, authorizer: true });

const compiled = rememberRecent(
  (expression) => compileCel(expression, new Map([...VARIABLES, ['variables', DYN]])),
  PROGRAMS,
);

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

const failureText = ({ stage, text }: CelFailure): string =>
  `${stage === 'compilation' ? 'compilation' : 'program instantiation'} failed: ${text}`;

/** What the expressions of one policy see of one request; `variables` are worked out when an expression names them. */
export class ExpressionContext {
  private readonly inputs: Record<string, () => CelValue>;
  private readonly values = new Map<string, Result<CelValue, string>>();
  private readonly budget = new CelBudget(RUNTIME_COST_BUDGET);

  constructor(
    attributes: AdmissionAttributes,
    private readonly variables: readonly PolicyVariable[],
    params: KubeObject | undefined,
    version: RestResource = attributes.scope.rest,
  ) {
    const shown = (object: AdmissionAttributes['object' | 'old']): CelValue => {
      const seen = admitted(attributes, object);
      return adaptJson(seen === object && object ? version.fromStored(object as JsonObject) : (seen ?? null));
    };
    const once = (make: () => CelValue): (() => CelValue) => {
      let made: CelValue | undefined;
      return () => (made ??= make());
    };
    const authorizer = once(() => authorizerOf(attributes));
    this.inputs = {
      object: once(() => shown(attributes.object)),
      oldObject: once(() => shown(attributes.old)),
      request: once(() => adaptJson(admissionRequest(attributes, version))),
      params: once(() => adaptJson(params)),
      namespaceObject: once(() => adaptJson(requestNamespace(attributes))),
      authorizer,
      'authorizer.requestResource': () => (authorizer() as CelAuthorizer).requestResource,
      variables: () => new LazyMembers((name) => this.variable(name)),
    };
  }

  get exhausted(): boolean {
    return this.budget.exhausted;
  }

  /** The value of an expression, or cel-go's error. */
  evaluate(expression: string): Result<CelValue, string> {
    const program = compiled(expression);
    if (!program.ok) return fail(failureText(program.error));
    const result = program.value.evaluate(this.inputs, this.budget);
    return this.budget.exhausted ? fail(OUT_OF_BUDGET) : result;
  }

  private variable(name: string): Result<CelValue, string> | undefined {
    const known = this.values.get(name);
    if (known) return known;
    const variable = this.variables.find((each) => each.name === name);
    if (!variable) return undefined;
    const result = this.evaluate(variable.expression);
    const value = result.ok ? result : fail(`composited variable "${name}" fails to evaluate: ${result.error}`);
    this.values.set(name, value);
    return value;
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
