import { PerlUnknownError, type PerlToken } from './perl-syntax.js';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', a: '\x07', e: '\x1b' };
const OPERATOR = /^(?:\*\*|\+\+|--|\+=|-=|\*=|\.=|\.\.|==|!=|<=|>=|&&|\|\||[-+*/%.<>=!?:;,(){}])/;

/** Text in double quotes: its parts are texts and names of variables. */
function interpolated(text: string): PerlToken {
  const parts: { readonly text?: string; readonly variable?: string }[] = [];
  let plain = '';
  for (let i = 0; i < text.length; i++) {
    const variable = /^\$(?:ENV\{(\w+)\}|\{(\w+)\}|([A-Za-z_]\w*))/.exec(text.slice(i, i + 80));
    if (text[i] === '\\') {
      i++;
      plain += ESCAPES[text[i]] ?? text[i] ?? '';
    } else if (variable) {
      const [whole, environment, braced, bare] = variable as unknown as (string | undefined)[];
      parts.push({ text: plain }, { variable: environment === undefined ? (braced ?? bare) : `ENV ${environment}` });
      plain = '';
      i += (whole ?? '').length - 1;
    } else if (text[i] === '@' && /^@[A-Za-z_{]/.test(text.slice(i, i + 2))) throw new PerlUnknownError();
    else plain += text[i];
  }
  return { kind: 'text', parts: [...parts, { text: plain }] };
}

function quoted(source: string, start: number): { readonly token: PerlToken; readonly end: number } {
  const quote = source[start];
  let end = start + 1;
  while (end < source.length && source[end] !== quote) end += source[end] === '\\' ? 2 : 1;
  if (end >= source.length) throw new PerlUnknownError();
  const inside = source.slice(start + 1, end);
  const token: PerlToken =
    quote === '"' ? interpolated(inside) : { kind: 'text', parts: [{ text: inside.replaceAll(/\\(['\\])/g, '$1') }] };
  return { token, end: end + 1 };
}

/** The tokens of a script. */
export function perlTokens(source: string): PerlToken[] {
  const tokens: PerlToken[] = [];
  for (let i = 0; i < source.length;) {
    const rest = source.slice(i, i + 200);
    const blank = /^(?:\s+|#[^\n]*)/.exec(rest)?.[0];
    if (blank !== undefined) {
      i += blank.length;
      continue;
    }
    if (source[i] === '"' || source[i] === "'") {
      const { token, end } = quoted(source, i);
      tokens.push(token);
      i = end;
      continue;
    }
    const number = /^\d[\d_]*(?:\.(?!\.)\d*)?(?:e[-+]?\d+)?/i.exec(rest)?.[0];
    const variable = /^\$(?:ENV\{(\w+)\}|(\||[A-Za-z_]\w*))/.exec(rest);
    const word = /^[A-Za-z_][\w:]*/.exec(rest)?.[0];
    const operator = OPERATOR.exec(rest)?.[0];
    if (number !== undefined) tokens.push({ kind: 'number', value: Number(number.replaceAll('_', '')) });
    else if (variable) {
      const [, environment, name] = variable as unknown as (string | undefined)[];
      tokens.push({ kind: 'variable', name: environment === undefined ? (name ?? '') : `ENV ${environment}` });
    } else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else throw new PerlUnknownError();
    i += (number ?? variable?.[0] ?? word ?? operator ?? ' ').length;
  }
  return tokens;
}
