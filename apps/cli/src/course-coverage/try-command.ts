import type { StepResult } from '@seatrial/workstation';
import type { CourseCommand } from './course-commands.js';
import { settingsFor } from './course-workstation.js';

/** Every command form is one of these. */
export const COVERAGE_CLASSES = ['works', 'own error', 'prose', 'not simulated'] as const;
export type CoverageClass = (typeof COVERAGE_CLASSES)[number];

/** What came of a command. */
export interface Coverage {
  readonly command: CourseCommand;
  readonly coverage: CoverageClass;
  /** One line: what it printed, or what of it is not simulated. */
  readonly note: string;
}

const NOTE_LENGTH = 110;

/** The line that says why; progress meters and headings stand before it. */
function reason(text: string): string {
  const lines = text.split('\n').filter((each) => each.trim() !== '');
  const telling = lines.find(
    (each) =>
      /^curl: |^E: |\b(?:errors?|ERROR|Error|failed|fatal|refused|[Uu]nable)\b/.test(each) &&
      !/^(?:\[|[EW]\d{4} )/.test(each),
  );
  const line = (telling ?? lines.at(0) ?? '').trim();
  return line.length > NOTE_LENGTH ? `${line.slice(0, NOTE_LENGTH - 1)}…` : line;
}

function judge(result: StepResult): Pick<Coverage, 'coverage' | 'note'> {
  if (result.unsupported.length > 0) return { coverage: 'not simulated', note: result.unsupported.join('; ') };
  if (result.stopReason !== undefined)
    return result.stdout === ''
      ? { coverage: 'own error', note: 'no answer until Ctrl-C' }
      : { coverage: 'works', note: 'goes on until Ctrl-C' };
  if (result.exit === 0) return { coverage: 'works', note: '' };
  return { coverage: 'own error', note: reason(result.stderr || result.stdout) || `status ${String(result.exit)}` };
}

/** Runs a command in the settings that suit it until it works in one; else the first outcome that is simulated. */
export function tryCommand(command: CourseCommand): Coverage {
  let best: Pick<Coverage, 'coverage' | 'note'> | undefined;
  for (const { name, open } of settingsFor(command.script)) {
    const outcome = judge(open().run(command.script));
    if (best && COVERAGE_CLASSES.indexOf(outcome.coverage) >= COVERAGE_CLASSES.indexOf(best.coverage)) continue;
    best = name.startsWith('profile') ? { ...outcome, note: [outcome.note, name].filter(Boolean).join('; ') } : outcome;
    if (best.coverage === 'works') break;
  }
  const { coverage, note } = best ?? { coverage: 'not simulated', note: 'no setting' };
  if (!command.marked) return { command, coverage, note };
  return { command, coverage: 'prose', note: [coverage, note].filter(Boolean).join(': ') };
}
