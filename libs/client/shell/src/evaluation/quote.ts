import { arrayEntries } from '../expansion/parameter-value.js';
import type { Shell } from './shell.js';
import type { Variable } from './variables.js';

const CONTROL = /[\x00-\x1f\x7f]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\E',
  '\\': '\\\\',
  "'": "\\'",
};

function ansiQuote(text: string): string {
  const body = [...text]
    .map((char) => {
      const known = ESCAPES[char];
      if (known !== undefined) return known;
      return CONTROL.test(char) ? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}` : char;
    })
    .join('');
  return `$'${body}'`;
}

/** `'text'` as `${x@Q}`, `alias` and `set` print it. */
export function quoteForReuse(text: string): string {
  return CONTROL.test(text) ? ansiQuote(text) : singleQuote(text);
}

export function singleQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `printf %q`. */
export function quoteWithBackslashes(text: string): string {
  if (text === '') return "''";
  if (CONTROL.test(text)) return ansiQuote(text);
  return text.replace(/[^A-Za-z0-9_./:=@%+,\u0080-\uffff~^-]|^~/g, '\\$&');
}

/** As `set -x` shows words: quoted only when needed. */
export function quoteForTrace(text: string): string {
  if (text === '') return "''";
  // Tabs and line ends are characters that the shell knows, and quoted as such.
  if (CONTROL.test(text) && !/[\t\n |&;()<>*?[\]"'`$\\!]/.test(text)) return ansiQuote(text);
  return /^[A-Za-z0-9_./:=@%+,^{}\u0080-\uffff-]+$/.test(text) && !/^[~#]/.test(text) ? text : singleQuote(text);
}

/** `"text"` as `declare -p` prints it. */
function doubleQuote(text: string): string {
  return CONTROL.test(text) ? ansiQuote(text) : `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
}

/** The letters of a variable's attributes, as `${name@a}` has them. */
export function attributeLetters(variable: Variable): string {
  return [
    variable.indexed ? 'a' : '',
    variable.associative ? 'A' : '',
    variable.integer ? 'i' : '',
    variable.letterCase === 'lower' ? 'l' : '',
    variable.reference ? 'n' : '',
    variable.readonly ? 'r' : '',
    variable.letterCase === 'upper' ? 'u' : '',
    variable.exported ? 'x' : '',
  ].join('');
}

function attributes(variable: Variable): string {
  const letters = attributeLetters(variable);
  return letters === '' ? '--' : `-${letters}`;
}

/** `declare -x NAME="value"`; with `reuse` as `${name@A}` has it. Empty when there is no such variable. */
export function declarationOf(shell: Shell, name: string, reuse = false): string {
  const variable = shell.state.variables.getOwn(name);
  if (!variable) return '';
  const head = `declare ${attributes(variable)} ${name}`;
  if (variable.indexed ?? variable.associative) {
    const entries = arrayEntries(variable).map(([key, value]) => {
      const shown = variable.associative && !/^[\w./:-]+$/.test(key) ? doubleQuote(key) : key;
      return `[${shown}]=${doubleQuote(value)}`;
    });
    const end = variable.associative && entries.length > 0 ? ' ' : '';
    return `${head}=(${entries.join(' ')}${end})`;
  }
  if (variable.value === undefined) return head;
  if (reuse && attributes(variable) === '--') return `${name}=${quoteForReuse(variable.value)}`;
  return `${head}=${reuse ? quoteForReuse(variable.value) : doubleQuote(variable.value)}`;
}
