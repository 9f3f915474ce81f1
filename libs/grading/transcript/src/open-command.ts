import type { PromptedLine } from './prompt.js';
import type { TranscriptCommand } from './transcript.js';

const ZSH_PROMPT = /%$|^➜/;

/** A command being read: what comes after it may belong to it. */
export interface OpenCommand {
  readonly text: string;
  /** As it stands, with the quotes of a word processor. */
  readonly raw: string;
  readonly line: number;
  readonly column: number;
  readonly prompt: PromptedLine | undefined;
  readonly output: string[];
  readonly input: string[];
  readsLines: boolean;
  interrupted: boolean;
}

/** Whether the output quotes a word with curly quotes back: then they were really typed, and no word processor's. */
function typedCurlyQuotes(raw: string, output: string): boolean {
  return raw.split(/\s+/).some((word) => /[“”„‘’‚]/.test(word) && output.includes(word));
}

/** The command as it was read, with its output up to the last line that says anything. */
export function close({ text, raw, line, column, prompt, output, input, interrupted }: OpenCommand): TranscriptCommand {
  let end = output.length;
  while (end > 0 && output[end - 1]?.trim() === '') end--;
  const shown = output.slice(0, end);
  // zsh marks an output that did not end with a newline.
  const last = shown.at(-1);
  if (last !== undefined && prompt && ZSH_PROMPT.test(prompt.prompt)) shown[end - 1] = last.replace(/%\s*$/, '');
  return {
    text: raw !== text && typedCurlyQuotes(raw, shown.join('\n')) ? raw : text,
    line,
    column,
    ...(prompt?.host !== undefined && { terminal: prompt.host }),
    ...(shown.length > 0 && { output: `${shown.join('\n')}\n` }),
    ...(input.length > 0 && { input }),
    ...(interrupted && { interrupted }),
  };
}
