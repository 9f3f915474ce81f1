import type { CelType } from '../check/cel-type.js';
import type { CelValue } from '../evaluate/values.js';

/* The syntax tree of cel-go (common/ast), macros expanded. */

interface Place {
  /** Where cel-go says the node stands, in UTF-16 units: its operator, parenthesis or first character. */
  readonly offset: number;
  /** What the checker found out. */
  type?: CelType;
  /** The overloads that fit, of a call; the declared name, of a variable or a type. */
  overloads?: readonly string[];
  reference?: string;
}

export interface LiteralExpr extends Place {
  readonly kind: 'literal';
  readonly value: CelValue;
}

export interface IdentExpr extends Place {
  readonly kind: 'ident';
  readonly name: string;
}

export interface SelectExpr extends Place {
  readonly kind: 'select';
  readonly operand: CelExpr;
  readonly field: string;
  /** Made by `has()`. */
  readonly testOnly: boolean;
}

export interface CallExpr extends Place {
  readonly kind: 'call';
  /** A namespaced function's whole name once checked. */
  name: string;
  target: CelExpr | undefined;
  readonly args: readonly CelExpr[];
}

export interface ListExpr extends Place {
  readonly kind: 'list';
  readonly elements: readonly CelExpr[];
  readonly optional: ReadonlySet<number>;
}

export interface MapEntry {
  readonly key: CelExpr;
  readonly value: CelExpr;
  readonly optional: boolean;
}

export interface MapExpr extends Place {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

export interface StructField {
  readonly name: string;
  readonly value: CelExpr;
  readonly optional: boolean;
  readonly offset: number;
}

export interface StructExpr extends Place {
  readonly kind: 'struct';
  readonly typeName: string;
  readonly fields: readonly StructField[];
}

export interface ComprehensionExpr extends Place {
  readonly kind: 'comprehension';
  readonly range: CelExpr;
  readonly variable: string;
  readonly variable2: string | undefined;
  readonly accumulator: string;
  readonly init: CelExpr;
  readonly condition: CelExpr;
  readonly step: CelExpr;
  readonly result: CelExpr;
}

export type CelExpr =
  LiteralExpr | IdentExpr | SelectExpr | CallExpr | ListExpr | MapExpr | StructExpr | ComprehensionExpr;

/** A complaint about an expression, at a UTF-16 offset; without one, about the whole. */
export interface CelProblem {
  readonly offset: number | undefined;
  readonly message: string;
}

/** The nodes right below a node, in order. */
export function children(node: CelExpr): readonly CelExpr[] {
  switch (node.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [node.operand];
    case 'call':
      return node.target ? [node.target, ...node.args] : node.args;
    case 'list':
      return node.elements;
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return node.fields.map(({ value }) => value);
    case 'comprehension':
      return [node.range, node.init, node.condition, node.step, node.result];
  }
}

/** Every node, parents before what is below them. */
export function descendants(root: CelExpr): CelExpr[] {
  const found: CelExpr[] = [];
  const left: CelExpr[] = [root];
  for (let node = left.pop(); node; node = left.pop()) {
    found.push(node);
    const below = children(node);
    for (let i = below.length - 1; i >= 0; i--) left.push(below[i]);
  }
  return found;
}
