import type { JsonObject, JsonValue } from '@seatrial/kernel';
import { fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';
import { oneOf } from '../validation/fields.js';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

const strings = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

// Names with wildcards that do not go together (validateResources).
function validateResources(resources: readonly string[], path: FieldPath): FieldError[] {
  if (resources.length === 0) return [fieldErrors.required(path)];
  const errors: FieldError[] = [];
  const wholeResources = new Set<string>();
  const wholeSubresources = new Set<string>();
  let plain = false;
  resources.forEach((resource, index) => {
    const at = path.index(index);
    if (resource === '') {
      errors.push(fieldErrors.required(at));
      return;
    }
    const slash = resource.indexOf('/');
    if (slash < 0) {
      plain = resource !== '*';
      return;
    }
    const [name, sub] = [resource.slice(0, slash), resource.slice(slash + 1)];
    if (wholeResources.has(name))
      errors.push(fieldErrors.invalid(at, resource, `if '${name}/*' is present, must not specify ${resource}`));
    if (wholeSubresources.has(sub))
      errors.push(fieldErrors.invalid(at, resource, `if '*/${sub}' is present, must not specify ${resource}`));
    if (sub === '*') wholeResources.add(name);
    if (name === '*') wholeSubresources.add(sub);
  });
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(fieldErrors.invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && plain)
    errors.push(
      fieldErrors.invalid(path, resources, "if '*' is present, must not specify other resources without subresources"),
    );
  return errors;
}

function validateRule(rule: JsonObject, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const alone = (field: string, what: string): void => {
    const values = strings(rule[field]);
    if (values.length === 0) errors.push(fieldErrors.required(at.child(field)));
    if (values.length > 1 && values.includes('*'))
      errors.push(fieldErrors.invalid(at.child(field), values, `if '*' is present, must not specify other ${what}`));
  };
  alone('operations', 'operations');
  strings(rule.operations).forEach((operation, index) =>
    errors.push(...oneOf(operation, OPERATIONS, at.child('operations').index(index))),
  );
  alone('apiGroups', 'API groups');
  alone('apiVersions', 'API versions');
  strings(rule.apiVersions).forEach((version, index) => {
    if (version === '') errors.push(fieldErrors.required(at.child('apiVersions').index(index)));
  });
  errors.push(...validateResources(strings(rule.resources), at.child('resources')));
  errors.push(...oneOf(typeof rule.scope === 'string' ? rule.scope : undefined, SCOPES, at.child('scope')));
  return errors;
}

/** The resource rules of a policy or a webhook (validateRuleWithOperations). */
export function validateRules(rules: readonly JsonObject[], path: FieldPath): FieldError[] {
  return rules.flatMap((rule, index) => validateRule(rule, path.index(index)));
}
