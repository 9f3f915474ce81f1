import { ParseError } from '@marcbachmann/cel-js';
import type { CelNode } from './cel-ast.js';

/* The library's errors in cel-go's words (checker/errors.go, the ANTLR parser's messages). */

const EXPECTED =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** What the library says of an error. */
export interface CelError {
  readonly code?: string;
  readonly summary?: string;
  readonly range?: { readonly start: number };
  readonly node?: CelNode & { readonly end?: number; readonly checkedType?: { readonly name: string } };
}

/** `ERROR: <input>:1:17: undefined field 'limit'` with the line and a mark under the place. */
export function celErrorText(expression: string, offset: number, message: string): string {
  const before = expression.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1);
  const source = expression.split('\n')[line - 1] ?? '';
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${source}\n | ${'.'.repeat(column)}^`;
}

type Problem = readonly [offset: number, message: string];

const TYPE_NAMES: Readonly<Record<string, string>> = {
  'google.protobuf.Timestamp': 'timestamp',
  'google.protobuf.Duration': 'duration',
};

/** `list<int>` as cel-go writes it: `list(int)`. */
const typeName = (name: string): string =>
  (TYPE_NAMES[name] ?? name)
    .replaceAll('<', '(')
    .replaceAll('>', ')')
    .replace(/^list$/, 'list(dyn)');

type Operand = CelNode & { readonly end?: number; readonly checkedType?: { readonly name: string } };

const operands = (node: CelNode): Operand[] => (Array.isArray(node.args) ? node.args : [node.args]) as Operand[];

const typeOf = (node: Operand): string => typeName(node.checkedType?.name ?? 'dyn');

/** Where an operator stands: after its left side. */
function operatorOffset(expression: string, node: CelNode, symbol: string): number {
  const at = expression.indexOf(symbol, operands(node)[0]?.end ?? node.start);
  return at < 0 ? node.start : at;
}

/** Where a call's parenthesis opens. */
function callOffset(expression: string, node: CelNode, name: string): number {
  const [, target] = Array.isArray(node.args) ? (node.args as Operand[]) : [];
  const from = node.op === 'rcall' ? (target?.end ?? node.start) : node.start;
  const named = expression.indexOf(name, from);
  const open = expression.indexOf('(', named < 0 ? from : named + name.length);
  return open < 0 ? node.start : open;
}

const noOverload = (name: string, types: string): string =>
  `found no matching overload for '${name}' applied to '${types}'`;

/** Functions that cel-go knows: other names are undeclared. */
const FUNCTIONS = new Set(
  (
    'size contains startsWith endsWith matches int uint double string bytes bool duration timestamp dyn type ' +
    'getDate getDayOfMonth getDayOfWeek getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth ' +
    'getSeconds isSorted sum min max indexOf lastIndexOf find findAll charAt join lowerAscii upperAscii replace ' +
    'split substring trim format isURL url getScheme getHost getHostname getPort getEscapedPath getQuery quantity ' +
    'isQuantity isIP ip isCIDR cidr semver isSemver compareTo isGreaterThan isLessThan add sub asInteger isInteger ' +
    'asApproximateFloat sign check allowed reason group resource path slice flatten distinct sort reverse orValue or'
  ).split(' '),
);

function callProblem(expression: string, node: CelNode, signature: string): Problem {
  const [, target, name = '', args = ''] = /^(?:(.+)\.)?(\w+)\((.*)\)$/.exec(signature) ?? [];
  const shown = name === 'matchesRe2' ? 'matches' : name;
  const offset = callOffset(expression, node, shown);
  if (!FUNCTIONS.has(shown)) return [offset, `undeclared reference to '${shown}' (in container '')`];
  const types = `(${args
    .split(/,\s*(?![^<]*>)/)
    .map(typeName)
    .join(', ')})`;
  return [offset, noOverload(shown, target ? `${typeName(target)}.${types}` : types)];
}

function overloadProblem(expression: string, node: CelNode, summary: string): Problem | undefined {
  const binary = /^no such overload: (\S.*) (==|!=|<=|>=|<|>|\+|-|\*|\/|%|in) (\S.*)$/.exec(summary);
  if (binary) {
    const [, left, symbol, right] = binary;
    const name = symbol === 'in' ? '@in' : `_${symbol}_`;
    return [operatorOffset(expression, node, symbol), noOverload(name, `(${typeName(left)}, ${typeName(right)})`)];
  }
  const unary = /^no such overload: ([!-])(.+)$/.exec(summary);
  return unary ? [node.start, noOverload(`${unary[1]}_`, `(${typeName(unary[2])})`)] : undefined;
}

function checkProblem(expression: string, { code, node, range, summary = '' }: CelError): Problem | undefined {
  const start = range?.start ?? node?.start ?? 0;
  if (code === 'unknown_variable')
    return [start, `undeclared reference to '${summary.replace(/^Unknown variable: /, '')}' (in container '')`];
  if (!node) return undefined;
  switch (code) {
    case 'no_such_overload':
      return overloadProblem(expression, node, summary);
    case 'no_matching_overload':
      return callProblem(expression, node, /^found no matching overload for '(.*)'$/s.exec(summary)?.[1] ?? '');
    case 'invalid_logical_operand': {
      const types = operands(node).map(typeOf).join(', ');
      return [operatorOffset(expression, node, node.op), noOverload(`_${node.op}_`, `(${types})`)];
    }
    case 'incompatible_ternary_branches': {
      const types = operands(node).map(typeOf).join(', ');
      return [operatorOffset(expression, node, '?'), noOverload('_?_:_', `(${types})`)];
    }
    case 'invalid_macro_argument':
      return summary.startsWith('has()') ? [start, 'invalid argument to has() macro'] : undefined;
    default:
      return undefined;
  }
}

/** The word or sign at an offset, as the lexer reads it. */
const tokenAt = (expression: string, offset: number): string =>
  /^(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\d.]+|\w+|==|!=|<=|>=|&&|\|\||\S)/.exec(expression.slice(offset))?.[0] ??
  '<EOF>';

const mismatched = (expression: string, offset: number): Problem => [
  offset,
  `Syntax error: mismatched input '${tokenAt(expression, offset)}' expecting ${EXPECTED}`,
];

/** A token where the expression should have ended; a single one is only in the way. */
function trailing(expression: string, offset: number): Problem {
  const token = tokenAt(expression, offset);
  const last = expression.slice(offset + token.length).trim() === '';
  return [offset, `Syntax error: ${last ? 'extraneous' : 'mismatched'} input '${token}' expecting <EOF>`];
}

function unexpectedCharacter(expression: string, offset: number): readonly Problem[] {
  const character = expression.charAt(offset);
  if (/\w/.test(character)) {
    const start = offset - (/\w*$/.exec(expression.slice(0, offset))?.[0].length ?? 0);
    return [trailing(expression, start)];
  }
  const read =
    character === '=' || character === '&' || character === '|' ? expression.slice(offset, offset + 2) : character;
  const problem: Problem = [offset, `Syntax error: token recognition error at: '${read}'`];
  const next = offset + read.length + (/^\s*/.exec(expression.slice(offset + read.length))?.[0].length ?? 0);
  return next < expression.length ? [problem, trailing(expression, next)] : [problem];
}

function parseProblems(expression: string, { code, summary = '', range }: CelError): readonly Problem[] {
  const offset = range?.start ?? 0;
  switch (code) {
    case 'unexpected_token':
      return [mismatched(expression, offset)];
    case 'unexpected_character':
      return unexpectedCharacter(expression, offset);
    case 'unterminated_string':
      return [
        [offset, `Syntax error: token recognition error at: '${expression.slice(offset)}'`],
        mismatched(expression, expression.length),
      ];
    case 'reserved_identifier':
      return [[offset, `reserved identifier: ${summary.replace(/^Reserved identifier: /, '')}`]];
    case 'expected_token': {
      const [, wanted = '', got = ''] = /^Expected (\w+), got (.*)$/.exec(summary) ?? [];
      if (wanted === 'IDENTIFIER') return [[offset, "Syntax error: no viable alternative at input '.'"]];
      const sign = { RPAREN: ')', RBRACKET: ']', RBRACE: '}', COLON: ':' }[wanted];
      if (sign !== undefined && got === 'EOF') return [[offset, `Syntax error: missing '${sign}' at '<EOF>'`]];
      return [
        [offset, `Syntax error: mismatched input '${tokenAt(expression, offset)}' expecting '${sign ?? wanted}'`],
      ];
    }
    default:
      return [[offset, `Syntax error: ${summary}`]];
  }
}

/** Why an expression does not compile. */
export function compileErrorText(error: Error & CelError, expression: string): string {
  const fallback: Problem = [
    error.range?.start ?? error.node?.start ?? 0,
    error.summary ?? error.message.split('\n')[0],
  ];
  const problems =
    error instanceof ParseError && error.code !== 'invalid_macro_argument'
      ? parseProblems(expression, error)
      : [checkProblem(expression, error) ?? fallback];
  return problems.map(([offset, message]) => celErrorText(expression, offset, message)).join('\n');
}
