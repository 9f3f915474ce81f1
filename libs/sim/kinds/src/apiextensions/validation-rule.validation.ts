import {
  FieldPath,
  compiledRules,
  customResourceSchema,
  fieldErrors,
  type CompiledRule,
  type FieldError,
  type RawSchema,
  type RawValidationRule,
  type SchemaNode,
} from '@seatrial/schema';
import { estimateCost } from './rule-cost.js';

/* CEL rules inside CustomResourceDefinitions (apiextensions validation, v1.35). */

const RULE_LIMIT = 10_000_000;
const TOTAL_LIMIT = 100_000_000;
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const ADVICE =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

const internalRule = (rule: RawValidationRule): unknown => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
});

function excess(cost: number, limit: number): string {
  const factor = cost / limit;
  if (factor > 100) return 'more than 100x';
  return `${factor.toFixed(1)}x`;
}

/** The estimated costs that a definition's rules add up to. */
class Budget {
  total = 0;
  readonly parts: { path: FieldPath; cost: number }[] = [];

  charge(path: FieldPath, what: string, cost: number, errors: FieldError[]): void {
    this.total += cost;
    this.parts.push({ path, cost });
    if (cost > RULE_LIMIT)
      errors.push(
        fieldErrors.forbidden(
          path,
          `estimated ${what} cost exceeds budget by factor of ${excess(cost, RULE_LIMIT)} ${ADVICE}`,
        ),
      );
  }
}

function validateRule(
  compiled: CompiledRule,
  schema: SchemaNode,
  times: number,
  at: FieldPath,
  budget: Budget,
): FieldError[] {
  const { rule, program, message } = compiled;
  const errors: FieldError[] = [];
  if (rule.rule.trim() === '') return [fieldErrors.required(at.child('rule'), 'rule is not specified')];
  if (!program.ok)
    return [fieldErrors.invalid(at.child('rule'), internalRule(rule), `compilation failed: ${program.error}`)];
  if (program.value.resultType !== 'bool' && program.value.resultType !== 'dyn')
    errors.push(fieldErrors.invalid(at.child('rule'), internalRule(rule), 'cel expression must evaluate to a bool'));
  budget.charge(at.child('rule'), 'rule', estimateCost(program.value.ast, schema) * times, errors);
  if (message) {
    const path = at.child('messageExpression');
    if (!message.ok)
      errors.push(
        fieldErrors.invalid(path, internalRule(rule), `messageExpression compilation failed: ${message.error}`),
      );
    else if (message.value.resultType !== 'string' && message.value.resultType !== 'dyn')
      errors.push(fieldErrors.invalid(path, internalRule(rule), 'messageExpression must evaluate to a string'));
    else budget.charge(path, 'messageExpression', estimateCost(message.value.ast, schema) * times, errors);
  }
  if (rule.reason !== undefined && !REASONS.includes(rule.reason))
    errors.push(fieldErrors.notSupported(at.child('reason'), rule.reason, REASONS));
  if (rule.message?.includes('\n'))
    errors.push(fieldErrors.invalid(at.child('message'), rule.message, 'message must not contain line breaks'));
  return errors;
}

/** How many values a schema can hold at most in one request of 3 MiB. */
const UNBOUNDED = 1_500_000;

function visit(schema: SchemaNode, path: FieldPath, times: number, budget: Budget): FieldError[] {
  const errors = compiledRules(schema).flatMap((rule, index) =>
    validateRule(rule, schema, times, path.child('x-kubernetes-validations').index(index), budget),
  );
  for (const [name, field] of schema.fields)
    if (field.structural) errors.push(...visit(field, path.child('properties').key(name), times, budget));
  if (schema.values)
    errors.push(
      ...visit(
        schema.values,
        path.child('additionalProperties'),
        times * (schema.raw.maxProperties ?? UNBOUNDED),
        budget,
      ),
    );
  if (schema.items)
    errors.push(...visit(schema.items, path.child('items'), times * (schema.raw.maxItems ?? UNBOUNDED), budget));
  return errors;
}

/** Compiles every rule of a schema and estimates what running them may cost. */
export function validateRules(raw: RawSchema, path: FieldPath): FieldError[] {
  const budget = new Budget();
  const errors = visit(customResourceSchema(raw), path, 1, budget);
  if (budget.total <= TOTAL_LIMIT) return errors;
  for (const part of budget.parts)
    if (part.cost > TOTAL_LIMIT / 100)
      errors.push(
        fieldErrors.forbidden(
          part.path,
          'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
        ),
      );
  errors.push(
    fieldErrors.forbidden(
      path,
      `x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of ${excess(budget.total, TOTAL_LIMIT)} ${ADVICE}`,
    ),
  );
  return errors;
}
