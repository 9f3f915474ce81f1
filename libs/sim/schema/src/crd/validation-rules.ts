import { isJsonObject, jsonEqual, utf8Length, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import { optionalType, type CelType } from '../cel/check/cel-type.js';
import { declareSchema, type DeclaredType } from '../cel/check/declared-type.js';
import { compileCel, type CelFailure, type CelInputs, type CelProgram } from '../cel/cel-program.js';
import { COST_LIMIT_EXCEEDED, CelBudget, RUNTIME_COST_BUDGET } from '../cel/evaluate/meter.js';
import { CelOptional } from '../cel/evaluate/values.js';
import type { RawValidationRule } from '../schema/raw-schema.js';
import type { SchemaNode } from '../schema/schema-node.js';
import { fieldErrors, type FieldError } from '../validation/field-error.js';
import { FieldPath } from '../validation/field-path.js';

/* CEL rules of custom resources (k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel, v1.35). */

/** A rule ready to run. */
export interface CompiledRule {
  readonly rule: RawValidationRule;
  readonly program: Result<CelProgram, CelFailure>;
  readonly message: Result<CelProgram, CelFailure> | undefined;
  /** Names `oldSelf`, so that it holds between two states only. */
  readonly transition: boolean;
}

/** The rules at one place of a schema, with the type they see. */
export interface RuleSet {
  readonly type: DeclaredType | undefined;
  readonly rules: readonly CompiledRule[];
}

const NONE: RuleSet = { type: undefined, rules: [] };
const compiled = new WeakMap<SchemaNode, RuleSet>();

function compileRule(rule: RawValidationRule, type: CelType): CompiledRule {
  const variables = new Map([
    ['self', type],
    ['oldSelf', rule.optionalOldSelf ? optionalType(type) : type],
  ]);
  const program = compileCel(rule.rule, variables);
  const message = rule.messageExpression ? compileCel(rule.messageExpression, variables) : undefined;
  return { rule, program, message, transition: program.ok && program.value.uses('oldSelf') };
}

/** The rules written at one place of a schema, compiled once. `root` says that the place is a whole resource. */
export function compiledRules(schema: SchemaNode, root = schema.embeddedResource): RuleSet {
  if (schema.validations.length === 0) return NONE;
  let known = compiled.get(schema);
  if (!known) {
    const type = declareSchema(schema, root);
    known = type ? { type, rules: schema.validations.map((rule) => compileRule(rule, type.cel)) } : NONE;
    compiled.set(schema, known);
  }
  return known;
}

/** Objects and lists are not shown in the error of a rule they break; other values are. */
function ruleError(rule: RawValidationRule, path: FieldPath, value: JsonValue, detail: string): FieldError {
  const shown = !isJsonObject(value) && !Array.isArray(value);
  let at = path;
  for (const part of (rule.fieldPath ?? '').split('.').filter((name) => name !== '')) at = at.child(part);
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return fieldErrors.forbidden(at, detail);
    case 'FieldValueRequired':
      return fieldErrors.required(at, detail);
    case 'FieldValueDuplicate':
      return shown ? fieldErrors.duplicate(at, value) : fieldErrors.duplicateOmitted(at);
    default:
      return shown ? fieldErrors.invalid(at, value, detail) : fieldErrors.invalidOmitted(at, detail);
  }
}

const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

const ruleName = (rule: RawValidationRule): string => rule.message?.trim() || rule.rule.trim();

/** What is said of a rule that could not be worked out; one that costs too much ends the validation. */
function failureText(error: string, rule: RawValidationRule, budget: CelBudget): string {
  const name = ruleName(rule);
  if (error.startsWith('no such overload'))
    return `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${name}`;
  if (!error.startsWith(COST_LIMIT_EXCEEDED)) return `${error} evaluating rule: ${name}`;
  budget.spend(Infinity);
  return `'${error}': no further validation rules will be run due to call cost exceeds limit for rule: ${name}`;
}

const ruleText = (rule: RawValidationRule): string =>
  (rule.message ?? '').trim() === '' ? `failed rule: ${rule.rule.trim()}` : (rule.message ?? '').trim();

const MAX_MESSAGE_BYTES = 5 * 1024;

/** The message that an expression makes; undefined where it makes none that could be shown. */
function madeMessage(program: CelProgram, inputs: CelInputs, budget: CelBudget): string | undefined {
  const made = program.evaluate(inputs, budget);
  if (!made.ok || typeof made.value !== 'string') return undefined;
  const text = made.value.trim();
  return text === '' || /[\n\r]/.test(text) || utf8Length(text) > MAX_MESSAGE_BYTES ? undefined : text;
}

function evaluateRule(
  { rule, program, message, transition }: CompiledRule,
  value: JsonValue,
  old: JsonValue | undefined,
  schema: SchemaNode,
  type: DeclaredType,
  path: FieldPath,
  budget: CelBudget,
): FieldError | undefined {
  if (!program.ok) return undefined;
  if (transition && old === undefined && !rule.optionalOldSelf) return undefined;
  const before = (): ReturnType<DeclaredType['adapt']> => type.adapt(old);
  const optional = (): CelOptional => (old === undefined ? CelOptional.none : CelOptional.of(type.adapt(old)));
  const inputs = { self: () => type.adapt(value), oldSelf: rule.optionalOldSelf ? optional : before };
  const typeName = schema.raw.type ?? 'object';
  const result = program.value.evaluate(inputs, budget);
  if (budget.exhausted) return fieldErrors.invalid(path, typeName, OUT_OF_BUDGET);
  if (!result.ok) return fieldErrors.invalid(path, typeName, failureText(result.error, rule, budget));
  if (result.value === true) return undefined;
  // What was so before the update may stay so.
  if (!transition && old !== undefined && jsonEqual(value, old)) return undefined;
  const text = message?.ok ? madeMessage(message.value, inputs, budget) : undefined;
  if (budget.exhausted)
    return fieldErrors.invalid(
      path,
      typeName,
      'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run',
    );
  return ruleError(rule, path, value, text ?? ruleText(rule));
}

function visit(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: SchemaNode,
  path: FieldPath | undefined,
  errors: FieldError[],
  budget: CelBudget,
): void {
  if (value === null) return;
  const { type, rules } = compiledRules(schema, path === undefined || schema.embeddedResource);
  for (const rule of rules) {
    if (budget.exhausted || !type) return;
    const error = evaluateRule(rule, value, old, schema, type, path ?? FieldPath.nil, budget);
    if (error) errors.push(error);
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items)
      value.forEach((item, index) =>
        visit(item, correlate(item, old, schema), items, (path ?? FieldPath.nil).index(index), errors, budget),
      );
    return;
  }
  if (!isJsonObject(value)) return;
  const before = isJsonObject(old) ? old : {};
  for (const [name, item] of Object.entries(value)) {
    const field = schema.field(name);
    const target = field?.structural === false ? undefined : (field ?? schema.values);
    if (item === undefined || !target) continue;
    const at = field ? (path ? path.child(name) : FieldPath.root(name)) : (path ?? FieldPath.nil).key(name);
    visit(item, before[name], target, at, errors, budget);
  }
}

/** The old item that an item of a map list continues. */
function correlate(item: JsonValue, old: JsonValue | undefined, schema: SchemaNode): JsonValue | undefined {
  if (schema.listType !== 'map' || !Array.isArray(old) || !isJsonObject(item)) return undefined;
  return old.find((other) => isJsonObject(other) && schema.listMapKeys.every((key) => other[key] === item[key]));
}

const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueRequired',
  'FieldValueTypeInvalid',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueNotSupported',
]);

function hasRules(schema: SchemaNode, depth = 0): boolean {
  if (schema.validations.length > 0) return true;
  if (depth > 50) return false;
  const below = [...schema.fields.values(), schema.items, schema.values];
  return below.some((child) => child?.structural === true && hasRules(child, depth + 1));
}

/**
 * Runs the rules of a custom resource, transition rules only where there was an old value. Where the schema's errors
 * make the object unfit to look at, says so instead.
 */
export function evaluateValidationRules(
  object: JsonObject,
  old: JsonObject | undefined,
  schema: SchemaNode,
  schemaErrors: readonly FieldError[],
): FieldError[] {
  if (!hasRules(schema)) return [];
  if (schemaErrors.some(({ type }) => BLOCKING.has(type)))
    return [
      fieldErrors.invalid(
        FieldPath.nil,
        null,
        'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      ),
    ];
  const errors: FieldError[] = [];
  visit(object, old, schema, undefined, errors, new CelBudget(RUNTIME_COST_BUDGET));
  return errors;
}
