import { endOfGroup, splitOutside, withoutQuoted } from './powershell-text.js';

const BLOCK =
  /^\s*(?:function|filter)\s|(?:^|[;\s])(?:foreach|for|while|if)\s*\(|(?:^|[|\s])(?:foreach-object|foreach|%)\s*\{/i;
const STATEMENT =
  /^\s*\$\w+(?:\s*(?:\+\+|--|[+-]?=(?!=)))|(?:^|[;\s])(?:foreach|for|while|if)\s*\(\s*\$|\|\s*(?:foreach-object|foreach|%)\s*\{|(?:To|From)Base64String\(|^\s*(?:function|filter)\s+[\w-]+\s*\{/i;
/** What would mean something else to a POSIX shell, or nothing. */
const FOREIGN =
  /(?:^|[;|({\s])\$\w+\s*=|\$\w+\.\w|::|\[[A-Z][\w.]*\]|(?:^|[;\s])(?:(?:foreach|elseif|param|try|switch)\s*[({]|(?:function|filter)\s)|\$_\b/i;
const ITEM = 'item';
/** Nobody types more at a prompt; longer ones are not taken apart. */
const LONGEST = 16_384;
/** Statements in statements; nobody nests deeper. */
const DEEPEST = 8;

/** Whether a block of PowerShell's goes on in the next line. */
export function isOpenBlock(text: string): boolean {
  if (!BLOCK.test(text)) return false;
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) !== '{') continue;
    const end = endOfGroup(text, at);
    if (end < 0) return true;
    at = end - 1;
  }
  return false;
}

/** Whether a line has statements of PowerShell's own. */
export const isPowerShell = (text: string): boolean => STATEMENT.test(text);

/** Says that PowerShell is needed: the program is known and not simulated. */
const asPowerShell = (text: string): string => `powershell -Command '${text.replaceAll("'", `'\\''`)}'`;

/** `"$($i)"` and `"${i}"` as `${i}`; `$_` by a name; the exit status. */
const withVariables = (text: string): string =>
  text
    .replace(/\$_(?![\w.])/g, `$${ITEM}`)
    .replace(/\$\(\s*\$(\w+)\s*\)/g, '$${$1}')
    .replace(/\$\$\{/g, '${');

/** `1..3`, `"a","b"`, `@(…)`, `$names`, a command: the words of a list in a POSIX shell; undefined when it is something else. */
function wordsOf(expression: string): string | undefined {
  const text = expression
    .trim()
    .replace(/^@\(([^]*)\)$/, '$1')
    .trim();
  const range = /^(\d+|\$\w+)\.\.(\d+|\$\w+)$/.exec(text);
  if (range) return `$(seq ${range[1] ?? ''} ${range[2] ?? ''})`;
  const variable = /^\$(\w+)$/.exec(text);
  if (variable) return `\${${variable[1] ?? ''}[@]}`;
  const parts = splitOutside(text, ',');
  if (parts.every((part) => /^(?:"[^"]*"|'[^']*'|[\w./:-]+|\$\w+)$/.test(part)) && !/^[a-z]\w* /i.test(text))
    return parts.join(' ');
  const command = commandOf(text);
  return command === undefined ? undefined : `$(${command})`;
}

/** A command in parentheses or bare; undefined when the expression is none. */
function commandOf(expression: string): string | undefined {
  const text = expression
    .trim()
    .replace(/^\$?\(([^]*)\)$/, '$1')
    .trim();
  const decoded = /^\[(?:System\.)?Text\.Encoding\]::\w+\.GetString\(\s*\[(?:System\.)?Convert\]::FromBase64String\(([^()]+)\)\s*\)$/i.exec(text); // prettier-ignore
  if (decoded) return `printf %s ${decoded[1]?.trim() ?? ''} | base64 -d`;
  const encoded = /^\[(?:System\.)?Convert\]::ToBase64String\(\s*\[(?:System\.)?Text\.Encoding\]::\w+\.GetBytes\(([^()]+)\)\s*\)$/i.exec(text); // prettier-ignore
  if (encoded) return `printf %s ${encoded[1]?.trim() ?? ''} | base64 -w0`;
  return /^[a-z][\w.-]*(?: |$)/i.test(text) && !FOREIGN.test(withoutQuoted(text)) ? text : undefined;
}

/** A condition as `[` takes it: the last command's success, or numbers compared. */
function conditionOf(expression: string): string | undefined {
  const text = withVariables(expression.trim());
  if (/^\$true$/i.test(text)) return 'true';
  if (text === '$?') return '[ $? -eq 0 ]';
  return /^(?:\$\w+|\$\?|\d+) -(?:eq|ne|lt|le|gt|ge) (?:\$\w+|\d+)$/i.test(text) ? `[ ${text} ]` : undefined;
}

const ARITHMETIC: Readonly<Record<string, string>> = { le: '<=', lt: '<', ge: '>=', gt: '>', ne: '!=', eq: '==' };

/** What stands between `for (` and `)`. */
function countingOf(head: string): string | undefined {
  const counting = /^\$(\w+)\s*=\s*(\d+)\s*;\s*\$\1\s+-(le|lt|ge|gt|ne|eq)\s+(\d+|\$\w+)\s*;\s*\$\1\s*(\+\+|--|[+-]=\s*\d+)$/i.exec(head.trim()); // prettier-ignore
  if (!counting) return undefined;
  const [, name = '', from = '', operator = '', to = '', step = ''] = counting;
  return `((${name}=${from}; ${name}${ARITHMETIC[operator.toLowerCase()] ?? ''}${to}; ${name}${step}))`;
}

interface Block {
  readonly head: string;
  readonly body: string;
  readonly rest: string;
}

/** `(head) { body } rest`, with the keyword before it taken away. */
function blockOf(text: string): Block | undefined {
  const open = text.indexOf('(');
  const closed = open < 0 ? -1 : endOfGroup(text, open);
  const brace = closed < 0 ? -1 : text.indexOf('{', closed);
  const end = brace < 0 || text.slice(closed, brace).trim() !== '' ? -1 : endOfGroup(text, brace);
  if (end < 0) return undefined;
  return { head: text.slice(open + 1, closed - 1), body: text.slice(brace + 1, end - 1), rest: text.slice(end).trim() };
}

function fromLoop(keyword: string, { head, body, rest }: Block, depth: number): string | undefined {
  const inner = fromStatements(body, depth + 1);
  if (inner === undefined) return undefined;
  if (keyword === 'if') {
    const condition = conditionOf(head);
    const otherwise = /^else\s*\{([^]*)\}$/i.exec(rest);
    const other = otherwise ? fromStatements(otherwise[1] ?? '', depth + 1) : '';
    if (condition === undefined || other === undefined || (rest !== '' && !otherwise)) return undefined;
    return `if ${condition}; then ${inner};${otherwise ? ` else ${other};` : ''} fi`;
  }
  if (rest !== '') return undefined;
  if (keyword === 'while') {
    const condition = conditionOf(head);
    return condition === undefined ? undefined : `while ${condition}; do ${inner}; done`;
  }
  const each = keyword === 'foreach' ? /^\s*\$(\w+)\s+in\s+([^]+)$/i.exec(head) : undefined;
  const words = each ? wordsOf(each[2] ?? '') : undefined;
  const over = each ? words && `${each[1] ?? ''} in ${words}` : countingOf(head);
  return over === undefined ? undefined : `for ${over}; do ${inner}; done`;
}

/** `1..3 | ForEach-Object { … }`, `kubectl get pods -o name | % { … }` */
function fromEach(source: string, body: string, depth: number): string | undefined {
  const inner = fromStatements(withVariables(body), depth + 1);
  if (inner === undefined) return undefined;
  const isList = /^(?:\d+\.\.|@\(|["']|\$\w+$)/.test(source);
  const from = isList ? wordsOf(source) : fromStatements(source, depth + 1);
  if (from === undefined) return undefined;
  return isList
    ? `for ${ITEM} in ${from}; do ${inner}; done`
    : `${from} | while read -r ${ITEM} || [ -n "$${ITEM}" ]; do ${inner}; done`;
}

function fromAssignment(name: string, operator: string, expression: string): string | undefined {
  if (operator === '++' || operator === '--') return expression === '' ? `((${name}${operator}))` : undefined;
  if (operator !== '=') return /^\d+$/.test(expression) ? `((${name}${operator}${expression}))` : undefined;
  if (/^(?:\d+|"[^"]*"|'[^']*')$/.test(expression)) return `${name}=${withVariables(expression)}`;
  if (/^\$\w+$/.test(expression)) return `${name}=${expression}`;
  const words = wordsOf(expression);
  if (words === undefined) return undefined;
  return words.startsWith('$(') && !words.startsWith('$(seq ') ? `${name}=${words}` : `${name}=(${words})`;
}

/** One statement; undefined when a POSIX shell has no fellow of it. */
function fromStatement(statement: string, depth: number): string | undefined {
  const keyword = /^(foreach|for|while|if)\s*(?=\()/i.exec(statement)?.[1]?.toLowerCase();
  if (keyword !== undefined) {
    const block = blockOf(statement);
    return block && fromLoop(keyword, block, depth);
  }
  const each = /^([^]+?)\|\s*(?:foreach-object|foreach|%)\s*\{([^]*)\}$/i.exec(statement);
  if (each) return fromEach((each[1] ?? '').trim(), each[2] ?? '', depth);
  const assigned = /^\$(\w+)\s*(\+\+|--|[+-]?=)\s*([^]*)$/.exec(statement);
  if (assigned) return fromAssignment(assigned[1] ?? '', assigned[2] ?? '', (assigned[3] ?? '').trim());
  const command = commandOf(statement) ?? (FOREIGN.test(withoutQuoted(statement)) ? undefined : statement);
  return command === undefined ? undefined : withVariables(command);
}

function fromStatements(text: string, depth: number): string | undefined {
  if (depth > DEEPEST) return undefined;
  const statements = splitOutside(text, ';\n').map((statement) => fromStatement(statement, depth));
  return statements.some((statement) => statement === undefined) ? undefined : statements.join('; ');
}

/**
 * Statements of PowerShell's own language (variables, loops, conditions, Base64) as a POSIX shell runs them; what has no
 * fellow there goes to `powershell`, which nobody simulates. A line without such statements comes back as it is.
 */
export function fromPowerShell(text: string): string {
  if (!isPowerShell(text)) return text;
  return (text.length > LONGEST ? undefined : fromStatements(text, 0)) ?? asPowerShell(text);
}
