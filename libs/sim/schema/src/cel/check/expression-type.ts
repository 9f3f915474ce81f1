import { CelUint } from '../evaluate/values.js';
import type { CelExpr } from '../parse/expression.js';
import { BOOL, BYTES, DOUBLE, DYN, INT, NULL, STRING, UINT, type CelType } from './cel-type.js';

/** `a.b.c` as one name, when it is nothing but names. */
export function qualifiedName(node: CelExpr): string | undefined {
  if (node.kind === 'ident') return node.name;
  if (node.kind !== 'select' || node.testOnly) return undefined;
  const prefix = qualifiedName(node.operand);
  return prefix === undefined ? undefined : `${prefix}.${node.field}`;
}

/** What the checker noted of a node. */
export const typed = (node: CelExpr): CelType => node.type ?? DYN;

/** The type of a constant. */
export function literalType(value: unknown): CelType {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'bigint':
      return INT;
    case 'number':
      return DOUBLE;
    case 'boolean':
      return BOOL;
    default:
      return value === null ? NULL : value instanceof CelUint ? UINT : BYTES;
  }
}
