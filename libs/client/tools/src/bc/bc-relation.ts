import { compare, type Decimal } from './decimal.js';

/** What bc says of a condition: one or zero. */
export const truth = (holds: boolean): Decimal => ({ units: holds ? 1n : 0n, scale: 0 });

function holds(operator: string, order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    default:
      return order !== 0;
  }
}

/** Whether two numbers stand in the relation that an operator names. */
export const relation = (operator: string, a: Decimal, b: Decimal): Decimal => truth(holds(operator, compare(a, b)));
