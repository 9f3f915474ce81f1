import { looksLikeCommand } from './command-words.js';
import { splitPrompt } from './prompt.js';

/** A line as it was seen, and where it stands in what was handed in. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** A run of lines that are read one way: the text around fences, or one fenced block. */
export interface Block {
  readonly lines: readonly Line[];
  readonly fenced: boolean;
}

/** A fence's lines are read; the prose around fences and blocks of other languages are not. */
export interface BlockListener {
  prose(line: Line): void;
  foreign(line: Line): void;
}

const NOTHING: ReadonlySet<string> = new Set();
const FENCE = /^\s*(?:```+|~~~+)\s*\{?\.?([\w-]*)/;
const SHELL_FENCES = new Set([
  '', 'bash', 'sh', 'shell', 'console', 'terminal', 'zsh', 'shell-session', 'shellsession', 'session', 'text', 'txt',
  'powershell', 'ps1', 'bat', 'cmd', 'output', 'command',
]); // prettier-ignore

const INDENTED = /^(?: {4}|\t)\s*\S/;

/** The indented blocks of Markdown, when all commands stand in such ones; undefined when it is none. */
function indentedBlocks(lines: readonly Line[], listener: BlockListener): Block[] | undefined {
  const isCommand = ({ text }: Line): boolean => looksLikeCommand(text, NOTHING) || splitPrompt(text) !== undefined;
  const plain = lines.filter(({ text }) => text.trim() !== '' && !INDENTED.test(text));
  const first = lines.find(({ text }) => INDENTED.test(text));
  if (!first || !isCommand(first) || !plain.some(({ text }) => /^#{1,6} \S/.test(text)) || plain.some(isCommand))
    return undefined;
  const blocks: Block[] = [];
  let current: Line[] = [];
  for (const line of lines) {
    if (INDENTED.test(line.text)) current.push(line);
    else if (line.text.trim() === '') continue;
    else {
      listener.prose(line);
      if (current.length > 0) blocks.push({ lines: current, fenced: true });
      current = [];
    }
  }
  if (current.length > 0) blocks.push({ lines: current, fenced: true });
  return blocks;
}

/** Splits Markdown at its fences; text without fences is one block. Blocks of other languages are skipped. */
export function splitBlocks(lines: readonly Line[], listener: BlockListener): Block[] {
  if (lines.filter(({ text }) => FENCE.test(text)).length < 2)
    return indentedBlocks(lines, listener) ?? [{ lines, fenced: false }];
  const blocks: Block[] = [];
  let current: Line[] = [];
  let language: string | undefined;
  for (const line of lines) {
    const fence = FENCE.exec(line.text);
    if (fence) {
      if (current.length > 0) blocks.push({ lines: current, fenced: true });
      current = [];
      language = language === undefined ? (fence[1] ?? '').toLowerCase() : undefined;
    } else if (language === undefined) listener.prose(line);
    else if (!SHELL_FENCES.has(language)) listener.foreign(line);
    else current.push(line);
  }
  if (current.length > 0) blocks.push({ lines: current, fenced: true });
  return blocks;
}
