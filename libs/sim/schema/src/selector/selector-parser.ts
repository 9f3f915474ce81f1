import { fail, ok, type Result } from '@seatrial/kernel';
import { newRequirement, validateLabelKey, type Requirement, type SelectorOperator } from './requirement.js';
import { fieldErrorText } from '../validation/field-error.js';

type TokenType =
  ')' | ',' | '!' | '==' | '=' | 'in' | '!=' | 'notin' | '(' | '>' | '<' | 'identifier' | 'end' | 'error';

interface Token {
  readonly type: TokenType;
  readonly text: string;
}

const SYMBOLS = new Set<string>([')', ',', '!', '==', '=', '!=', '(', '>', '<']);
const SPECIAL = new Set('=!(),><');
const BLANK = new Set(' \t\r\n');

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    const character = text.charAt(at);
    if (BLANK.has(character)) at++;
    else if (SPECIAL.has(character)) {
      at += SYMBOLS.has(text.slice(at, at + 2)) ? 2 : 1;
      tokens.push({ type: text.slice(start, at) as TokenType, text: text.slice(start, at) });
    } else {
      while (at < text.length && !BLANK.has(text.charAt(at)) && !SPECIAL.has(text.charAt(at))) at++;
      const word = text.slice(start, at);
      tokens.push({ type: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
    }
  }
  return tokens;
}

const OPERATOR_TEXT = 'in, notin, =, ==, !=, gt, lt';
const OPERATOR_OF: Readonly<Partial<Record<TokenType, SelectorOperator>>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

class SyntaxProblem extends Error {}

/** labels.Parser of k8s.io/apimachinery: the same grammar and error texts. */
class Parser {
  private position = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  private look(): Token {
    const token = this.tokens[this.position] ?? { type: 'end', text: '' };
    return token.type === 'in' || token.type === 'notin' ? { type: 'identifier', text: token.text } : token;
  }

  private take(): Token {
    const token = this.look();
    this.position++;
    return token;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.look();
      if (token.type === 'end') return requirements;
      if (token.type !== 'identifier' && token.type !== '!')
        throw new SyntaxProblem(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      requirements.push(this.wrapped());
      const next = this.take();
      if (next.type === 'end') return requirements;
      if (next.type !== ',') throw new SyntaxProblem(`found '${next.text}', expected: ',' or 'end of string'`);
      const after = this.look();
      if (after.type !== 'identifier' && after.type !== '!')
        throw new SyntaxProblem(`found '${after.text}', expected: identifier after ','`);
    }
  }

  private wrapped(): Requirement {
    try {
      return this.requirement();
    } catch (error) {
      if (error instanceof SyntaxProblem) throw new SyntaxProblem(`unable to parse requirement: ${error.message}`);
      throw error;
    }
  }

  private requirement(): Requirement {
    let token = this.take();
    const negated = token.type === '!';
    if (negated) token = this.take();
    if (token.type !== 'identifier') throw new SyntaxProblem(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const bad = validateLabelKey(key);
    if (bad) throw new SyntaxProblem(fieldErrorText(bad));
    const next = this.look();
    if (negated || next.type === 'end' || next.type === ',') return this.make(key, negated ? '!' : 'exists', []);
    const operatorToken = this.tokens[this.position++];
    const operator = OPERATOR_OF[operatorToken.type];
    if (!operator) throw new SyntaxProblem(`found '${operatorToken.text}', expected: ${OPERATOR_TEXT}`);
    const values = operator === 'in' || operator === 'notin' ? this.values() : this.exactValue();
    return this.make(key, operator, [...new Set(values)]);
  }

  private make(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
    const requirement = newRequirement(key, operator, values);
    if (!requirement.ok) throw new SyntaxProblem(requirement.error);
    return requirement.value;
  }

  private exactValue(): string[] {
    const token = this.look();
    if (token.type === 'end' || token.type === ',') return [''];
    this.position++;
    if (token.type === 'identifier') return [token.text];
    throw new SyntaxProblem(`found '${token.text}', expected: identifier`);
  }

  private values(): string[] {
    const open = this.take();
    if (open.type !== '(') throw new SyntaxProblem(`found '${open.text}' expected: '('`);
    const token = this.look();
    if (token.type === ')') {
      this.position++;
      return [''];
    }
    if (token.type !== 'identifier' && token.type !== ',')
      throw new SyntaxProblem(`found '${token.text}', expected: ',', ')' or identifier`);
    const values = this.identifiers();
    if (this.take().type !== ')') throw new SyntaxProblem(`found '${token.text}', expected: ')'`);
    return values;
  }

  private identifiers(): string[] {
    const values: string[] = [];
    for (;;) {
      const token = this.take();
      if (token.type === 'identifier') {
        values.push(token.text);
        const next = this.look();
        if (next.type === ')') return values;
        if (next.type !== ',') throw new SyntaxProblem(`found '${next.text}', expected: ',' or ')'`);
      } else if (token.type === ',') {
        if (values.length === 0) values.push('');
        const next = this.look();
        if (next.type === ')') return [...values, ''];
        if (next.type === ',') {
          this.position++;
          values.push('');
        }
      } else throw new SyntaxProblem(`found '${token.text}', expected: ',', or identifier`);
    }
  }
}

export function parseRequirements(text: string): Result<Requirement[], string> {
  try {
    return ok(new Parser(tokenize(text)).parse());
  } catch (error) {
    if (error instanceof SyntaxProblem) return fail(error.message);
    throw error;
  }
}
