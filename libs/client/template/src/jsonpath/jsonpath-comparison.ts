import { FloatLiteral } from './jsonpath-node.js';

type Kind = 'bool' | 'int' | 'float' | 'string';

function kindOf(value: unknown): Kind | undefined {
  if (value instanceof FloatLiteral) return 'float';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : undefined;
}

const plain = (value: unknown): string | number | boolean =>
  (value instanceof FloatLiteral ? value.value : value) as string | number | boolean;

const BAD_TYPE = { problem: 'invalid type for comparison' };
const INCOMPATIBLE = { problem: 'incompatible types for comparison' };

type Comparison = boolean | { readonly problem: string };

function equal(left: unknown, right: unknown): Comparison {
  const [leftKind, rightKind] = [kindOf(left), kindOf(right)];
  if (!leftKind || !rightKind) return BAD_TYPE;
  return leftKind === rightKind ? plain(left) === plain(right) : INCOMPATIBLE;
}

function less(left: unknown, right: unknown): Comparison {
  const [leftKind, rightKind] = [kindOf(left), kindOf(right)];
  if (!leftKind || !rightKind) return BAD_TYPE;
  if (leftKind !== rightKind) return INCOMPATIBLE;
  return leftKind === 'bool' ? BAD_TYPE : plain(left) < plain(right);
}

const not = (comparison: Comparison): Comparison => (typeof comparison === 'boolean' ? !comparison : comparison);

function lessOrEqual(left: unknown, right: unknown): Comparison {
  const isLess = less(left, right);
  return isLess === false ? equal(left, right) : isLess;
}

/** Compares as client-go's fork of text/template does; numbers of a different kind do not compare. */
export function compareValues(operator: string, left: unknown, right: unknown): Comparison {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return not(equal(left, right));
    case '<':
      return less(left, right);
    case '<=':
      return lessOrEqual(left, right);
    case '>':
      return not(lessOrEqual(left, right));
    case '>=':
      return not(less(left, right));
    default:
      return { problem: `unrecognized filter operator ${operator}` };
  }
}
