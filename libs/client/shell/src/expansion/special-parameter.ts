import type { Shell } from '../evaluation/shell.js';

const OPTION_LETTERS: readonly (readonly [string, string])[] = [
  ['allexport', 'a'],
  ['notify', 'b'],
  ['errexit', 'e'],
  ['noglob', 'f'],
  ['hashall', 'h'],
  ['keyword', 'k'],
  ['monitor', 'm'],
  ['noexec', 'n'],
  ['privileged', 'p'],
  ['onecmd', 't'],
  ['nounset', 'u'],
  ['verbose', 'v'],
  ['xtrace', 'x'],
  ['braceexpand', 'B'],
  ['noclobber', 'C'],
  ['errtrace', 'E'],
  ['histexpand', 'H'],
  ['functrace', 'T'],
];

/** `$-`. */
export function optionLetters(shell: Shell): string {
  const letters = OPTION_LETTERS.filter(([name]) => shell.state.options.has(name as never)).map(([, letter]) => letter);
  const input = shell.interactive ? 'i' : '';
  return (
    letters.filter((letter) => letter >= 'a').join('') +
    input +
    letters.filter((letter) => letter < 'a').join('') +
    shell.inputLetter
  );
}

/** A parameter that is no variable: positional ones, `$#`, `$?`…; undefined for the rest. */
export function specialParameter(shell: Shell, name: string): string | undefined {
  const { state } = shell;
  switch (name) {
    case '#':
      return String(state.positional.length);
    case '?':
      return String(state.lastStatus);
    case '$':
      return String(shell.shellPid);
    case '!':
      return state.lastBackgroundPid === undefined ? undefined : String(state.lastBackgroundPid);
    case '-':
      return optionLetters(shell);
    case '0':
      return state.name;
    case 'LINENO':
      return String(shell.line);
    case 'BASH_COMMAND':
      return shell.flavour === 'bash' ? shell.commandText : undefined;
    case 'BASHPID':
      return shell.flavour === 'bash' ? String(shell.process.pid) : undefined;
    case 'BASH_SUBSHELL':
      return shell.flavour === 'bash' ? String(shell.subshellLevel) : undefined;
    case '_':
      return state.lastArgument;
    default:
      return /^[1-9]\d*$/.test(name) ? state.positional[Number(name) - 1] : undefined;
  }
}
