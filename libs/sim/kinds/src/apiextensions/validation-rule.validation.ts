import {
  FieldPath,
  compiledRules,
  customResourceSchema,
  fieldErrors,
  maxCardinality,
  type CompiledRule,
  type DeclaredType,
  type FieldError,
  type RawSchema,
  type SchemaNode,
} from '@seatrial/schema';
import { internalRule } from './internal-schema.js';
import { isFieldPath } from './schema-path.js';

/* CEL rules inside CustomResourceDefinitions (apiextensions validation, v1.35). */

const RULE_LIMIT = 10_000_000;
const TOTAL_LIMIT = 100_000_000;
/** Of the most expensive rules, so many are named when all together cost too much. */
const MOST_EXPENSIVE = 4;
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const ADVICE =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

function excess(cost: number, limit: number): string {
  const factor = cost / limit;
  if (factor > 100) return 'more than 100x';
  return factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
}

/** The estimated costs that a definition's rules add up to. */
class Budget {
  total = 0;
  parts: { readonly path: FieldPath; readonly cost: number }[] = [];

  constructor(private readonly broken: readonly string[]) {}

  /** Whether the schema at the path, or one below it, is not well-formed: what its rules mean cannot be told. */
  isBroken(path: FieldPath): boolean {
    return this.broken.length > 0 && this.broken.some((field) => field.startsWith(path.toString()));
  }

  charge(path: FieldPath, what: string, cost: number, errors: FieldError[]): void {
    this.total += cost;
    if (cost > RULE_LIMIT)
      errors.push(
        fieldErrors.forbidden(
          path,
          `estimated ${what} cost exceeds budget by factor of ${excess(cost, RULE_LIMIT)} ${ADVICE}`,
        ),
      );
    if (cost < TOTAL_LIMIT / 100) return;
    this.parts = [...this.parts, { path, cost }].sort((a, b) => b.cost - a.cost).slice(0, MOST_EXPENSIVE);
  }
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

/** How often a place can be, and where it is one that old values cannot be found for. */
interface Place {
  /** undefined where nothing bounds it. */
  readonly times: number | undefined;
  readonly uncorrelatable: FieldPath | undefined;
}

function validateMessage(
  { rule, message }: CompiledRule,
  type: DeclaredType,
  at: FieldPath,
  budget: Budget,
): FieldError[] {
  if (!message) return [];
  const path = at.child('messageExpression');
  const wrong = (detail: string): FieldError[] => [fieldErrors.invalid(path, internalRule(rule), detail)];
  if (!message.ok) return wrong(`messageExpression ${message.error.stage} failed: ${message.error.text}`);
  if (message.value.resultType.kind !== 'string') return wrong('messageExpression must evaluate to a string');
  const errors: FieldError[] = [];
  budget.charge(path, 'messageExpression', message.value.maxCost(type), errors);
  return errors;
}

function validateRule(
  compiled: CompiledRule,
  type: DeclaredType,
  place: Place,
  at: FieldPath,
  budget: Budget,
): FieldError[] {
  const { rule, program, transition } = compiled;
  const path = at.child('rule');
  const errors: FieldError[] = [];
  const wrong = (detail: string): FieldError[] => [fieldErrors.invalid(path, internalRule(rule), detail)];
  if (!program.ok) {
    const { stage, text } = program.error;
    errors.push(...wrong(`${stage === 'compilation' ? 'compilation' : 'program instantiation'} failed: ${text}`));
  } else if (program.value.resultType.kind !== 'bool') errors.push(...wrong('cel expression must evaluate to a bool'));
  else {
    budget.charge(path, 'rule', program.value.maxCost(type) * (place.times ?? maxCardinality(type)), errors);
    errors.push(...validateMessage(compiled, type, at, budget));
  }
  if (transition && place.uncorrelatable)
    errors.push(
      fieldErrors.invalid(
        path,
        rule.rule,
        `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable.toString()}`,
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

const times = ({ times: outer }: Place, most: number | undefined): number | undefined =>
  outer === undefined || most === undefined ? undefined : outer * most;

/** Old values of the items of lists without keys, and of the fields of atomic objects, cannot be told. */
function below(schema: SchemaNode, place: Place, path: FieldPath): Record<'fields' | 'items' | 'values', Place> {
  const { maxItems, maxProperties } = schema.raw;
  const { uncorrelatable } = place;
  return {
    fields: { ...place, uncorrelatable: uncorrelatable ?? (schema.mapType === 'atomic' ? path : undefined) },
    items: {
      times: times(place, maxItems),
      uncorrelatable: uncorrelatable ?? (schema.listType === 'map' ? undefined : path),
    },
    values: { times: times(place, maxProperties), uncorrelatable },
  };
}

function visit(schema: SchemaNode, path: FieldPath, place: Place, root: boolean, budget: Budget): FieldError[] {
  const inner = below(schema, place, path);
  const errors: FieldError[] = [];
  if (schema.values)
    errors.push(...visit(schema.values, path.child('additionalProperties'), inner.values, false, budget));
  for (const [name, field] of schema.fields)
    if (field.structural) errors.push(...visit(field, path.child('properties').key(name), inner.fields, false, budget));
  if (schema.items) errors.push(...visit(schema.items, path.child('items'), inner.items, false, budget));
  if (budget.isBroken(path)) return errors;
  const { type, rules } = compiledRules(schema, root || schema.embeddedResource);
  if (type)
    errors.push(
      ...rules.flatMap((rule, index) =>
        validateRule(rule, type, place, path.child('x-kubernetes-validations').index(index), budget),
      ),
    );
  return errors;
}

/** Compiles every rule of a schema and estimates what running them may cost; not where `broken` says the schema or one below is not well-formed. */
export function validateRules(raw: RawSchema, path: FieldPath, broken: readonly FieldError[]): FieldError[] {
  const budget = new Budget(broken.map(({ field }) => field));
  const errors = visit(customResourceSchema(raw), path, { times: 1, uncorrelatable: undefined }, true, budget);
  if (budget.total <= TOTAL_LIMIT) return errors;
  for (const part of budget.parts)
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
