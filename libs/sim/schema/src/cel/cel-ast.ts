/** A node of a parsed expression, as @marcbachmann/cel-js builds it. */
export interface CelNode {
  readonly op: string;
  readonly args: unknown;
  readonly pos: number;
  readonly start: number;
}

/** Whether a value is a node. */
export const isNode = (value: unknown): value is CelNode =>
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
