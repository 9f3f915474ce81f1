import { defineVerb } from '../../command/command.js';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];

/** `kubectl completion`: a script that names the commands; short, as nothing reads it but a shell. */
export const completionCommand = defineVerb({
  name: 'completion',
  usage: 'SHELL',
  short: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  *run(k) {
    const [shell] = k.args;
    if (k.args.length === 0) k.usageError('Shell not specified.');
    if (k.args.length > 1) k.usageError('Too many arguments. Expected only the shell type.');
    if (!SHELLS.includes(shell)) k.usageError(`Unsupported shell type ${JSON.stringify(shell)}.`);
    const names = (k.root.subcommands ?? []).map((verb) => verb.name).join(' ');
    const line =
      shell === 'bash'
        ? `complete -W "${names}" kubectl`
        : shell === 'zsh'
          ? `compctl -k "(${names})" kubectl`
          : shell === 'fish'
            ? `complete -c kubectl -f -a "${names}"`
            : `Register-ArgumentCompleter -Native -CommandName kubectl -ScriptBlock { "${names}" -split " " }`;
    yield* k.out(`# ${shell} completion for kubectl\n${line}\n`);
    return 0;
  },
});
