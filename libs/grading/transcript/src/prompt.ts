/** A line as a terminal showed it: the prompt, and what was typed after it. */
export interface PromptedLine {
  readonly prompt: string;
  readonly typed: string;
  /** Column of the first typed character, from 1. */
  readonly column: number;
  /** Spaces before the prompt. */
  readonly indent: number;
  /** The same for every line of one terminal: the prompt without what changes in it (the directory). */
  readonly signature: string;
  /** The machine that the prompt names. */
  readonly host?: string;
  readonly windows: boolean;
}

interface PromptForm {
  readonly pattern: RegExp;
  /** Which group of the pattern names the machine. */
  readonly host?: number;
  readonly signature?: string;
  readonly windows?: boolean;
}

/** Prompts that no other text looks like: `[node1 ~]$`, `ana@host:~/dir$`, `root@host:/#`, `~/work $`, `PS C:\>`. */
const CLEAR_PROMPTS: readonly PromptForm[] = [
  { pattern: /^\[(?:[^\]\s@]+@)?([^\]\s]+)(?: [^\]]*)?\][$#%](?:\s|$)/, host: 1 },
  {
    pattern: /^(?:\([^)\s]+\) ?)?[\w.-]+@([\w.-]+)(?::[^\s$#]*| [^\s$#]+)? ?[$#%](?:\s|$)/,
    host: 1,
  },
  {
    pattern:
      /^(?:bash-\d\.\d+|sh-\d\.\d+|(controlplane|node\d+|minikube|ubuntu|student))(?::?[~/][^\s$#]*)? ?[$#](?:\s|$)/,
    host: 1,
  },
  { pattern: /^PS(?: (?:[A-Za-z]:|[~/])[^>]*)?> ?/, signature: 'PS', windows: true },
  { pattern: /^[A-Za-z]:\\[^>|<"]*> ?/, signature: 'cmd', windows: true },
  { pattern: /^[~/][\w./-]* [$#❯%](?:\s|$)/, signature: 'path' },
  { pattern: /^[❯➜]\s+(?:~?[\w./-]*\s+(?=kubectl|docker|curl|ls|cd|cat|helm))?/, signature: '❯' },
  { pattern: /^\$(?:\s|$)/, signature: '$' },
];

/** `# ` is a prompt of root, or a comment. */
const ROOT_PROMPT: PromptForm = { pattern: /^# /, signature: '#' };

/** Prompts of programs that read lines: redis-cli, mysql, psql, python, a shell in a container. */
const PROGRAM_PROMPTS: readonly PromptForm[] = [
  {
    pattern: /^(?:[\w.-]+(?::\d+)?(?:\[\d+\])?|not connected|mysql|MariaDB \[[^\]]*\]|sqlite|test|admin)> ?/,
    signature: 'program',
  },
  { pattern: /^[\w-]+[=-][#>] ?/, signature: 'program' },
  { pattern: /^>>> ?/, signature: 'program' },
  { pattern: /^[#$](?:\s|$)/, signature: 'sh' },
];

function match(line: string, forms: readonly PromptForm[]): PromptedLine | undefined {
  const indented = line.replace(/^[ \t]{0,8}/, '');
  const indent = line.length - indented.length;
  for (const { pattern, host, signature, windows } of forms) {
    const found = pattern.exec(indented);
    if (!found) continue;
    const rest = indented.slice(found[0].length);
    const typed = rest.trimStart();
    const name = host === undefined ? undefined : found[host];
    return {
      prompt: found[0].trim(),
      typed,
      column: indent + found[0].length + (rest.length - typed.length) + 1,
      indent,
      signature: signature ?? `host ${name ?? found[0].trim()}`,
      ...(name !== undefined && { host: name }),
      windows: windows ?? false,
    };
  }
  return undefined;
}

/** The prompt that a line begins with. `rootPrompts` says that `#` is one in this transcript. */
export function splitPrompt(line: string, rootPrompts: boolean): PromptedLine | undefined {
  return match(line, rootPrompts ? [...CLEAR_PROMPTS, ROOT_PROMPT] : CLEAR_PROMPTS);
}

/** The prompt of a program that reads lines, or of a shell inside another. */
export function splitProgramPrompt(line: string): PromptedLine | undefined {
  return match(line, CLEAR_PROMPTS) ?? match(line, PROGRAM_PROMPTS);
}

/** What was typed after a continuation prompt (`>`, PowerShell's `>>`, cmd's `More?`); undefined when there is none. */
export function splitContinuationPrompt(line: string, windows = false): string | undefined {
  const found = (windows ? /^[ \t]*(?:>> ?|More\? ?)/ : /^[ \t]*> ?/).exec(line);
  return found ? line.slice(found[0].length) : undefined;
}

const LINE_READERS = new Set([
  'bash', 'mongo', 'mongosh', 'mysql', 'nc', 'psql', 'python', 'python3', 'redis-cli', 'sh', 'ssh', 'su', 'telnet', 'zsh',
]); // prettier-ignore
const IN_CONTAINER =
  /\b(?:exec|run|attach|debug)\b.*\s(?:-[a-z]*[it][a-z]*|--stdin|--tty|--interactive)\b|\bminikube\s+ssh\b/;

/** Whether a command may go on reading what is typed until it ends: a shell in a container, redis-cli, ssh. */
export function readsLines(command: string): boolean {
  const words = command
    .trim()
    .replace(/^sudo\s+(?:-\w+\s+)*/, '')
    .split(/\s+/);
  const first = words[0] ?? '';
  if (/^sudo\s+(?:-i|-s|su)\b/.test(command.trim())) return true;
  return (
    LINE_READERS.has(first) ||
    (/^(?:kubectl|k|oc|docker|podman|crictl|nerdctl|minikube)$/.test(first) && IN_CONTAINER.test(command))
  );
}

const WITHOUT_PROMPT = /(?:^|\s|--\s)(?:telnet|nc|ncat)\s/;
const PROTOCOL_VERBS =
  /^(?:AUTH|CONFIG|DBSIZE|DECR|DEL|EHLO|EXISTS|GET|HEAD|HELO|HGETALL|HSET|INCR|INFO|KEYS|LLEN|LPOP|LPUSH|LRANGE|MGET|MONITOR|MSET|PING|POST|PUBLISH|QUIT|RPUSH|SCAN|SELECT|SET|SUBSCRIBE|TTL|TYPE)(?:\s|$)|^(?:Host|User-Agent|Connection): /i;

/** A line typed into telnet or nc, which have no prompt: told by the protocols that courses speak. */
export function typedIntoConnection(command: string, line: string): boolean {
  return WITHOUT_PROMPT.test(command) && PROTOCOL_VERBS.test(line.trim());
}
