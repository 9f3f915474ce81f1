import { defineCheck, failed, passed } from '../define-check.js';
import { compile, type TextPattern } from '../text-pattern.js';

interface CommandParameters {
  readonly pattern: TextPattern;
  readonly absent: boolean;
  readonly succeeded: boolean;
}

/** A command was typed (and ended with status 0), or, with `absent`, never was. */
export const commandCheck = defineCheck<CommandParameters>({
  type: 'command',
  description: 'a command was used, or was not',
  read: (node) => {
    node.mapping(['matches', 'absent', 'succeeded']);
    return {
      pattern: compile(node.member('matches')),
      absent: node.member('absent').boolean(false),
      succeeded: node.member('succeeded').boolean(true),
    };
  },
  evaluate: ({ pattern, absent, succeeded }, world) => {
    const typed = world.steps.filter(({ command }) => pattern.matches(command));
    const good = succeeded ? typed.find(({ exit }) => exit === 0) : typed[0];
    const [first] = typed;
    if (absent) {
      if (!first) return passed();
      return failed(
        `“${first.command.split('\n')[0]?.slice(0, 80) ?? ''}” was not to be used`,
        `no se debía usar «${first.command.split('\n')[0]?.slice(0, 80) ?? ''}»`,
        { kind: 'command', subject: first.command, found: `exit ${String(first.exit)}`, step: first.step },
      );
    }
    if (good)
      return passed({ kind: 'command', subject: good.command, found: `exit ${String(good.exit)}`, step: good.step });
    if (!first) {
      return failed(`no command matches “${pattern.source}”`, `ningún comando coincide con «${pattern.source}»`);
    }
    const error = first.stderr.trim().split('\n')[0] ?? '';
    return failed(
      `“${first.command.split('\n')[0]?.slice(0, 80) ?? ''}” failed: ${error}`,
      `«${first.command.split('\n')[0]?.slice(0, 80) ?? ''}» falló: ${error}`,
      { kind: 'command', subject: first.command, found: error, step: first.step },
    );
  },
});
