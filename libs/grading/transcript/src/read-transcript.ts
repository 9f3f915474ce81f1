import type { SkippedText, SubmissionProblem } from '@seatrial/contracts';
import { fail, ok, type Result } from '@seatrial/kernel';
import { definedNames, looksLikeCommand } from './command-words.js';
import { pendingAfter } from './completeness.js';
import { findBinaryLine, straighten, toPlainText } from './plain-text.js';
import { splitContinuationPrompt, splitPrompt } from './prompt.js';

/** One command as it was typed; here-documents and continued lines belong to it. */
export interface TranscriptCommand {
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

export interface Transcript {
  readonly commands: readonly TranscriptCommand[];
  readonly skipped: readonly SkippedText[];
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** A run of lines that are read one way: the text around fences, or one fenced block. */
interface Block {
  readonly lines: readonly Line[];
  readonly fenced: boolean;
}

const FENCE = /^\s*(?:```|~~~)\s*([\w-]*)/;
const SHELL_FENCES = new Set([
  '',
  'bash',
  'sh',
  'shell',
  'console',
  'terminal',
  'zsh',
  'shell-session',
  'text',
  'powershell',
]);
const SKIPPED_LENGTH = 200;

/** Reads a script or a pasted terminal session: the commands in it, and what was left out and why. */
export function readTranscript(source: string, file = 'transcript'): Result<Transcript, SubmissionProblem> {
  const binaryLine = findBinaryLine(source);
  if (binaryLine !== undefined) return fail(binaryProblem(file, binaryLine));
  const lines = toPlainText(source)
    .split('\n')
    .map((text, index) => ({ text, number: index + 1 }));
  const reader = new TranscriptReader();
  for (const block of splitBlocks(lines, reader)) reader.readBlock(block);
  if (reader.commands.length > 0) return ok({ commands: reader.commands, skipped: reader.skipped });
  const first = reader.skipped.find(({ reason }) => reason !== 'comment' && reason !== 'fence') ?? reader.skipped[0];
  return fail(noCommandProblem(file, first));
}

function binaryProblem(file: string, line: number): SubmissionProblem {
  return {
    code: 'binary_content',
    message: {
      en: `line ${String(line)} of the transcript is not text (binary content)`,
      es: `la línea ${String(line)} de la transcripción no es texto (contenido binario)`,
    },
    place: { file, line },
  };
}

function noCommandProblem(file: string, first: SkippedText | undefined): SubmissionProblem {
  const line = first?.line ?? 1;
  const quoted = first ? `: “${first.text.slice(0, 60)}”` : '';
  return {
    code: 'not_a_transcript',
    message: {
      en: `there is no command in the transcript; line ${String(line)} reads as prose or output${quoted}`,
      es: `no hay ningún comando en la transcripción; la línea ${String(line)} parece prosa o salida${quoted}`,
    },
    place: { file, line },
  };
}

/** Splits Markdown at its fences; text without fences is one block. Blocks of other languages are skipped. */
function splitBlocks(lines: readonly Line[], reader: TranscriptReader): Block[] {
  const blocks: Block[] = [];
  let current: Line[] = [];
  let language: string | undefined;
  let skipping = false;
  const flush = (fenced: boolean): void => {
    if (current.length > 0) blocks.push({ lines: current, fenced });
    current = [];
  };
  const shown = (line: Line): boolean => FENCE.test(line.text);
  if (lines.filter(shown).length < 2) return [{ lines, fenced: false }];
  for (const line of lines) {
    const fence = FENCE.exec(line.text);
    if (fence) {
      flush(language !== undefined);
      language = language === undefined ? (fence[1] ?? '').toLowerCase() : undefined;
      skipping = language !== undefined && !SHELL_FENCES.has(language);
    } else if (language === undefined) reader.skip(line, 'prose');
    else if (skipping) reader.skip(line, 'fence');
    else current.push(line);
  }
  flush(true);
  return blocks;
}

class TranscriptReader {
  readonly commands: TranscriptCommand[] = [];
  readonly skipped: SkippedText[] = [];
  private readonly defined = new Set<string>();

  skip(line: Line, reason: SkippedText['reason']): void {
    const text = line.text.trim();
    if (text !== '') this.skipped.push({ line: line.number, text: text.slice(0, SKIPPED_LENGTH), reason });
  }

  readBlock({ lines }: Block): void {
    const prompted = lines.some((line) => splitPrompt(line.text, false) !== undefined);
    const rootPrompts = prompted ? false : usesRootPrompts(lines);
    if (prompted || rootPrompts) this.readSession(lines, rootPrompts);
    else this.readScript(lines);
  }

  /** Only what follows a prompt was typed; the rest is output. */
  private readSession(lines: readonly Line[], rootPrompts: boolean): void {
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at];
      if (!line) return;
      const prompted = splitPrompt(line.text, rootPrompts);
      if (!prompted) this.skip(line, 'output');
      else if (prompted.typed === '') this.skip(line, 'prompt-only');
      else if (prompted.typed.startsWith('#')) this.skip(line, 'comment');
      else at = this.takeCommand(lines, at, straighten(prompted.typed), rootPrompts);
    }
  }

  private readScript(lines: readonly Line[]): void {
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at];
      if (!line) return;
      const text = line.text.trimStart();
      if (text === '') continue;
      if (text.startsWith('#')) this.skip(line, 'comment');
      else if (looksLikeCommand(text, this.defined)) at = this.takeCommand(lines, at, straighten(text), undefined);
      else this.skip(line, looksLikeOutput(text) ? 'output' : 'prose');
    }
  }

  /** Takes a command that begins at line `start` with all the lines it goes on for; returns its last line's index. */
  private takeCommand(lines: readonly Line[], start: number, first: string, rootPrompts: boolean | undefined): number {
    let text = first;
    let at = start;
    for (let pending = pendingAfter(text); pending !== 'nothing'; pending = pendingAfter(text)) {
      const next = lines[at + 1];
      if (!next) break;
      const continued = splitContinuationPrompt(next.text);
      if (rootPrompts !== undefined && continued === undefined && splitPrompt(next.text, rootPrompts)) break;
      const shown = rootPrompts === undefined && pending === 'heredoc' ? undefined : continued;
      const added = shown ?? next.text;
      text += `\n${pending === 'heredoc' ? added : straighten(added)}`;
      at++;
    }
    const line = lines[start];
    this.commands.push({ text: text.trimEnd(), line: line?.number ?? 1 });
    for (const name of definedNames(text)) this.defined.add(name);
    return at;
  }
}

/** `# kubectl …` at several lines, with other text between: a root shell's session, not comments. */
function usesRootPrompts(lines: readonly Line[]): boolean {
  const none = new Set<string>();
  const typed = lines.filter(({ text }) => /^# \S/.test(text) && looksLikeCommand(text.slice(2), none));
  const bare = lines.filter(({ text }) => text.trim() !== '' && !text.startsWith('#') && looksLikeCommand(text, none));
  return typed.length > 0 && bare.length === 0;
}

const OUTPUT_SHAPES = [
  /^(?:NAME|NAMESPACE|LAST SEEN|REVISION|CONTAINER ID|REPOSITORY)\b/,
  /^[a-z0-9.-]+\/[a-z0-9.-]+ (?:created|configured|unchanged|deleted|exposed|scaled|patched|labeled|annotated|edited|rolled back|restarted|paused|resumed|condition met|image updated)/,
  /^(?:Error|error|Warning|Waiting|deployment|daemon set|statefulset|The |W\d{4}|E\d{4}|I\d{4})\b/,
  /^\S+\s{2,}\S+\s{2,}\S+/,
  /^[-{}[\]"<]/,
  /^\S+:(?:\s|$)/,
];

function looksLikeOutput(text: string): boolean {
  return OUTPUT_SHAPES.some((shape) => shape.test(text));
}
