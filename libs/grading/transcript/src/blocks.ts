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

const FENCE = /^\s*(?:```+|~~~+)\s*\{?\.?([\w-]*)/;
const SHELL_FENCES = new Set([
  '', 'bash', 'sh', 'shell', 'console', 'terminal', 'zsh', 'shell-session', 'shellsession', 'session', 'text', 'txt',
  'powershell', 'ps1', 'bat', 'cmd', 'output', 'command',
]); // prettier-ignore

/** Splits Markdown at its fences; text without fences is one block. Blocks of other languages are skipped. */
export function splitBlocks(lines: readonly Line[], listener: BlockListener): Block[] {
  if (lines.filter(({ text }) => FENCE.test(text)).length < 2) return [{ lines, fenced: false }];
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
