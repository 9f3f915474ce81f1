import type { SchemaNode } from '../schema/schema-node.js';

/** A node of a parsed expression, as @marcbachmann/cel-js builds it. */
export interface CelNode {
  readonly op: string;
  readonly args: unknown;
  readonly pos: number;
  readonly start: number;
}

const isNode = (value: unknown): value is CelNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

/** The nodes right below a node, in order. */
export function children(node: CelNode): CelNode[] {
  const found: CelNode[] = [];
  const collect = (value: unknown): void => {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) for (const item of value) collect(item);
  };
  collect(node.args);
  return found;
}

/** Calls another method instead wherever one is called. */
export function renameCalls(node: CelNode, from: string, to: string): void {
  if (node.op === 'rcall' && Array.isArray(node.args) && node.args[0] === from) node.args[0] = to;
  for (const child of children(node)) renameCalls(child, from, to);
}

/** Whether a variable is named anywhere. */
export function usesVariable(node: CelNode, name: string): boolean {
  return (node.op === 'id' && node.args === name) || children(node).some((child) => usesVariable(child, name));
}

type Types = Readonly<Record<string, SchemaNode | undefined>>;

interface UndefinedField {
  readonly name: string;
  readonly offset: number;
}

const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'existsOne']);

/** Looks for a field that a typed variable does not have. */
export function findUndefinedField(root: CelNode, types: Types): UndefinedField | undefined {
  let found: UndefinedField | undefined;
  const visit = (node: CelNode, scope: Types): SchemaNode | undefined => {
    if (found) return undefined;
    const args = node.args;
    if (node.op === 'id' && typeof args === 'string') return scope[args];
    if ((node.op === '.' || node.op === '.?') && Array.isArray(args) && isNode(args[0]) && typeof args[1] === 'string')
      return select(node, visit(args[0], scope), args[1]);
    if (node.op === '[]' && Array.isArray(args) && isNode(args[0])) {
      const target = visit(args[0], scope);
      if (isNode(args[1])) visit(args[1], scope);
      return target?.items ?? target?.values;
    }
    if (node.op === 'rcall' && Array.isArray(args) && MACROS.has(String(args[0])) && isNode(args[1])) {
      const target = visit(args[1], scope);
      const [variable, ...bodies] = (args[2] as unknown[] | undefined) ?? [];
      const inner = { ...scope };
      if (isNode(variable) && typeof variable.args === 'string')
        inner[variable.args] = target?.type === 'array' ? target.items : undefined;
      for (const body of bodies) if (isNode(body)) visit(body, inner);
      return undefined;
    }
    for (const child of children(node)) visit(child, scope);
    return undefined;
  };
  const select = (node: CelNode, target: SchemaNode | undefined, name: string): SchemaNode | undefined => {
    if (!target) return undefined;
    const field = target.field(name) ?? target.values;
    const own = target.component === undefined || !target.structural;
    const closed = target.type === 'object' && !target.preserveUnknownFields && own;
    if (!field && closed) found = { name, offset: node.pos - 1 };
    return field;
  };
  visit(root, types);
  return found;
}
