import { fail, ok, type Result } from '@seatrial/kernel';
import type { AndOrNode } from './script-node.js';
import { ScriptParser } from './script-parser.js';
import { bashSyntaxMessages } from './syntax-error.js';

/** One command of a script: a pipeline or a list joined by `&&` and `||`, with its place in the text. */
export interface ScriptCommand {
  readonly text: string;
  /** Offsets into the script. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly background: boolean;
  readonly node: AndOrNode;
}

export interface ScriptParseError {
  readonly line: number;
  readonly message: string;
  /** More input could complete it: an open quote, loop or here-document. */
  readonly incomplete: boolean;
}

/** Parses a whole script as bash would read it, without running anything. */
export function parseScript(text: string): Result<ScriptCommand[], ScriptParseError> {
  let cut: ScriptParseError | undefined;
  const parser = ScriptParser.of(text, {
    flavour: 'bash',
    onCutHereDocument: (line, _start, delimiter) => {
      cut ??= { line, message: `here-document delimited by end-of-file (wanted \`${delimiter}')`, incomplete: true };
    },
  });
  const commands: ScriptCommand[] = [];
  for (;;) {
    const parsed = parser.nextCommand();
    if (!parsed.ok) {
      const { kind } = parsed.error.detail;
      const incomplete = kind === 'unexpected-end' || kind === 'unmatched';
      return fail({ line: parsed.error.line, message: bashSyntaxMessages(parsed.error)[0], incomplete });
    }
    if (cut) return fail(cut);
    if (!parsed.value) return ok(commands);
    for (const node of parsed.value.items)
      commands.push({
        text: node.text,
        start: node.start,
        end: node.end,
        line: node.line,
        background: node.background,
        node,
      });
  }
}
