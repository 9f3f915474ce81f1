import { boolFlag, defineVerb } from '@seatrial/kubectl';
import { helmCompletionJson } from '../reference/completion.gen.js';
import { demandArguments } from './demand-arguments.js';

let scripts: Readonly<Record<string, string>> | undefined;

/** The script that helm 4.1 prints for a shell. */
function script(shell: string): string {
  scripts ??= JSON.parse(helmCompletionJson) as Readonly<Record<string, string>>;
  return scripts[shell];
}

export const completionVerb = defineVerb({
  name: 'completion',
  short: 'generate autocompletion scripts for the specified shell',
  subcommands: ['bash', 'fish', 'powershell', 'zsh'].map((shell) =>
    defineVerb({
      name: shell,
      short: `generate autocompletion script for ${shell}`,
      flags: [boolFlag('no-descriptions')],
      *run(k) {
        demandArguments(k, 0);
        const text = script(shell);
        yield* k.out(k.flags.bool('no-descriptions') ? text.replaceAll('__complete ', '__completeNoDesc ') : text);
        return 0;
      },
    }),
  ),
});
