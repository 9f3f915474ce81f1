import type { SkippedText, StepRecord, Verdict } from '@seatrial/contracts';
import { commandIn } from '@seatrial/transcript';

const asWords = (text: string): string => text.trim().split(/\s+/).join(' ');

/** What the replay typed and what it printed, a line each. */
function linesOf(steps: readonly StepRecord[]): ReadonlySet<string> {
  const texts = steps.flatMap(({ command, stdout, stderr }) => [command, stdout, stderr]);
  return new Set(texts.flatMap((text) => text.split('\n').map(asWords)));
}

/**
 * Lines of a transcript that were taken for output or prose although they hold a command that changes something, and that
 * is neither typed elsewhere nor printed by the replay: whether the student ran it, somebody has to say.
 */
export function findUnreadCommands(
  skipped: readonly SkippedText[],
  steps: readonly StepRecord[],
  checks: readonly string[],
): Verdict['unsupported'] {
  const candidates = skipped.flatMap(({ line, text, reason }) => {
    const command = reason === 'output' || reason === 'prose' ? commandIn(text) : undefined;
    return command === undefined ? [] : [{ line, text: asWords(text), command: asWords(command) }];
  });
  if (candidates.length === 0) return [];
  const seen = linesOf(steps);
  return candidates
    .filter(({ text, command }) => !seen.has(text) && !seen.has(command))
    .map(({ line, command }) => ({
      what: `line ${String(line)} was not taken for a command that was typed: ${command}`,
      checks,
    }));
}
