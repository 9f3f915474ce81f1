import { looksLikeCommand } from './command-words.js';
import { findCustomPrompt } from './custom-prompt.js';
import { CLEAR_PROMPTS, PROGRAM_PROMPTS, WEAK_PROMPTS, type PromptForm } from './prompt-forms.js';

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
  readonly fish: boolean;
}

const NOTHING: ReadonlySet<string> = new Set();

/** A folder and a branch between a theme's arrow and the command; `➜  lab` has one always, `❯` none. */
function themeFolder(rest: string, prompt: string): string {
  const branch = /^(?:\S+ +)?(?:(?:git:\([^)]*\)|\([^()]*⎈[^()]*\)) *)+(?:[✗✔✘*!+?]+ +)?/.exec(rest);
  if (branch) return branch[0];
  const folder = /^(\S+)(?: +|$)/.exec(rest);
  if (!folder) return '';
  const named = /➜ {2}$/.test(prompt) || /^(?:~|~?\/\S*)$/.test(folder[1] ?? '');
  const other = !looksLikeCommand(rest, NOTHING) && looksLikeCommand(rest.slice(folder[0].length), NOTHING);
  return named || other ? folder[0] : '';
}

/** What a theme writes at the right edge of the prompt's line: the time, the status. */
const RIGHT_PROMPT = /\s{4,}(?:[✔✘✗↵] ?)?\[?\d{1,2}:\d\d(?::\d\d)?\]?\s*$/;

/** What was typed, without what a theme draws at the right edge or a list puts behind it. */
function trimmed(typed: string, signature: string | undefined): string {
  if (signature === 'second line') return typed.replace(/\s{2,}─*╯\s*$/, '');
  if (signature === 'item') return typed.replace(/`[^`]*$/, '');
  return typed.replace(RIGHT_PROMPT, '');
}

function match(line: string, forms: readonly PromptForm[]): PromptedLine | undefined {
  const indented = line.replace(/^[ \t]{0,8}/, '');
  const indent = line.length - indented.length;
  for (const { pattern, host, user, signature, windows, fish, folder } of forms) {
    const found = pattern.exec(indented);
    if (!found) continue;
    const prompt = folder ? found[0] + themeFolder(indented.slice(found[0].length), found[0]) : found[0];
    const rest = indented.slice(prompt.length);
    const typed = rest.trimStart();
    const name = host === undefined ? undefined : found[host];
    const who = user === undefined ? undefined : found[user];
    return {
      prompt: prompt.trim(),
      typed: trimmed(typed, signature),
      column: indent + prompt.length + (rest.length - typed.length) + 1,
      indent,
      signature: signature ?? `host ${who === undefined ? '' : `${who}@`}${name ?? prompt.trim()}`,
      ...(name !== undefined && { host: name }),
      windows: windows ?? false,
      fish: fish ?? false,
    };
  }
  return undefined;
}

/** The sign that is a prompt in a text without clear ones. */
export type WeakPrompt = PromptForm;

/** Which weak prompt a text uses: it stands before commands, at several lines for lists, and no command stands without. */
export function findWeakPrompt(lines: readonly string[]): WeakPrompt | undefined {
  const isBare = (line: string): boolean => !match(line, WEAK_PROMPTS) && looksLikeCommand(line, NOTHING);
  const bare = lines.some((line) => isBare(line) && !/^(?:export )?PS1=/.test(line));
  if (bare) return undefined;
  const chosen = WEAK_PROMPTS.find((form) => {
    const typed = lines.filter((line) => {
      const found = match(line, [form]);
      return found && looksLikeCommand(found.typed, NOTHING);
    });
    return typed.length >= (form.signature === 'number' ? 2 : 1);
  });
  return chosen ?? findCustomPrompt(lines);
}

/** Whether the sign marks the items of a list. */
export function isList({ signature }: WeakPrompt): boolean {
  return signature === 'number' || signature === 'item';
}

/** The prompt that a line begins with; `weak` names a sign that is one in this transcript. */
export function splitPrompt(line: string, weak?: WeakPrompt): PromptedLine | undefined {
  const clear = match(line, CLEAR_PROMPTS);
  if (clear || weak === undefined) return clear;
  const found = match(line, [weak]);
  // In lists only commands are taken, not their headings.
  const listed = isList(weak);
  return found && (!listed || looksLikeCommand(found.typed, NOTHING)) ? found : undefined;
}

/** The prompt of a program that reads lines, or of a shell inside another. */
export function splitProgramPrompt(line: string): PromptedLine | undefined {
  return match(line, CLEAR_PROMPTS) ?? match(line, PROGRAM_PROMPTS);
}

/** Shorter ones (`$`, `/ #`) stand in outputs, too: only a command behind them tells. */
const CLEAR_LENGTH = 6;

/** Where a line holds output that did not end its line, and behind it one of the prompts that the session has had. */
export function findPromptBehind(line: string, seen: ReadonlySet<string>): number {
  for (const prompt of seen) {
    const at = line.lastIndexOf(`${prompt} `);
    const typed = line.slice(at + prompt.length).trim();
    if (at > 0 && (looksLikeCommand(typed, NOTHING) || (prompt.length >= CLEAR_LENGTH && typed === ''))) return at;
  }
  return -1;
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
