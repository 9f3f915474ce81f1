import type { CelNode, SchemaNode } from '@seatrial/schema';

/*
 * A static estimate of what a CEL rule costs at worst (cel-go checker/cost.go with the API server's size estimates):
 * one unit a step, strings by the tenth of their length, comprehensions by the list's length.
 */

const MAX_BYTES = 3 * 1024 * 1024;
const BEYOND = 1e19;
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const SCANS = new Set([
  'contains',
  'startsWith',
  'endsWith',
  'matchesRe2',
  'matches',
  'find',
  'findAll',
  'replace',
  'split',
  'trim',
  'lowerAscii',
  'upperAscii',
  'indexOf',
]);

interface Estimate {
  readonly cost: number;
  /** How long the result may be: characters or items. */
  readonly size: number;
  readonly schema?: SchemaNode | undefined;
  readonly text?: boolean;
}

const isNode = (value: unknown): value is CelNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

/** The size that a value of a schema can have at most within one request. */
function sizeOf(schema: SchemaNode | undefined): number {
  if (!schema) return 1;
  const { raw } = schema;
  switch (raw.type) {
    case 'string':
      return (
        raw.maxLength ??
        (raw.enum ? Math.max(...raw.enum.map((entry) => (typeof entry === 'string' ? entry.length : 1))) : MAX_BYTES)
      );
    case 'array':
      return raw.maxItems ?? MAX_BYTES / 2;
    case 'object':
      return raw.maxProperties ?? (raw.additionalProperties ? MAX_BYTES / 6 : 1);
    default:
      return 1;
  }
}

type Scope = Readonly<Record<string, SchemaNode | undefined>>;

function nodesOf(args: unknown): CelNode[] {
  if (isNode(args)) return [args];
  return Array.isArray(args) ? args.flatMap(nodesOf) : [];
}

function ofSchema(cost: number, schema: SchemaNode | undefined): Estimate {
  return { cost, size: sizeOf(schema), schema, text: schema?.raw.type === 'string' };
}

function add(left: Estimate, right: Estimate): Estimate {
  const text = left.text === true || right.text === true;
  const size = left.size + right.size;
  return { cost: left.cost + right.cost + (text ? Math.ceil(size * 0.1) : 1), size, text };
}

function loop(args: readonly unknown[], scope: Scope): Estimate {
  const target = isNode(args[1]) ? estimate(args[1], scope) : { cost: 0, size: 1 };
  const [variable, ...bodies] = nodesOf(args[2]);
  const item = target.schema?.type === 'array' ? target.schema.items : undefined;
  const inner = { ...scope, [typeof variable.args === 'string' ? variable.args : '']: item };
  const body = bodies.reduce((sum, node) => sum + estimate(node, inner).cost, 0);
  return { cost: target.cost + target.size * (body + 3), size: target.size };
}

function call(node: CelNode, args: readonly unknown[], scope: Scope): Estimate {
  const name = String(args[0]);
  if (node.op === 'rcall' && LOOPS.has(name)) return loop(args, scope);
  const parts = nodesOf(args.slice(1)).map((part) => estimate(part, scope));
  const cost = parts.reduce((sum, part) => sum + part.cost, 1);
  if (name === 'string') return { cost, size: parts[0]?.text ? parts[0].size : BEYOND, text: true };
  if (SCANS.has(name))
    return { cost: cost + Math.ceil((parts[0]?.size ?? 1) * 0.1), size: parts[0]?.size ?? 1, text: true };
  return { cost, size: 1 };
}

function estimate(node: CelNode, scope: Scope): Estimate {
  const args = node.args;
  if (node.op === 'id' && typeof args === 'string') return ofSchema(1, scope[args]);
  if (node.op === 'value') {
    const text = typeof args === 'string';
    return { cost: 0, size: text ? args.length : 1, text };
  }
  if (!Array.isArray(args)) return { cost: 1, size: 1 };
  if ((node.op === '.' || node.op === '.?') && isNode(args[0])) {
    const target = estimate(args[0], scope);
    return ofSchema(target.cost + 1, target.schema?.field(String(args[1])) ?? target.schema?.values);
  }
  if (node.op === '[]' && isNode(args[0])) {
    const target = estimate(args[0], scope);
    return ofSchema(target.cost + 1, target.schema?.items ?? target.schema?.values);
  }
  if (node.op === 'call' || node.op === 'rcall') return call(node, args, scope);
  const parts = nodesOf(args).map((part) => estimate(part, scope));
  if (node.op === '+' && parts.length === 2) return add(parts[0], parts[1]);
  const cost = parts.reduce((sum, part) => sum + part.cost, 1);
  const compares = node.op === '==' || node.op === '!=';
  const texts = parts.filter((part) => part.text);
  const scanned = compares && texts.length > 0 ? Math.min(...parts.map((part) => part.size)) * 0.1 : 0;
  return { cost: cost + Math.ceil(scanned), size: Math.max(1, ...parts.map((part) => part.size)) };
}

/** The estimated worst cost of one run of a rule at a schema's place. */
export function estimateCost(ast: CelNode, schema: SchemaNode): number {
  return estimate(ast, { self: schema, oldSelf: schema }).cost;
}
