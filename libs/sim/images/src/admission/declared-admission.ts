import {
  encodeBase64,
  isJsonObject,
  rememberRecent,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
} from '@seatrial/kernel';
import { DYN, adaptJson, celToJson, compileCel } from '@seatrial/schema';
import { respond } from '../server/responses.js';

/** One rule of a declared webhook; its expressions are CEL over `object`, `oldObject` and `request`. */
export interface AdmissionRule {
  /** When it applies; always, when left out. */
  readonly when?: string;
}

/** What an admission webhook decides, as data. Rules are tried in order; the first denial wins. */
export interface DeclaredAdmission {
  readonly deny?: readonly (AdmissionRule & {
    readonly message?: string;
    /** CEL that gives the message. */
    readonly messageExpression?: string;
    readonly code?: number;
    readonly reason?: string;
  })[];
  readonly warn?: readonly (AdmissionRule & { readonly message: string })[];
  readonly patch?: readonly (AdmissionRule & {
    /** A JSON patch (RFC 6902). */
    readonly operations?: readonly JsonObject[];
    /** CEL that gives the list of operations. */
    readonly expression?: string;
  })[];
}

const VARIABLES = new Map(['object', 'oldObject', 'request'].map((name) => [name, DYN]));

function* expressionsOf({ deny = [], warn = [], patch = [] }: DeclaredAdmission): Generator<string> {
  for (const { when } of [...deny, ...warn, ...patch]) if (when !== undefined) yield when;
  for (const { messageExpression } of deny) if (messageExpression !== undefined) yield messageExpression;
  for (const { expression } of patch) if (expression !== undefined) yield expression;
}

/** What is wrong with the expressions of a declared webhook. */
export function admissionErrors(admission: DeclaredAdmission): string[] {
  return [...expressionsOf(admission)].flatMap((expression) => {
    const program = compileCel(expression, VARIABLES, { mixedLiterals: true });
    return program.ok ? [] : [program.error.text];
  });
}

const PROGRAMS = 256;

const compiled = rememberRecent((expression) => compileCel(expression, VARIABLES, { mixedLiterals: true }), PROGRAMS);

/** An expression that could not be worked out; the webhook answers 500. */
class ExpressionFailure extends Error {}

/** Evaluates the expressions of one request. */
class Evaluation {
  constructor(private readonly request: JsonObject) {}

  value(expression: string): JsonValue {
    const program = compiled(expression);
    if (!program.ok) throw new ExpressionFailure(program.error.text);
    const { object = null, oldObject = null } = this.request;
    const result = program.value.evaluate({
      object: () => adaptJson(object),
      oldObject: () => adaptJson(oldObject),
      request: () => adaptJson(this.request),
    });
    if (!result.ok) throw new ExpressionFailure(result.error);
    return celToJson(result.value);
  }

  applies({ when }: AdmissionRule): boolean {
    return when === undefined || this.value(when) === true;
  }
}

function denialOf({ deny = [] }: DeclaredAdmission, evaluation: Evaluation): JsonObject | undefined {
  const rule = deny.find((each) => evaluation.applies(each));
  if (!rule) return undefined;
  const { messageExpression, message = '', code, reason } = rule;
  const text = messageExpression === undefined ? message : evaluation.value(messageExpression);
  return {
    ...(text === '' ? undefined : { message: text }),
    ...(code === undefined ? undefined : { code }),
    ...(reason === undefined ? undefined : { reason }),
  };
}

function operationsOf({ patch = [] }: DeclaredAdmission, evaluation: Evaluation): JsonValue[] {
  return patch
    .filter((rule) => evaluation.applies(rule))
    .flatMap(({ operations = [], expression }) => {
      const made = expression === undefined ? [] : evaluation.value(expression);
      return [...operations, ...(Array.isArray(made) ? made : [made])];
    });
}

function decide(admission: DeclaredAdmission, request: JsonObject): JsonObject {
  const evaluation = new Evaluation(request);
  const warnings = (admission.warn ?? []).filter((rule) => evaluation.applies(rule)).map(({ message }) => message);
  const common = { uid: request.uid ?? '', ...(warnings.length > 0 ? { warnings } : undefined) };
  const status = denialOf(admission, evaluation);
  if (status) return { ...common, allowed: false, status };
  const operations = operationsOf(admission, evaluation);
  if (operations.length === 0) return { ...common, allowed: true };
  return { ...common, allowed: true, patchType: 'JSONPatch', patch: encodeBase64(JSON.stringify(operations)) };
}

function requestOf(body: string): JsonObject | undefined {
  try {
    const review = JSON.parse(body) as unknown;
    return isJsonObject(review) && isJsonObject(review.request) ? review.request : undefined;
  } catch {
    return undefined;
  }
}

/** Answers one AdmissionReview (admission.k8s.io/v1). */
export function reviewAdmission(admission: DeclaredAdmission, body: string): HttpResponse {
  const request = requestOf(body);
  if (!request) return respond(400, 'expected an AdmissionReview\n');
  try {
    const response = decide(admission, request);
    const review = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response };
    return respond(200, JSON.stringify(review), 'application/json');
  } catch (error) {
    if (error instanceof ExpressionFailure) return respond(500, `${error.message}\n`);
    throw error;
  }
}
