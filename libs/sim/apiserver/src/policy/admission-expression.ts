import type { JsonObject, JsonValue, Result } from '@seatrial/kernel';
import { fail, ok } from '@seatrial/kernel';
import { compileCel, type CelInput, type CelOutput, type CelProgram } from '@seatrial/schema';
import type { AdmissionAttributes } from '../admission/admission.js';
import { attributesName } from '../admission/admission.js';
import type { KubeObject } from '../contract/object.js';
import { requestNamespace } from './match-resources.js';

const NAMES = ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'authorizer', 'variables'] as const;

const programs = new Map<string, Result<CelProgram, string>>();

function compiled(expression: string): Result<CelProgram, string> {
  let program = programs.get(expression);
  if (!program) {
    program = compileCel(expression, NAMES);
    programs.set(expression, program);
  }
  return program;
}

const json = (value: unknown): JsonValue => (value ?? null) as JsonValue;

/** admission.k8s.io/v1 AdmissionRequest as expressions and webhooks see it. */
export function admissionRequest(attributes: AdmissionAttributes): JsonObject {
  const { scope, operation } = attributes;
  const { api } = scope.rest;
  const kind = { group: api.group, version: api.version, kind: api.kind };
  const resource = { group: api.group, version: api.version, resource: api.resource };
  const { username, groups, uid, extra } = scope.user;
  return {
    kind,
    resource,
    ...(scope.subresource ? { subResource: scope.subresource } : undefined),
    requestKind: kind,
    requestResource: resource,
    ...(scope.subresource ? { requestSubResource: scope.subresource } : undefined),
    name: attributesName(attributes),
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
  private readonly failures = new Map<string, string>();

  constructor(
    attributes: AdmissionAttributes,
    private readonly variables: readonly PolicyVariable[],
    params: KubeObject | undefined,
  ) {
    const { schema } = attributes.scope.rest;
    const typed = schema ? { schema } : undefined;
    this.inputs = {
      object: { value: json(attributes.object), ...typed },
      oldObject: { value: json(attributes.old), ...typed },
      request: { value: admissionRequest(attributes) },
      params: { value: json(params) },
      namespaceObject: { value: json(requestNamespace(attributes)) },
      authorizer: { value: {} },
      variables: { value: this.values },
    };
  }

  /** The value of an expression, or cel-go's error. */
  evaluate(expression: string): Result<CelOutput, string> {
    const failed = this.prepare(expression, 0);
    if (failed !== undefined) return fail(failed);
    const program = compiled(expression);
    if (!program.ok) return fail(`compilation failed: ${program.error}`);
    const result = program.value.evaluate(this.inputs);
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
      const result = program.ok ? program.value.evaluate(this.inputs) : program;
      if (!result.ok) {
        const text = `composited variable "${name}" fails to evaluate: ${result.error}`;
        this.failures.set(name, text);
        return text;
      }
      this.values[name] = plain(result.value);
    }
    return undefined;
  }
}

/** A CEL value as JSON, to be named by other expressions. */
function plain(value: unknown): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (typeof value === 'object' && value !== null) {
    const inner = value.valueOf();
    if (typeof inner !== 'object') return plain(inner);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return (value ?? null) as JsonValue;
}
