/** How one kind of prompt looks. */
export interface PromptForm {
  readonly pattern: RegExp;
  /** Which group of the pattern names the machine. */
  readonly host?: number;
  /** Which group names the user. */
  readonly user?: number;
  readonly signature?: string;
  readonly windows?: boolean;
  readonly fish?: boolean;
  /** A theme that shows a folder between its arrow and the command: told apart by what follows. */
  readonly folder?: boolean;
}

/** What themes put before a prompt: the time, a Python environment, the cluster of the context. */
const BEFORE =
  '(?:\\[?\\d{1,2}:\\d\\d(?::\\d\\d)?\\]? |\\[?\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d)?Z?\\]? |\\([^()]{1,60}\\) ?)*';
/** What they put behind the folder: the branch, the project, the cluster. */
const AFTER = '(?: ?\\([^()]{1,60}\\))*';

const form = (pattern: string, rest: Omit<PromptForm, 'pattern'> = {}): PromptForm => ({
  pattern: new RegExp(`^${BEFORE}${pattern}`),
  ...rest,
});

/** Prompts that no other text looks like: `[node1 ~]$`, `ana@host:~/dir$`, `root@host:/#`, `~/work $`, `PS C:\>`. */
export const CLEAR_PROMPTS: readonly PromptForm[] = [
  form(`\\[(?:([^\\]\\s@]+)@)?([^\\]\\s]+)(?: [^\\]]*)?\\]${AFTER}[$#%](?:\\s|$)`, { host: 2, user: 1 }),
  form(`([\\w.-]+)@([\\w.-]+)(?::[^\\s$#]*| [^\\s$#(]+)?${AFTER} ?[$#%](?:\\s|$)`, { host: 2, user: 1 }),
  // fish
  form(`([\\w.-]+)@([\\w.-]+) [~/][^\\s>]*${AFTER}> `, { host: 2, user: 1, fish: true }),
  // A shell of Azure: `ana [ ~ ]$`.
  form('[\\w.-]+ \\[ [~/]\\S* \\][$#](?:\\s|$)', { signature: 'brackets' }),
  form(
    '(?:(?:bash|sh|zsh)(?:-\\d\\.\\d+)?|(controlplane|node\\d+|minikube|ubuntu|student))(?::?[~/][^\\s$#]*)? ?[$#](?:\\s|$)',
    { host: 1 },
  ),
  // `workshop:~/environment $`, `ubuntu:~/lab$`
  form(`([A-Za-z][\\w.-]*):[~/][^\\s$#]*${AFTER} ?[$#](?:\\s|$)`, { host: 1 }),
  // macOS' bash: `MacBook:lab ana$`
  form('([A-Za-z][\\w.-]*):[^\\s$#]+ ([\\w.-]+)[$#](?:\\s|$)', { host: 1, user: 2 }),
  { pattern: /^PS(?: (?:[A-Za-z]:|[~/])[^>]*)?> ?/, signature: 'PS', windows: true },
  { pattern: /^[A-Za-z]:\\[^>|<"]*> ?/, signature: 'cmd', windows: true },
  form(`[~/][\\w./-]*${AFTER} [$#❯%](?:\\s|$)`, { signature: 'path' }),
  // Powerlevel10k and Kali write on two lines; powerline ends its segments with glyphs of private use.
  { pattern: /^(?:╰─+[❯$#%]?|└─+[❯$#%])(?:\s+|$)/, signature: 'second line' },
  { pattern: /^[^\n]*[\ue0b0\ue0b4\ue0bc\ue0c6]\s*/, signature: 'powerline' },
  form('[❯➜]\\s+', { signature: '❯', folder: true }),
  { pattern: /^[λ»]\s+/, signature: 'λ' },
  { pattern: /^\$(?:\s|$)/, signature: '$' },
  { pattern: /^\$(?=(?:kubectl|docker|helm|minikube|kind|k3d|kubeadm|sudo|curl|cd|ls|cat) )/, signature: '$' },
  // Notebooks
  {
    pattern: /^(?:In ?\[[ \d*]*\]:? ?)?[!%](?=(?:kubectl|docker|helm|minikube|kind|curl|ls|cat|cd) )/,
    signature: 'notebook',
  },
];

/** Signs that are prompts only where the rest of the text says so: root's, zsh's, a bare one. */
export const WEAK_PROMPTS: readonly PromptForm[] = [
  { pattern: /^# /, signature: '#' },
  { pattern: /^% /, signature: '%' },
  { pattern: /^> /, signature: '>' },
  // `history`, and lists that number their commands.
  { pattern: /^\d{1,5}(?:[.)*]\s*|\s+)(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?\]?\s+)?/, signature: 'number' },
  // Markdown's lists of commands.
  { pattern: /^(?:[-*+]|\d{1,3}[.)]) +(?:[^`]{1,80}: )?`(?=[^`]+`[^`]{0,100}$)/, signature: 'item' },
];

/** Prompts of programs that read lines: redis-cli, mysql, psql, python, a shell in a container. */
export const PROGRAM_PROMPTS: readonly PromptForm[] = [
  {
    pattern: /^(?:[\w.-]+(?::\d+)?(?:\[\d+\])?|not connected|mysql|MariaDB \[[^\]]*\]|sqlite|test|admin)> ?/,
    signature: 'program',
  },
  { pattern: /^[\w-]+[=\-('"][#>] ?/, signature: 'program' },
  { pattern: /^>>> ?/, signature: 'program' },
  { pattern: /^[#$](?:\s|$)/, signature: 'sh' },
];

/** A further line of one statement: mysql's `    ->`, with the quote that is open. */
export const STATEMENT_CONTINUED = /^ +(?:-|'|"|`|\/\*)> ?/;

/** A line above the prompt's own: Git for Windows, Powerlevel10k, Kali. */
export const TITLE_LINE = /^(?:\S+@\S+ MINGW(?:32|64) \S+|[╭┌]─)/;
/** starship's, behind an empty line and before `❯`. */
export const THEME_TITLE = /^(?:[~/]\S*|\S+ (?:on|via|took) \S.*|\S+ \S* ?took \S+|\S+@\S+ in \S+(?: .*)?)$/;

/** zsh names what it waits for: `for>`, `heredoc>`, `dquote>`. */
const ZSH_CONTINUED =
  /^(?:(?:for|foreach|while|until|repeat|select|if|elif|else|then|do|case|function|heredocd?|dquote|quote|bquote|pipe|errpipe|cmdand|cmdor|cmdsubst|math|subsh|cursh|array|braceparam|brace|cond|always|mathsubst) ?)+> ?/;

/** What was typed after a continuation prompt (`>`, zsh's, PowerShell's `>>`, cmd's `More?`); undefined without one. */
export function splitContinuationPrompt(line: string, windows = false): string | undefined {
  const indented = line.replace(/^[ \t]*/, '');
  const found = (windows ? /^(?:>> ?|More\? ?)/ : /^> ?/).exec(indented) ?? ZSH_CONTINUED.exec(indented);
  return found ? indented.slice(found[0].length) : undefined;
}
