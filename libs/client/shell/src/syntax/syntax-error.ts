/** A script that cannot be parsed; caught where parsing starts, never seen outside this folder's entry points. */
export class SyntaxFailure extends Error {
  override readonly name = 'SyntaxFailure';
  constructor(
    readonly detail: SyntaxErrorDetail,
    readonly line: number,
  ) {
    super('syntax error');
  }
}

export type SyntaxErrorDetail =
  | { readonly kind: 'unexpected-token'; readonly token: string }
  | { readonly kind: 'unexpected-end'; readonly expecting?: string }
  | { readonly kind: 'unmatched'; readonly quote: string }
  | { readonly kind: 'condition'; readonly text: string; readonly token?: string }
  | { readonly kind: 'other'; readonly text: string };

/** What is wrong with a script, and where. `lineText` is the source line that holds the error. */
export interface ScriptSyntaxError {
  readonly detail: SyntaxErrorDetail;
  readonly line: number;
  readonly lineText: string;
}

/** The message lines of bash 5.2, without the `name: line n: ` in front of each. */
export function bashSyntaxMessages(error: ScriptSyntaxError): string[] {
  const { detail } = error;
  switch (detail.kind) {
    case 'unexpected-token':
      return [`syntax error near unexpected token \`${detail.token}'`, `\`${error.lineText}'`];
    case 'unexpected-end':
      return ['syntax error: unexpected end of file'];
    case 'unmatched':
      return [`unexpected EOF while looking for matching \`${detail.quote}'`];
    case 'condition':
      return [detail.text];
    case 'other':
      return [detail.text];
  }
}

const ASH_KEYWORDS = new Set(
  '! case do done elif else esac fi for function if in then until while { } ( ) ; ;; & && | || `'.split(' '),
);

/** ash quotes keywords and operators; of the rest it says what kind they are (ash's tokname_array). */
function ashToken(token: string): string {
  if (token === 'newline') return token;
  if (/^\d*[<>]/.test(token)) return 'redirection';
  return ASH_KEYWORDS.has(token) ? `"${token}"` : 'word';
}

/** The message of busybox's ash, without the name in front. */
export function ashSyntaxMessage(error: ScriptSyntaxError): string {
  const { detail } = error;
  switch (detail.kind) {
    case 'unexpected-token':
      return `syntax error: unexpected ${ashToken(detail.token)}`;
    case 'unexpected-end':
      return `syntax error: unexpected end of file${detail.expecting === undefined ? '' : ` (expecting "${detail.expecting}")`}`;
    case 'unmatched':
      if (detail.quote === ')') return 'syntax error: unexpected end of file (expecting ")")';
      if (detail.quote === '}') return "syntax error: missing '}'";
      return detail.quote === '`'
        ? 'syntax error: EOF in backquote substitution'
        : 'syntax error: unterminated quoted string';
    case 'condition':
    case 'other':
      return `syntax error: ${detail.text}`;
  }
}
