import { parseCondition } from './condition-parser.js';
import { tryArithmetic } from './dollar-parser.js';
import type { CaseItemNode, CompoundNode, ListNode, WordNode, WordPart } from './script-node.js';
import type { ScriptParser } from './script-parser.js';
import type { Token } from './token-reader.js';
import { parseText } from './word-parser.js';

const STARTS = new Set(['{', 'if', 'for', 'while', 'until', 'case', 'select', '[[']);

export function isCompoundStart(token: Token, flavour: 'bash' | 'ash'): boolean {
  if (token.kind === 'operator') return token.text === '(';
  if (flavour === 'ash' && token.kind === 'word' && token.word.text === 'select') return false;
  return token.kind === 'word' && STARTS.has(token.word.text);
}

type Shape = CompoundNode extends infer Node
  ? Node extends CompoundNode
    ? Omit<Node, 'redirections' | 'line' | 'text'>
    : never
  : never;

/** A compound command with its redirections. */
export function parseCompound(parser: ScriptParser): CompoundNode {
  const { tokens, reader } = parser;
  const token = tokens.peek();
  const { start } = token;
  const shape = token.kind === 'operator' ? parseParenthesis(parser) : parseKeyword(parser);
  const redirections = parser.parseRedirections();
  const text = reader.text.slice(start, tokens.peek().start).trim();
  return { ...shape, redirections, line: reader.lineAt(start), text };
}

function parseParenthesis(parser: ScriptParser): Shape {
  const { tokens, reader } = parser;
  tokens.rewind();
  if (reader.at(1) === '(' && reader.options.flavour === 'bash') {
    const start = reader.pos;
    const arithmetic = tryArithmetic(reader, 2);
    if (arithmetic?.type === 'arithmetic')
      return {
        type: 'arithmetic',
        expression: arithmetic.parts,
        source: reader.text.slice(start + 2, reader.pos - 2),
      };
    reader.pos = start;
  }
  tokens.next();
  const body = parser.parseBody(')');
  if (!tokens.isOperator(')')) tokens.unexpected(')');
  tokens.next();
  return { type: 'subshell', body };
}

function parseKeyword(parser: ScriptParser): Shape {
  const { tokens } = parser;
  const token = tokens.next();
  const keyword = token.kind === 'word' ? token.word.text : '';
  switch (keyword) {
    case '{': {
      const body = parser.parseBody('}');
      expectWord(parser, '}');
      return { type: 'group', body };
    }
    case 'if':
      return parseIf(parser);
    case 'while':
    case 'until': {
      const condition = parser.parseBody('do');
      return { type: 'while', until: keyword === 'until', condition, body: parseDo(parser) };
    }
    case 'for':
    case 'select':
      return parseFor(parser, keyword);
    case 'case':
      return parseCase(parser);
    default:
      return { type: 'condition', expression: parseCondition(parser.reader) };
  }
}

function expectWord(parser: ScriptParser, word: string): void {
  if (!parser.tokens.isWord(word)) parser.tokens.unexpected(word);
  parser.tokens.next();
}

function parseDo(parser: ScriptParser): ListNode {
  expectWord(parser, 'do');
  const body = parser.parseBody('done');
  expectWord(parser, 'done');
  return body;
}

function parseIf(parser: ScriptParser): Shape {
  const { tokens } = parser;
  const clauses: { condition: ListNode; body: ListNode }[] = [];
  let otherwise: ListNode | undefined;
  for (;;) {
    const condition = parser.parseBody('then');
    expectWord(parser, 'then');
    clauses.push({ condition, body: parser.parseBody('fi') });
    if (!tokens.isWord('elif')) break;
    tokens.next();
  }
  if (tokens.isWord('else')) {
    tokens.next();
    otherwise = parser.parseBody('fi');
  }
  expectWord(parser, 'fi');
  return { type: 'if', clauses, ...(otherwise ? { otherwise } : {}) };
}

function parseFor(parser: ScriptParser, keyword: 'for' | 'select'): Shape {
  const { tokens, reader } = parser;
  if (tokens.isOperator('(') && keyword === 'for') {
    if (reader.options.flavour === 'ash') reader.fail({ kind: 'other', text: 'bad for loop variable' });
    return parseArithmeticFor(parser);
  }
  const name = tokens.peek();
  if (name.kind !== 'word') return tokens.unexpected();
  tokens.next();
  if (!/^[A-Za-z_]\w*$/.test(name.word.text))
    reader.fail({ kind: 'other', text: `\`${name.word.text}': not a valid identifier` }, name.start);
  let words: WordNode[] | undefined;
  tokens.skipNewlines();
  if (tokens.isWord('in')) {
    tokens.next();
    words = [];
    for (let token = tokens.peek(); token.kind === 'word'; token = tokens.peek()) {
      words.push(token.word);
      tokens.next();
    }
    if (!tokens.isOperator(';') && tokens.peek().kind !== 'newline') tokens.unexpected('do');
    tokens.next();
  } else if (tokens.isOperator(';')) tokens.next();
  tokens.skipNewlines();
  const body = parseForBody(parser);
  return { type: keyword, variable: name.word.text, body, ...(words ? { words } : {}) };
}

function parseForBody(parser: ScriptParser): ListNode {
  const { tokens } = parser;
  if (!tokens.isWord('{') || parser.reader.options.flavour === 'ash') return parseDo(parser);
  tokens.next();
  const body = parser.parseBody('}');
  expectWord(parser, '}');
  return body;
}

function parseArithmeticFor(parser: ScriptParser): Shape {
  const { tokens, reader } = parser;
  tokens.rewind();
  const start = reader.pos;
  if (reader.at(1) !== '(' || !tryArithmetic(reader, 2)) {
    reader.pos = start;
    tokens.unexpected();
  }
  const source = reader.text.slice(start + 2, reader.pos - 2);
  const sources = source.split(';');
  const expressions: (readonly WordPart[])[] = sources.map((text) =>
    parseText(reader.inner(text, reader.lineAt(start)), 'arithmetic'),
  );
  if (expressions.length !== 3)
    reader.fail({ kind: 'other', text: 'syntax error: arithmetic expression required' }, start);
  if (tokens.isOperator(';')) tokens.next();
  tokens.skipNewlines();
  return { type: 'arithmetic-for', expressions, sources, body: parseForBody(parser) };
}

function parseCase(parser: ScriptParser): Shape {
  const { tokens } = parser;
  const token = tokens.peek();
  if (token.kind !== 'word') return tokens.unexpected();
  tokens.next();
  tokens.skipNewlines();
  expectWord(parser, 'in');
  const items: CaseItemNode[] = [];
  tokens.skipNewlines();
  while (!tokens.isWord('esac')) {
    items.push(parseCaseItem(parser));
    tokens.skipNewlines();
  }
  tokens.next();
  return { type: 'case', word: token.word, items };
}

function parseCaseItem(parser: ScriptParser): CaseItemNode {
  const { tokens } = parser;
  if (tokens.isOperator('(')) tokens.next();
  const patterns: WordNode[] = [];
  for (;;) {
    const token = tokens.peek();
    if (token.kind !== 'word') return tokens.unexpected('esac');
    tokens.next();
    patterns.push(token.word);
    if (!tokens.isOperator('|')) break;
    tokens.next();
  }
  if (!tokens.isOperator(')')) tokens.unexpected(')');
  tokens.next();
  const body = parser.parseList();
  const end = tokens.peek();
  if (end.kind === 'operator' && (end.text === ';;' || end.text === ';&' || end.text === ';;&')) {
    tokens.next();
    return { patterns, body, terminator: end.text };
  }
  if (!tokens.isWord('esac')) tokens.unexpected('esac');
  return { patterns, body, terminator: ';;' };
}
