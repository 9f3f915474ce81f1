import { descendants, type CallExpr, type CelExpr, type CelProblem } from '../parse/expression.js';
import { compilePattern } from '../library/regex.library.js';
import { clauseComplaint, parseFormat, type FormatClause } from '../library/string-format.js';
import { convert } from '../evaluate/conversions.js';
import { isError } from '../evaluate/values.js';
import { DYN, sameType, unwrapOptional, type CelType } from './cel-type.js';

/*
 * What Kubernetes checks besides types (cel-go cel/validator.go: durations, timestamps, patterns and homogeneous
 * literals; ext/formatting.go: formats).
 */

const typeOf = (node: CelExpr): CelType => node.type ?? DYN;

/** Calls with a constant that the function cannot take. */
function constantArguments(nodes: readonly CelExpr[], name: string): CelProblem[] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'call' || node.name !== name) return [];
    const argument = node.args.at(0);
    if (argument?.kind !== 'literal') return [];
    const bad =
      name === 'matches'
        ? typeof argument.value === 'string' && typeof compilePattern(argument.value) === 'string'
        : isError(convert(name, argument.value));
    return bad ? [{ offset: argument.offset, message: `invalid ${name} argument` }] : [];
  });
}

const mismatch = (node: CelExpr, expected: CelType, actual: CelType): CelProblem => ({
  offset: node.offset,
  message: `expected type '${expected.text}' but found '${actual.text}'`,
});

function homogeneousList(elements: readonly CelExpr[], optional: ReadonlySet<number>): CelProblem[] {
  let expected: CelType | undefined;
  for (const [index, element] of elements.entries()) {
    const type = optional.has(index) ? unwrapOptional(typeOf(element)) : typeOf(element);
    expected ??= type;
    if (!sameType(expected, type, false)) return [mismatch(element, expected, type)];
  }
  return [];
}

function homogeneous(root: CelExpr): CelProblem[] {
  const problems: CelProblem[] = [];
  const maps: CelProblem[] = [];
  const visit = (node: CelExpr): void => {
    if (node.kind === 'list') problems.push(...homogeneousList(node.elements, node.optional));
    if (node.kind === 'map' && node.entries.length > 0) {
      const [first] = node.entries;
      const keyType = typeOf(first.key);
      const valueType = first.optional ? unwrapOptional(typeOf(first.value)) : typeOf(first.value);
      for (const { key, value, optional } of node.entries) {
        const type = optional ? unwrapOptional(typeOf(value)) : typeOf(value);
        if (!sameType(keyType, typeOf(key), false)) maps.push(mismatch(key, keyType, typeOf(key)));
        if (!sameType(valueType, type, false)) maps.push(mismatch(value, valueType, type));
      }
    }
  };
  for (const node of outsideFormats(root)) visit(node);
  return [...problems, ...maps];
}

/** Every node that is not inside a call of `format`. */
function outsideFormats(root: CelExpr): CelExpr[] {
  const all = descendants(root);
  const exempt = new Set<CelExpr>();
  for (const node of all)
    if (node.kind === 'call' && node.name === 'format')
      for (const inner of descendants(node)) if (inner !== node) exempt.add(inner);
  return all.filter((node) => !exempt.has(node));
}

const TAKEN: Readonly<Record<string, readonly string[]>> = {
  b: ['int', 'uint', 'bool'],
  d: ['int', 'uint'],
  e: ['double', 'string'],
  f: ['double', 'string'],
  o: ['int', 'uint'],
  s: ['list', 'map', 'int', 'uint', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
  x: ['int', 'uint', 'string', 'bytes'],
};

const RUNTIME_NAMES: Readonly<Record<string, string | undefined>> = {
  duration: 'google.protobuf.Duration',
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
};

const runtimeName = ({ name }: CelType): string => RUNTIME_NAMES[name] ?? name;

/** The first node that a clause cannot show: of a list or map, one inside. */
function unfit(node: CelExpr, verb: string): CelExpr | undefined {
  const { kind } = typeOf(node);
  if (kind !== 'dyn' && !TAKEN[verb.toLowerCase()].includes(kind)) return node;
  if (verb !== 's') return undefined;
  if (node.kind === 'list') return firstUnfit(node.elements);
  return node.kind === 'map' ? firstUnfit(node.entries.flatMap(({ key, value }) => [key, value])) : undefined;
}

function firstUnfit(nodes: readonly CelExpr[]): CelExpr | undefined {
  for (const node of nodes) {
    const found = unfit(node, 's');
    if (found) return found;
  }
  return undefined;
}

function formatProblem(node: CallExpr, format: string, args: readonly CelExpr[]): CelProblem | undefined {
  const { parts, problem } = parseFormat(format);
  const clauses = parts.filter((part): part is FormatClause => typeof part !== 'string');
  for (const [index, { verb }] of clauses.entries()) {
    if (index >= args.length) return { offset: node.offset, message: `index ${index} out of range` };
    const bad = unfit(args[index], verb);
    if (bad)
      return {
        offset: bad.offset,
        message: `error during formatting: ${clauseComplaint(verb, runtimeName(typeOf(bad)))}`,
      };
  }
  if (problem !== undefined) return { offset: node.offset, message: problem };
  return args.length > clauses.length
    ? {
        offset: node.offset,
        message: `too many arguments supplied to string.format (expected ${clauses.length}, got ${args.length})`,
      }
    : undefined;
}

function formats(nodes: readonly CelExpr[]): CelProblem[] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'call' || node.name !== 'format' || node.target?.kind !== 'literal') return [];
    const { value } = node.target;
    const [list] = node.args;
    if (typeof value !== 'string' || node.args.length !== 1 || list.kind !== 'list') return [];
    const found = formatProblem(node, value, list.elements);
    return found ? [found] : [];
  });
}

/** What is wrong with an expression whose types are right; `mixed` lets literals hold values of several types. */
export function validateCel(root: CelExpr, mixed: boolean): CelProblem[] {
  const nodes = descendants(root);
  return [
    ...['duration', 'timestamp', 'matches'].flatMap((name) => constantArguments(nodes, name)),
    ...(mixed ? [] : homogeneous(root)),
    ...formats(nodes),
  ];
}
