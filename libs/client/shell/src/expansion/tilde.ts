import type { Shell } from '../evaluation/shell.js';
import type { WordPart } from '../syntax/script-node.js';

/** The home directory of a user, from the machine's passwd file. */
export function homeOf(shell: Shell, user: string): string | undefined {
  const passwd = shell.machine.files.readFile('/etc/passwd');
  const line = passwd.ok ? passwd.value.split('\n').find((entry) => entry.startsWith(`${user}:`)) : undefined;
  return line?.split(':')[5] ?? (user === 'root' ? '/root' : undefined);
}

function tildeValue(shell: Shell, prefix: string): string | undefined {
  const name = prefix.slice(1);
  const { variables } = shell.state;
  if (name === '') return variables.read('HOME') ?? homeOf(shell, shell.process.user);
  if (name === '+') return variables.read('PWD');
  if (name === '-') return variables.read('OLDPWD');
  return homeOf(shell, name);
}

/** Replaces a leading `~` or `~user` (in assignments also behind colons) by the home directory. */
export function expandTilde(shell: Shell, parts: readonly WordPart[], assignment: boolean): readonly WordPart[] {
  const [first] = parts;
  const starts = first?.type === 'literal' && first.text.startsWith('~');
  const inside = assignment && parts.some((part) => part.type === 'literal' && part.text.includes(':~'));
  if (!starts && !inside) return parts;
  const result: WordPart[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.type !== 'literal') result.push(part);
    else result.push(...expandLiteral(shell, part.text, index === 0, assignment, index === parts.length - 1));
  }
  return result;
}

function expandLiteral(shell: Shell, text: string, atStart: boolean, assignment: boolean, last: boolean): WordPart[] {
  const pattern = assignment ? /(^|:)(~[^/:]*)(?=([/:]|$))/g : /^()(~[^/]*)(?=(\/|$))/g;
  const parts: WordPart[] = [];
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    const start = found.index + found[1].length;
    if (start === 0 && !atStart) continue;
    const end = start + found[2].length;
    // A tilde prefix that goes on in a quote or expansion is none.
    if (end === text.length && !last) continue;
    const value = tildeValue(shell, found[2]);
    if (value === undefined) continue;
    if (start > from) parts.push({ type: 'literal', text: text.slice(from, start) });
    parts.push({ type: 'quoted', text: value });
    from = end;
  }
  if (from < text.length) parts.push({ type: 'literal', text: text.slice(from) });
  return parts;
}
