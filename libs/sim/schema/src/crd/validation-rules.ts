import { isJsonObject, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import { usesVariable } from '../cel/cel-ast.js';
import { COST_LIMIT_EXCEEDED, CelBudget, RUNTIME_COST_BUDGET } from '../cel/cel-cost.js';
import { compileCel, type CelProgram } from '../cel/cel-program.js';
import type { RawValidationRule } from '../schema/raw-schema.js';
import type { SchemaNode } from '../schema/schema-node.js';
import { fieldErrors, type FieldError } from '../validation/field-error.js';
import { FieldPath } from '../validation/field-path.js';

/* CEL rules of custom resources (k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel, v1.35). */

/** A rule ready to run. */
export interface CompiledRule {
  readonly rule: RawValidationRule;
  readonly program: Result<CelProgram, string>;
  readonly message: Result<CelProgram, string> | undefined;
  /** Names `oldSelf`, so that it holds between two states only. */
  readonly transition: boolean;
}

const compiled = new WeakMap<SchemaNode, readonly CompiledRule[]>();

/** The rules written at one place of a schema, compiled once. */
export function compiledRules(schema: SchemaNode): readonly CompiledRule[] {
  let rules = compiled.get(schema);
  if (!rules) {
    const schemas = { self: schema, oldSelf: schema };
    rules = schema.validations.map((rule) => {
      const program = compileCel(rule.rule, ['self', 'oldSelf'], schemas);
      const message = rule.messageExpression
        ? compileCel(rule.messageExpression, ['self', 'oldSelf'], schemas)
        : undefined;
      return { rule, program, message, transition: program.ok && usesVariable(program.value.ast, 'oldSelf') };
    });
    compiled.set(schema, rules);
  }
  return rules;
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

/** What is said of a rule that could not be worked out; one that costs too much ends the validation. */
function failureText(error: string, rule: RawValidationRule, budget: CelBudget): string {
  const name = rule.message?.trim() || rule.rule.trim();
  if (error.startsWith('no such overload'))
    return `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${name}`;
  if (!error.startsWith(COST_LIMIT_EXCEEDED)) return `${error} evaluating rule: ${name}`;
  budget.spend(Infinity);
  return `'${error}': no further validation rules will be run due to call cost exceeds limit for rule: ${name}`;
}

const ruleText = (rule: RawValidationRule): string =>
  (rule.message ?? '').trim() === '' ? `failed rule: ${rule.rule.trim()}` : (rule.message ?? '').trim();

function evaluateRule(
  { rule, program, message, transition }: CompiledRule,
  value: JsonValue,
  old: JsonValue | undefined,
  schema: SchemaNode,
  path: FieldPath,
  budget: CelBudget,
): FieldError | undefined {
  if (!program.ok) return undefined;
  if (transition && old === undefined && !rule.optionalOldSelf) return undefined;
  const inputs = { self: { value, schema }, oldSelf: { value: old, schema } };
  const type = schema.raw.type ?? 'object';
  const result = program.value.evaluate(inputs, budget);
  if (budget.exhausted) return fieldErrors.invalid(path, type, OUT_OF_BUDGET);
  if (!result.ok) return fieldErrors.invalid(path, type, failureText(result.error, rule, budget));
  if (result.value === true) return undefined;
  const made = message?.ok ? message.value.evaluate(inputs) : undefined;
  const text =
    made?.ok && typeof made.value === 'string' && made.value.trim() !== '' ? made.value.trim() : ruleText(rule);
  return ruleError(rule, path, value, text);
}

function visit(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: SchemaNode,
  path: FieldPath | undefined,
  errors: FieldError[],
  budget: CelBudget,
): void {
  for (const rule of compiledRules(schema)) {
    if (budget.exhausted) return;
    const error = evaluateRule(rule, value, old, schema, path ?? FieldPath.nil, budget);
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
