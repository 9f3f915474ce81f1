import { fail, ok, type Result } from '@seatrial/kernel';
import { contextWithin, directiveError, type NginxContext } from './nginx-directives.js';

/** A directive with the line it ends on; `children` for one that opens a block. */
export interface NginxBlock {
  readonly words: readonly string[];
  readonly line: number;
  readonly children: NginxBlock[] | undefined;
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly quoted: boolean;
}

function* tokens(text: string): Generator<Token> {
  const pattern = /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[{};]|(?:\$\{[^\s{};]*\}|[^\s{};])+|\n/g;
  let line = 1;
  for (const match of text.matchAll(pattern)) {
    const [piece] = match;
    if (piece === '\n') line++;
    else if (!piece.startsWith('#')) {
      const quoted = match[1] ?? match[2];
      yield { text: quoted ?? piece, line, quoted: quoted !== undefined };
      line += piece.split('\n').length - 1;
    }
  }
}

/** The directives of a file that stands in a context; the error is nginx' own text with its place. */
export function parseNginxBlocks(text: string, file: string, context: NginxContext): Result<NginxBlock[], string> {
  const root: NginxBlock[] = [];
  const stack: { readonly blocks: NginxBlock[]; readonly context: NginxContext }[] = [{ blocks: root, context }];
  let words: string[] = [];
  for (const token of tokens(text)) {
    const { line } = token;
    const current = stack[stack.length - 1];
    const mark = token.quoted ? '' : token.text;
    if (mark === '}') {
      if (words.length > 0 || stack.length === 1) return fail(`unexpected "}" in ${file}:${line}`);
      stack.pop();
    } else if (mark === ';' || mark === '{') {
      if (words.length === 0) return fail(`unexpected "${mark}" in ${file}:${line}`);
      const before = current.blocks.map((each) => each.words);
      const wrong = directiveError(words, current.context, mark === '{', before);
      if (wrong !== undefined) return fail(`${wrong} in ${file}:${line}`);
      const children = mark === '{' ? [] : undefined;
      current.blocks.push({ words, line, children });
      if (children) stack.push({ blocks: children, context: contextWithin(words[0], current.context) });
      words = [];
    } else words.push(token.text);
  }
  if (words.length > 0 || stack.length > 1) {
    const expected = words.length > 0 ? '";" or "}"' : '"}"';
    return fail(`unexpected end of file, expecting ${expected} in ${file}:${text.split('\n').length}`);
  }
  return ok(root);
}
