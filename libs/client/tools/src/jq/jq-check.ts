import type { JqScope } from './jq-stream.js';
import { locate } from './jq-lexer.js';
import type { JqNode, JqPattern } from './jq-node.js';

/** Names in sight while a program is checked. */
interface Names {
  readonly functions: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** Messages for every function and variable that is used without being defined, as the compiler of jq finds them. */
export function undefinedNames(node: JqNode, source: string, scope: JqScope, builtins: readonly string[]): string[] {
  const functions = new Set(builtins);
  const variables = new Set(['ENV', '__loc__']);
  for (let current: JqScope | undefined = scope; current; current = current.parent) {
    if (current.definition) functions.add(`${current.definition.name}/${String(current.definition.parameters.length)}`);
    if (current.variable) variables.add(current.variable[0]);
  }
  const problems: string[] = [];
  check(node, { functions, variables }, (message, at) => {
    problems.push(locate(source, message, at).message);
  });
  return problems;
}

type Report = (message: string, at: number) => void;

function patternVariables(pattern: JqPattern): string[] {
  if (pattern.type === 'variable') return [pattern.name];
  if (pattern.type === 'array') return pattern.items.flatMap(patternVariables);
  return pattern.entries.flatMap((entry) => [
    ...(entry.variable === undefined ? [] : [entry.variable]),
    ...(entry.pattern ? patternVariables(entry.pattern) : []),
  ]);
}

function withVariables(names: Names, patterns: readonly JqPattern[]): Names {
  return { ...names, variables: new Set([...names.variables, ...patterns.flatMap(patternVariables)]) };
}

const isNumber = (node: JqNode, value?: number): boolean =>
  node.type === 'literal' && typeof node.value === 'number' && (value === undefined || node.value === value);

function check(node: JqNode, names: Names, report: Report): void {
  switch (node.type) {
    case 'binary':
      // The compiler works out what stands between two numbers.
      if (node.operator === '/' && isNumber(node.left) && isNumber(node.right, 0)) report('Division by zero?', 0);
      check(node.left, names, report);
      check(node.right, names, report);
      return;
    case 'variable':
      if (!names.variables.has(node.name)) report(`$${node.name} is not defined`, node.at);
      return;
    case 'call':
      if (!names.functions.has(`${node.name}/${String(node.args.length)}`))
        report(`${node.name}/${String(node.args.length)} is not defined`, node.at);
      for (const arg of node.args) check(arg, names, report);
      return;
    case 'function': {
      const { name, parameters, body } = node.definition;
      const own = `${name}/${String(parameters.length)}`;
      const inside: Names = {
        functions: new Set([
          ...names.functions,
          own,
          ...parameters.map((parameter) => `${parameter.replace('$', '')}/0`),
        ]),
        variables: new Set([
          ...names.variables,
          ...parameters.filter((parameter) => parameter.startsWith('$')).map((parameter) => parameter.slice(1)),
        ]),
      };
      check(body, inside, report);
      check(node.rest, { ...names, functions: new Set([...names.functions, own]) }, report);
      return;
    }
    case 'bind':
      check(node.source, names, report);
      check(node.body, withVariables(names, node.patterns), report);
      return;
    case 'reduce':
    case 'foreach': {
      check(node.source, names, report);
      check(node.init, names, report);
      const inside = withVariables(names, [node.pattern]);
      check(node.update, inside, report);
      if (node.type === 'foreach' && node.extract) check(node.extract, inside, report);
      return;
    }
    default:
      for (const child of children(node)) check(child, names, report);
  }
}

/** The parts of a node that see the same names as it does. */
function children(node: JqNode): JqNode[] {
  switch (node.type) {
    case 'string':
      return node.parts.filter((part): part is JqNode => typeof part !== 'string');
    case 'index':
      return [node.target, node.key];
    case 'slice':
      return [node.target, ...(node.from ? [node.from] : []), ...(node.to ? [node.to] : [])];
    case 'iterate':
      return [node.target];
    case 'array':
      return node.body ? [node.body] : [];
    case 'object':
      return node.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'negate':
      return [node.operand];
    case 'pipe':
    case 'comma':
    case 'alternative':
    case 'and':
    case 'or':
    case 'binary':
    case 'update':
      return [node.left, node.right];
    case 'if':
      return [node.test, node.then, ...(node.otherwise ? [node.otherwise] : [])];
    case 'try':
      return [node.body, ...(node.handler ? [node.handler] : [])];
    case 'label':
      return [node.body];
    default:
      return [];
  }
}
