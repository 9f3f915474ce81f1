import type { SkippedText } from '@seatrial/contracts';
import type { Block, Line } from './blocks.js';
import { definedNames, looksLikeCommand } from './command-words.js';
import { pendingAfter, type Pending } from './completeness.js';
import { isBackground, isNotTyped, looksLikeOutput } from './output-shapes.js';
import { isOpenInFish } from './fish-command.js';
import { FISH, HERE_STRING, POWERSHELL, type ForeignShell } from './foreign-shells.js';
import { close, type OpenCommand } from './open-command.js';
import { straighten } from './plain-text.js';
import { STATEMENT_CONTINUED, THEME_TITLE, TITLE_LINE, splitContinuationPrompt } from './prompt-forms.js';
import {
  findPromptBehind,
  findWeakPrompt,
  isList,
  readsLines,
  splitProgramPrompt,
  splitPrompt,
  typedIntoConnection,
  type PromptedLine,
  type WeakPrompt,
} from './prompt.js';
import { edgeOf, isWrapped, type Edge } from './wrapped-line.js';
import { fromWindows, isWindowsStatement } from './windows-command.js';
import type { Transcript } from './transcript.js';

/** Lines of a block without prompts of its own. */
const LONGEST_BLOCK = 500;
const SKIPPED_LENGTH = 200;
const KEPT_PROMPTS = 12;
/** Lists and `history` are indented. */
const WEAK_INDENT = 8;
/** Characters looked at in all, to find where commands end; after that each ends with its line. */
const SCANNED_LIMIT = 10_000_000;
const LEAVES = /^(?:exit|quit|logout|\\q|QUIT|EXIT|\^D)\b|^exit\(\)|^\^D/;
/** The bar that tmux and screen draw at the bottom. */
const STATUS_LINE = /^\[[\w.-]+\] \d+:\S+[*-]?(?: .*)?\d\d:\d\d \d\d-[A-Z][a-z]{2}-\d\d\s*$/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,3}[.)]) /;
const CAPTURE_NOTE = /^Script (?:started|done)(?: on|,)/;

/** How the lines of a block are told apart. */
interface SessionForm {
  /** A sign that is a prompt here. */
  readonly weak: WeakPrompt | undefined;
  /** Where the terminal may have cut lines. */
  readonly edge: Edge;
  /** A prompt is not indented more than the first one of its block: examples in help texts are. */
  readonly indent: number;
}

/** Reads blocks one after another; the last command goes on collecting its output. */
export class TranscriptReader {
  private readonly commands: OpenCommand[] = [];
  private readonly skipped: SkippedText[] = [];
  private readonly defined = new Set<string>();
  private scanned = 0;
  private delimiters: ReadonlySet<string> = new Set();
  /** The prompts that commands and lines have been typed at. */
  private readonly prompts = new Set<string>();
  /** A prompt that still waits for its command, since other output stands behind it. */
  private waiting: PromptedLine | undefined;

  finish(): Transcript {
    return { commands: this.commands.map(close), skipped: this.skipped };
  }

  skip(line: Line, reason: SkippedText['reason']): void {
    const text = line.text.trim();
    if (text !== '') this.skipped.push({ line: line.number, text: text.slice(0, SKIPPED_LENGTH), reason });
  }

  readBlock({ lines, fenced }: Block): void {
    const prompts = lines.map(({ text }) => splitPrompt(text));
    const first = prompts.find((prompt) => prompt !== undefined && !isNotTyped(prompt.typed));
    const weak = first ? undefined : findWeakPrompt(lines.map(({ text }) => text));
    if (first || weak !== undefined)
      this.readSession(lines, { weak, edge: edgeOf(lines), indent: first?.indent ?? WEAK_INDENT });
    else if (fenced && this.commands.length > 0 && this.isOutputOnly(lines)) for (const line of lines) this.claim(line);
    else this.readScript(lines, fenced);
  }

  /** A fence that begins with what no one types shows what the commands before it printed. */
  private isOutputOnly(lines: readonly Line[]): boolean {
    const first = lines.find(({ text }) => text.trim() !== '' && !text.trim().startsWith('#'));
    return first !== undefined && !looksLikeCommand(first.text, this.defined);
  }

  /** A line of output: the last command's. */
  private claim(line: Line, reason: SkippedText['reason'] = 'output'): void {
    this.skip(line, reason);
    const last = this.commands.at(-1);
    if (!last) return;
    const interrupted = /(?:^|\s)\^C%?\s*$|^\^C/.test(line.text);
    if (interrupted) last.interrupted = true;
    const text = interrupted ? line.text.replace(/\^C%?\s*$/, '').trimEnd() : line.text;
    if (!interrupted || text !== '') last.output.push(text);
  }

  /** Only what follows a prompt was typed; the rest is output. */
  private readSession(lines: readonly Line[], form: SessionForm): void {
    for (let at = 0; at < lines.length; at++) {
      const line = this.withoutOutputBefore(lines[at], form);
      if (!line) return;
      if (this.readIntoProgram(line)) continue;
      const before = (lines[at]?.text.length ?? 0) - line.text.length;
      const prompted = shifted(promptOf(line.text, form) ?? this.typedBelow(line), before);
      if (!prompted) {
        const note = CAPTURE_NOTE.test(line.text) || STATUS_LINE.test(line.text) || isTitle(lines, at, form);
        if (note) this.skip(line, 'prompt-only');
        else if (form.weak && isList(form.weak) && LIST_ITEM.test(line.text)) this.skip(line, 'prose');
        else this.claim(line);
      } else if (prompted.typed === '') this.skip(line, 'prompt-only');
      else if (prompted.typed.startsWith('#')) this.skip(line, 'comment');
      else if (isNotTyped(prompted.typed)) {
        this.skip(line, 'output');
        if (isBackground(prompted.typed)) this.waiting = prompted;
      } else if (/\^C\s*$/.test(prompted.typed)) this.skip(line, 'interrupted');
      else at = this.takeCommand(lines, at, prompted, form);
    }
  }

  /** A command on a line of its own, where a job in the background had written behind the prompt. */
  private typedBelow(line: Line): PromptedLine | undefined {
    const prompt = this.waiting;
    if (!prompt || isBackground(line.text)) return undefined;
    this.waiting = undefined;
    const typed = line.text.trim();
    return looksLikeCommand(typed, this.defined)
      ? { ...prompt, typed, column: line.text.indexOf(typed) + 1 }
      : undefined;
  }

  /** `10.244.1.5[node1 ~]$ ls`: what was printed is the last command's, what begins with the prompt is a line of its own. */
  private withoutOutputBefore(line: Line | undefined, form: SessionForm): Line | undefined {
    if (!line || this.commands.length === 0 || promptOf(line.text, form)) return line;
    const at = findPromptBehind(line.text, this.prompts);
    if (at < 0) return line;
    this.claim({ ...line, text: line.text.slice(0, at) });
    return { ...line, text: line.text.slice(at) };
  }

  /** A line typed at the prompt of the program that the last command runs; false when it is none. */
  private readIntoProgram(line: Line): boolean {
    const last = this.commands.at(-1);
    if (!last?.prompt || !last.readsLines) return false;
    if (typedIntoConnection(last.text, line.text)) {
      last.input.push(straighten(line.text.trim()));
      return true;
    }
    if (last.input.length > 0 && STATEMENT_CONTINUED.test(line.text)) {
      last.input.push(straighten(line.text.replace(STATEMENT_CONTINUED, '')));
      return true;
    }
    const prompted = splitProgramPrompt(line.text);
    if (!prompted || prompted.indent > last.prompt.indent) return false;
    if (prompted.signature === last.prompt.signature) {
      last.readsLines = false;
      return false;
    }
    this.notePrompt(prompted);
    if (prompted.typed === '') this.skip(line, 'prompt-only');
    else last.input.push(straighten(prompted.typed));
    if (LEAVES.test(prompted.typed)) last.readsLines = false;
    return true;
  }

  private readScript(lines: readonly Line[], fenced: boolean): void {
    const isFile = lines[0]?.text.startsWith('#!') ?? false;
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at];
      if (!line) return;
      const text = line.text.trimStart();
      if (text === '') continue;
      if (text.startsWith('#')) this.skip(line, 'comment');
      else if (looksLikeCommand(text, this.defined)) {
        at = this.takeCommand(lines, at, undefined, undefined);
        if (!isFile) at = this.takeTypedLines(lines, at);
      } else if (fenced || looksLikeOutput(text)) this.claim(line);
      else this.skip(line, 'prose');
    }
  }

  /** `kubectl exec -it web -- sh`, some lines, `exit`: without prompts the lines up to `exit` went to the shell there. */
  private takeTypedLines(lines: readonly Line[], at: number): number {
    const last = this.commands.at(-1);
    if (!last || !readsLines(last.text) || /<<|\s-c\s/.test(last.text)) return at;
    const end = lines.findIndex(({ text }, index) => index > at && /^\s*(?:exit|quit)\s*$/i.test(text));
    const between = end < 0 ? [] : lines.slice(at + 1, end);
    if (end < 0 || between.some(({ text }) => /^\s*(?:kubectl|docker|helm|k)\s/.test(text))) return at;
    for (const { text } of [...between, { text: 'exit' }]) if (text.trim() !== '') last.input.push(straighten(text));
    return end;
  }

  /** Takes a command that begins at line `start` with all the lines it goes on for; returns its last line's index. */
  private takeCommand(
    lines: readonly Line[],
    start: number,
    prompt: PromptedLine | undefined,
    form: SessionForm | undefined,
  ): number {
    const line = lines[start];
    this.waiting = undefined;
    const windows = prompt?.windows ?? false;
    const normal = straighten;
    let raw = prompt?.typed ?? line?.text.trimStart() ?? '';
    let at = start;
    while (
      form &&
      line?.text.endsWith(prompt?.typed ?? '') &&
      isWrapped(lines[at]?.text ?? '', lines[at + 1]?.text, form.edge) &&
      !promptOf(lines[at + 1]?.text ?? '', form)
    )
      raw += lines[++at]?.text ?? '';
    let text = normal(raw);
    if (prompt?.fish && isOpenInFish(text)) return this.takeForeign(lines, at, prompt, text, FISH);
    const marked = (typed: string): string => (windows ? typed.replace(/[ \t][`^](?=\n|$)/g, ' \\') : typed);
    text = marked(text);
    if (windows && /^@["']\s*$/.test(text)) return this.takeForeign(lines, at, prompt, text, HERE_STRING);
    if (windows && isWindowsStatement(text)) return this.takeForeign(lines, at, prompt, text, POWERSHELL);
    for (let pending = this.scan(text); pending !== 'nothing'; pending = this.scan(text, pending, lines[at]?.text)) {
      const next = lines[at + 1];
      if (!next || this.scanned > SCANNED_LIMIT) break;
      const continued = splitContinuationPrompt(next.text, windows);
      const prompts = pending === 'heredoc' && form ? { ...form, weak: undefined, indent: 0 } : form;
      if (form && prompts && continued === undefined && promptOf(next.text, prompts)) break;
      const added = (form === undefined && pending === 'heredoc' ? undefined : continued) ?? next.text;
      at++;
      if (form && /\^C\s*$/.test(added)) {
        for (let skipped = start; skipped <= at; skipped++) this.skip(lines[skipped] ?? next, 'interrupted');
        return at;
      }
      const cut = pending === 'quote' && continued === undefined && lines[at - 1]?.text.length === form?.edge.width;
      text += `${cut ? '' : '\n'}${pending === 'heredoc' ? added : marked(normal(added))}`;
      raw += `\n${added}`;
    }
    if (windows) text = fromWindows(text);
    this.add({ text: text.trimEnd(), raw: raw.trimEnd() }, line?.number ?? 1, prompt, line?.text ?? '');
    return at;
  }

  /** Takes a command of another shell's language with the lines up to its end, and translates it. */
  private takeForeign(
    lines: readonly Line[],
    start: number,
    prompt: PromptedLine | undefined,
    first: string,
    { isOpen, translate }: ForeignShell,
  ): number {
    let text = first;
    let at = start;
    while (at + 1 < lines.length && at - start < LONGEST_BLOCK && this.scanned <= SCANNED_LIMIT && isOpen(text)) {
      this.scanned += text.length;
      const next = lines[++at]?.text ?? '';
      text += `\n${straighten(splitContinuationPrompt(next, prompt?.windows ?? false) ?? next)}`;
    }
    this.add({ text: translate(text), raw: text }, lines[start]?.number ?? 1, prompt, '');
    return at;
  }

  private notePrompt({ prompt }: PromptedLine): void {
    // The last ones stay: a session has few at a time.
    this.prompts.delete(prompt);
    this.prompts.add(prompt);
    const [oldest] = this.prompts;
    if (this.prompts.size > KEPT_PROMPTS && oldest !== undefined) this.prompts.delete(oldest);
  }

  /** What is still open after a text. Inside a here-document only a line that ends one can change that. */
  private scan(text: string, before?: Pending, last = ''): Pending {
    if (before === 'heredoc' && !this.delimiters.has(last.trim().replace(/^> ?/, ''))) return before;
    this.scanned += text.length;
    const pending = pendingAfter(text);
    if (pending === 'heredoc') {
      const opened = text.matchAll(/<<-?[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([^\s;&|<>'"]+))/g);
      this.delimiters = new Set([...opened].map((match) => match[1] ?? match[2] ?? match[3] ?? ''));
    }
    return pending;
  }

  private add(
    { text, raw }: Pick<OpenCommand, 'text' | 'raw'>,
    line: number,
    prompt: PromptedLine | undefined,
    whole: string,
  ): void {
    const column = prompt?.column ?? whole.length - whole.trimStart().length + 1;
    if (prompt) this.notePrompt(prompt);
    const reads = readsLines(text);
    const [output, input]: [string[], string[]] = [[], []];
    this.commands.push({ text, raw, line, column, prompt, output, input, interrupted: false, readsLines: reads });
    for (const name of definedNames(text)) this.defined.add(name);
  }
}

/** Whether the line belongs to the prompt on the next one. */
function isTitle(lines: readonly Line[], at: number, form: SessionForm): boolean {
  const text = lines[at]?.text.trimEnd() ?? '';
  const next = promptOf(lines[at + 1]?.text ?? '', form);
  if (!next) return false;
  return (
    TITLE_LINE.test(text) ||
    (next.signature === '❯' && (lines[at - 1]?.text ?? '').trim() === '' && THEME_TITLE.test(text))
  );
}

const shifted = (prompted: PromptedLine | undefined, by: number): PromptedLine | undefined =>
  prompted && by > 0 ? { ...prompted, column: prompted.column + by } : prompted;

function promptOf(text: string, { weak, indent }: SessionForm): PromptedLine | undefined {
  const prompted = splitPrompt(text, weak);
  return prompted && prompted.indent <= indent ? prompted : undefined;
}
