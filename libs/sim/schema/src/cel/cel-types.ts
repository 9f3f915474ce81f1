import type { SchemaNode } from '../schema/schema-node.js';
import { children, isNode, type CelNode } from './cel-ast.js';

/** A complaint of cel-go's type checker about an expression over typed variables. */
export interface CelTypeProblem {
  readonly offset: number;
  readonly message: string;
}

/** What is known of a value: its schema and its CEL type; `dyn` when nothing is. */
interface Known {
  readonly schema?: SchemaNode | undefined;
  readonly type: string;
}

const DYN: Known = { type: 'dyn' };
const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'existsOne']);
const NUMBERS = new Set(['int', 'uint', 'double']);
const ORDERED = new Set([...NUMBERS, 'string', 'bool', 'bytes', 'timestamp', 'duration']);
const BOOLEAN_METHODS = new Set(['contains', 'startsWith', 'endsWith', 'matches', 'matchesRe2', 'isSorted']);

/** The CEL type of a schema's values (k8s.io/apiserver/pkg/cel/common SchemaDeclType), as far as it is a scalar or list. */
function typeOfSchema(schema: SchemaNode | undefined): string {
  if (!schema || schema.raw['x-kubernetes-int-or-string'] || schema.special === 'int-or-string') return 'dyn';
  const { type, format } = schema.raw;
  switch (type) {
    case 'integer':
      return 'int';
    case 'number':
      return 'double';
    case 'boolean':
      return 'bool';
    case 'string':
      if (format === 'int-or-string') return 'dyn';
      if (format === 'date' || format === 'date-time') return 'timestamp';
      return format === 'duration' ? 'duration' : format === 'byte' ? 'bytes' : 'string';
    case 'array':
      return `list(${typeOfSchema(schema.items)})`;
    default:
      return 'dyn';
  }
}

function literalType(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'null' : 'dyn';
}

/** The type of an operation; undefined when there is no such one. */
function resultOf(operator: string, left: string, right: string): string | undefined {
  const numbers = NUMBERS.has(left) && NUMBERS.has(right);
  switch (operator) {
    case '==':
    case '!=':
      return left === right ? 'bool' : undefined;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return numbers || (left === right && ORDERED.has(left)) ? 'bool' : undefined;
    case '&&':
    case '||':
      return left === 'bool' && right === 'bool' ? 'bool' : undefined;
    case '%':
      return left === right && left !== 'double' && NUMBERS.has(left) ? left : undefined;
    case '*':
    case '/':
      return left === right && NUMBERS.has(left) ? left : undefined;
    case '+':
      if (left === right && (NUMBERS.has(left) || left === 'string' || left === 'bytes' || left === 'duration'))
        return left;
      return [left, right].sort().join() === 'duration,timestamp' ? 'timestamp' : undefined;
    case '-':
      if (left === right && (NUMBERS.has(left) || left === 'duration')) return left;
      if (left !== 'timestamp') return undefined;
      return right === 'duration' ? 'timestamp' : right === 'timestamp' ? 'duration' : undefined;
    default:
      return 'dyn';
  }
}

const OPERATORS = new Set(['==', '!=', '<', '<=', '>', '>=', '&&', '||', '+', '-', '*', '/', '%']);
const isScalar = (type: string): boolean => ORDERED.has(type) || type === 'null';

type Scope = Readonly<Record<string, Known | undefined>>;

class TypeWalk {
  problem: CelTypeProblem | undefined;

  constructor(private readonly expression: string) {}

  visit(node: CelNode, scope: Scope): Known {
    if (this.problem) return DYN;
    const { op, args } = node;
    if (op === 'id' && typeof args === 'string') return scope[args] ?? DYN;
    if (op === 'value') return { type: literalType(args) };
    if (Array.isArray(args)) {
      const [first, second] = args as unknown[];
      if ((op === '.' || op === '.?') && isNode(first) && typeof second === 'string')
        return this.select(node, this.visit(first, scope), second, op === '.?');
      if (op === '[]' && isNode(first)) return this.index(first, second, scope);
      if (op === 'rcall') return this.method(args as unknown[], scope);
      if (OPERATORS.has(op) && isNode(first) && isNode(second)) return this.operation(node, first, second, scope);
    }
    for (const child of children(node)) this.visit(child, scope);
    return op === 'call' && Array.isArray(args) && (args[0] === 'has' || args[0] === 'size')
      ? { type: args[0] === 'has' ? 'bool' : 'int' }
      : DYN;
  }

  private select(node: CelNode, target: Known, name: string, optional: boolean): Known {
    const { schema } = target;
    if (!schema) return DYN;
    const field = schema.field(name) ?? schema.values;
    const own = schema.component === undefined || !schema.structural;
    const closed = schema.type === 'object' && !schema.preserveUnknownFields && own;
    if (!field && closed) this.problem = { offset: node.pos - 1, message: `undefined field '${name}'` };
    return { schema: field, type: optional ? 'dyn' : typeOfSchema(field) };
  }

  private index(target: CelNode, key: unknown, scope: Scope): Known {
    const { schema } = this.visit(target, scope);
    if (isNode(key)) this.visit(key, scope);
    const item = schema?.items ?? schema?.values;
    return { schema: item, type: typeOfSchema(item) };
  }

  private method(args: readonly unknown[], scope: Scope): Known {
    const [name, receiver, rest] = args;
    const target = isNode(receiver) ? this.visit(receiver, scope) : DYN;
    const parts = Array.isArray(rest) ? rest.filter(isNode) : [];
    if (!MACROS.has(String(name))) {
      for (const part of parts) this.visit(part, scope);
      if (name === 'size') return { type: 'int' };
      return BOOLEAN_METHODS.has(String(name)) ? { type: 'bool' } : DYN;
    }
    const [variable, ...bodies] = parts;
    const { schema } = target;
    const item = schema?.type === 'array' ? schema.items : undefined;
    const isMap = schema?.type !== 'array' && schema?.values !== undefined;
    const element: Known = { schema: item, type: isMap ? 'string' : typeOfSchema(item) };
    const inner: Scope =
      typeof (variable as CelNode | undefined)?.args === 'string'
        ? { ...scope, [String(variable.args)]: element }
        : scope;
    for (const body of bodies) this.visit(body, inner);
    return name === 'map' || name === 'filter' ? DYN : { type: 'bool' };
  }

  private operation(node: CelNode, first: CelNode, second: CelNode, scope: Scope): Known {
    const left = this.visit(first, scope).type;
    const right = this.visit(second, scope).type;
    if (this.problem || !isScalar(left) || !isScalar(right)) return { type: COMPARES.has(node.op) ? 'bool' : 'dyn' };
    const type = resultOf(node.op, left, right);
    if (type !== undefined) return { type };
    const end = (first as CelNode & { readonly end?: number }).end ?? node.start;
    const at = this.expression.indexOf(node.op, end);
    this.problem = {
      offset: at < 0 ? node.start : at,
      message: `found no matching overload for '_${node.op}_' applied to '(${left}, ${right})'`,
    };
    return DYN;
  }
}

const COMPARES = new Set(['==', '!=', '<', '<=', '>', '>=', '&&', '||']);

/** What is wrong with the types of an expression whose variables have schemas, as far as scalars and fields go. */
export function findTypeProblem(
  root: CelNode,
  expression: string,
  schemas: Readonly<Record<string, SchemaNode>>,
): CelTypeProblem | undefined {
  const scope = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, { schema, type: typeOfSchema(schema) }]),
  );
  const walk = new TypeWalk(expression);
  walk.visit(root, scope);
  return walk.problem;
}
