import { defineCheck, failed, passed } from '../define-check.js';
import { compile, readPattern, type TextPattern } from '../text-pattern.js';
import { valueText } from '../partial-match.js';

interface OutputParameters {
  readonly command: TextPattern;
  readonly output: TextPattern;
}

/** Some command of a kind printed a text in the replay (what the student pasted as output counts nothing). */
export const outputCheck = defineCheck<OutputParameters>({
  type: 'output',
  description: 'a command printed a text',
  read: (node) => {
    node.mapping(['command', 'contains', 'matches']);
    const output = readPattern(node);
    if (!output) node.error('needs contains or matches');
    return { command: compile(node.member('command')), output: output ?? { source: '', matches: () => false } };
  },
  evaluate: ({ command, output }, world) => {
    const typed = world.steps.filter((step) => command.matches(step.command));
    const good = typed.find((step) => output.matches(step.stdout));
    if (good) return passed({ kind: 'command', subject: good.command, found: output.source, step: good.step });
    const last = typed.at(-1);
    if (!last) {
      return failed(`no command matches “${command.source}”`, `ningún comando coincide con «${command.source}»`);
    }
    const printed = valueText((last.stdout || last.stderr).trim());
    return failed(
      `“${last.command.split('\n')[0]?.slice(0, 80) ?? ''}” did not print “${output.source}” but: ${printed}`,
      `«${last.command.split('\n')[0]?.slice(0, 80) ?? ''}» no imprimió «${output.source}» sino: ${printed}`,
      { kind: 'command', subject: last.command, found: printed, step: last.step },
    );
  },
});
