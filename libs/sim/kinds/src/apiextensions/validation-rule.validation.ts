import {
  FieldPath,
  compiledRules,
  customResourceSchema,
  fieldErrors,
  type CompiledRule,
  type FieldError,
  type RawSchema,
  type SchemaNode,
} from '@seatrial/schema';
import { internalRule } from './internal-schema.js';
import { estimateCost } from './rule-cost.js';
import { isFieldPath } from './schema-path.js';

/* CEL rules inside CustomResourceDefinitions (apiextensions validation, v1.35). */

const RULE_LIMIT = 10_000_000;
const TOTAL_LIMIT = 100_000_000;
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const ADVICE =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

function excess(cost: number, limit: number): string {
  const factor = cost / limit;
  if (factor > 100) return 'more than 100x';
  if (factor < 1.5) return `${factor.toFixed(6)}x`;
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
  uncorrelated: FieldPath | undefined,
): FieldError[] {
  const { rule, program, message, transition } = compiled;
  const errors: FieldError[] = [];
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
  if (transition && uncorrelated)
    errors.push(
      fieldErrors.invalid(
        at.child('rule'),
        rule.rule,
        `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated.toString()}`,
      ),
    );
  else if (!transition && rule.optionalOldSelf !== undefined)
    errors.push(
      fieldErrors.invalid(
        at.child('optionalOldSelf'),
        rule.optionalOldSelf,
        'may not be set if oldSelf is not used in rule',
      ),
    );
  return errors;
}

const hasNewlines = (text: string): boolean => /[\n\r]/.test(text);

/** The fields of rules but for what the rules say: what is checked before any is compiled. */
export function validateRuleFields(schema: RawSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  (schema['x-kubernetes-validations'] ?? []).forEach((entry, index) => {
    const at = path.child('x-kubernetes-validations').index(index);
    const { message = '', messageExpression = '', reason, fieldPath = '' } = entry;
    const rule = (entry as { rule?: string }).rule ?? '';
    if (rule.trim() === '') errors.push(fieldErrors.required(at.child('rule'), 'rule is not specified'));
    else if (message !== '' && message.trim() === '')
      errors.push(fieldErrors.invalid(at.child('message'), message, 'must be non-empty if specified'));
    else if (hasNewlines(message.trim()))
      errors.push(fieldErrors.invalid(at.child('message'), message, 'must not contain line breaks'));
    else if (hasNewlines(rule.trim()) && message.trim() === '')
      errors.push(fieldErrors.required(at.child('message'), 'message must be specified if rule contains line breaks'));
    if (messageExpression !== '' && messageExpression.trim() === '')
      errors.push(
        fieldErrors.required(at.child('messageExpression'), 'messageExpression must be non-empty if specified'),
      );
    if (reason !== undefined && !REASONS.includes(reason))
      errors.push(fieldErrors.notSupported(at.child('reason'), reason, REASONS));
    const place = at.child('fieldPath');
    if (fieldPath !== '' && fieldPath.trim() === '')
      errors.push(fieldErrors.invalid(place, fieldPath, 'must be non-empty if specified'));
    if (hasNewlines(fieldPath)) errors.push(fieldErrors.invalid(place, fieldPath, 'must not contain line breaks'));
    if (fieldPath !== '' && !isFieldPath(fieldPath, schema))
      errors.push(fieldErrors.invalid(place, fieldPath, 'must be a valid path'));
  });
  return errors;
}

/** How many values a schema can hold at most in one request of 3 MiB. */
const UNBOUNDED = 1_500_000;

/** `uncorrelated`: the outermost list or map whose parts of before and after cannot be told to be the same. */
function visit(
  schema: SchemaNode,
  path: FieldPath,
  times: number,
  budget: Budget,
  uncorrelated?: FieldPath,
): FieldError[] {
  const errors = compiledRules(schema).flatMap((rule, index) =>
    validateRule(rule, schema, times, path.child('x-kubernetes-validations').index(index), budget, uncorrelated),
  );
  const { raw, values, items } = schema;
  const inFields = uncorrelated ?? (raw['x-kubernetes-map-type'] === 'atomic' ? path : undefined);
  for (const [name, field] of schema.fields)
    if (field.structural) errors.push(...visit(field, path.child('properties').key(name), times, budget, inFields));
  if (values) {
    const below = path.child('additionalProperties');
    errors.push(...visit(values, below, times * (raw.maxProperties ?? UNBOUNDED), budget, uncorrelated));
  }
  if (items) {
    const inItems = uncorrelated ?? (raw['x-kubernetes-list-type'] === 'map' ? undefined : path);
    errors.push(...visit(items, path.child('items'), times * (raw.maxItems ?? UNBOUNDED), budget, inItems));
  }
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
