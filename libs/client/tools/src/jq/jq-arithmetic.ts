import { JqError } from './jq-node.js';
import { compareValues, isObject, shortText, typeName } from './jq-value.js';

/** `number (5)`, for messages. */
export function describe(value: unknown): string {
  return `${typeName(value)} (${shortText(value)})`;
}

/** jq's arithmetic operators on any two values. Throws {@link JqError}. */
export function calculate(operator: string, left: unknown, right: unknown): unknown {
  switch (operator) {
    case '==':
      return compareValues(left, right) === 0;
    case '!=':
      return compareValues(left, right) !== 0;
    case '<':
      return compareValues(left, right) < 0;
    case '<=':
      return compareValues(left, right) <= 0;
    case '>':
      return compareValues(left, right) > 0;
    case '>=':
      return compareValues(left, right) >= 0;
    case '+':
      return add(left, right);
    case '-':
      return subtract(left, right);
    case '*':
      return multiply(left, right);
    default:
      return divide(operator, left, right);
  }
}

export function add(left: unknown, right: unknown): unknown {
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (Array.isArray(left) && Array.isArray(right)) return [...(left as unknown[]), ...(right as unknown[])];
  if (isObject(left) && isObject(right)) return { ...left, ...right };
  throw new JqError(`${describe(left)} and ${describe(right)} cannot be added`);
}

function subtract(left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (Array.isArray(left) && Array.isArray(right))
    return (left as unknown[]).filter((item) => !right.some((other) => compareValues(item, other) === 0));
  throw new JqError(`${describe(left)} and ${describe(right)} cannot be subtracted`);
}

const MAX_REPEATED = 10_000_000;

function multiply(left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  if (typeof left === 'number' && typeof right === 'string') return multiply(right, left);
  if (typeof left === 'string' && typeof right === 'number') {
    if (right <= 0) return null;
    if (left.length * right > MAX_REPEATED) throw new JqError('Repeat string result too long');
    return left.repeat(Math.max(1, Math.ceil(right)));
  }
  if (isObject(left) && isObject(right)) return mergeDeep(left, right);
  throw new JqError(`${describe(left)} and ${describe(right)} cannot be multiplied`);
}

function mergeDeep(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): unknown {
  const merged: Record<string, unknown> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(value) ? mergeDeep(old, value) : value;
  }
  return merged;
}

function divide(operator: string, left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number') {
    const whole = operator === '%' ? Math.trunc(right) : right;
    if (whole === 0)
      throw new JqError(
        `${describe(left)} and ${describe(right)} cannot be divided ${operator === '%' ? '(remainder) ' : ''}because the divisor is zero`,
      );
    return operator === '/' ? left / right : Math.trunc(left) % Math.abs(whole) || 0;
  }
  if (operator === '/' && typeof left === 'string' && typeof right === 'string') return splitText(left, right);
  throw new JqError(`${describe(left)} and ${describe(right)} cannot be divided`);
}

export function splitText(text: string, separator: string): string[] {
  if (text === '') return [];
  return separator === '' ? [...text] : text.split(separator);
}
