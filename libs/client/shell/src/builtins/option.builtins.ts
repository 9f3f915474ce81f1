import type { Coroutine } from '@seatrial/kernel';
import { arrayEntries } from '../expansion/parameter-value.js';
import { quoteForReuse } from '../evaluation/quote.js';
import type { Shell } from '../evaluation/shell.js';
import type { SetOption } from '../evaluation/shell-state.js';
import { complainAs, defineBuiltin, parseOptions, type Builtin } from './builtin.js';

const LETTERS: Readonly<Record<string, SetOption>> = {
  a: 'allexport',
  b: 'notify',
  e: 'errexit',
  f: 'noglob',
  h: 'hashall',
  k: 'keyword',
  m: 'monitor',
  n: 'noexec',
  p: 'privileged',
  t: 'onecmd',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
  B: 'braceexpand',
  C: 'noclobber',
  E: 'errtrace',
  H: 'histexpand',
  P: 'physical',
  T: 'functrace',
};
const NAMES: readonly SetOption[] = ['allexport', 'braceexpand', 'emacs', 'errexit', 'errtrace', 'functrace', 'hashall', 'histexpand', 'history', 'ignoreeof', 'interactive-comments', 'keyword', 'monitor', 'noclobber', 'noexec', 'noglob', 'nolog', 'notify', 'nounset', 'onecmd', 'physical', 'pipefail', 'posix', 'privileged', 'verbose', 'vi', 'xtrace']; // prettier-ignore

/** Sets or clears an option by its letter; false when there is none. */
export function setOptionLetter(options: Set<SetOption>, letter: string, on: boolean): boolean {
  const name = LETTERS[letter];
  if (!name) return false;
  if (on) options.add(name);
  else options.delete(name);
  return true;
}

/** Sets or clears an option by its long name; false when there is none. */
export function setOptionName(options: Set<SetOption>, name: string, on: boolean): boolean {
  const known = NAMES.find((candidate) => candidate === name);
  if (!known) return false;
  if (on) options.add(known);
  else options.delete(known);
  return true;
}

const set = defineBuiltin({
  name: 'set',
  ash: true,
  *run(shell, args) {
    if (args.length === 0) return yield* printVariables(shell);
    for (let index = 0; index < args.length; index++) {
      const arg = args[index];
      if (arg === '--') {
        shell.state.positional = args.slice(index + 1);
        return 0;
      }
      if (!/^[-+]./.test(arg)) {
        if (arg === '-') return 0;
        shell.state.positional = args.slice(index);
        return 0;
      }
      const on = arg.startsWith('-');
      for (const letter of arg.slice(1)) {
        if (letter === 'o') {
          const name = args.at(index + 1);
          if (name === undefined) return yield* printOptions(shell, on);
          index++;
          if (!setOptionName(shell.state.options, name, on))
            return yield* complainAs(shell, 'set', `${name}: invalid option name`, 2);
        } else if (!setOptionLetter(shell.state.options, letter, on)) {
          yield* complainAs(shell, 'set', `${arg[0]}${letter}: invalid option`);
          yield* shell.write(2, 'set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n');
          return 2;
        }
      }
    }
    return 0;
  },
});

function* printVariables(shell: Shell): Coroutine<number> {
  for (const name of shell.state.variables.names()) {
    const variable = shell.state.variables.getOwn(name);
    if (!variable) continue;
    if (variable.indexed ?? variable.associative) {
      const entries = arrayEntries(variable).map(([key, value]) => `[${key}]="${value}"`);
      yield* shell.out(`${name}=(${entries.join(' ')})\n`);
    } else if (variable.value !== undefined) {
      const plain = shell.flavour === 'bash' && /^[A-Za-z0-9_./:=@%+,-]*$/.test(variable.value);
      yield* shell.out(`${name}=${plain ? variable.value : quoteForReuse(variable.value)}\n`);
    }
  }
  return 0;
}

function* printOptions(shell: Shell, readable: boolean): Coroutine<number> {
  for (const name of NAMES) {
    const on = shell.state.options.has(name);
    yield* shell.out(readable ? `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n` : `set ${on ? '-' : '+'}o ${name}\n`);
  }
  return 0;
}

const SHOPT = ['autocd', 'cdable_vars', 'cdspell', 'checkhash', 'checkjobs', 'checkwinsize', 'cmdhist', 'compat31', 'dotglob', 'execfail', 'expand_aliases', 'extdebug', 'extglob', 'extquote', 'failglob', 'force_fignore', 'globasciiranges', 'globskipdots', 'globstar', 'gnu_errfmt', 'histappend', 'histreedit', 'histverify', 'hostcomplete', 'huponexit', 'inherit_errexit', 'interactive_comments', 'lastpipe', 'lithist', 'localvar_inherit', 'localvar_unset', 'login_shell', 'mailwarn', 'no_empty_cmd_completion', 'nocaseglob', 'nocasematch', 'noexpand_translation', 'nullglob', 'patsub_replacement', 'progcomp', 'progcomp_alias', 'promptvars', 'restricted_shell', 'shift_verbose', 'sourcepath', 'varredir_close', 'xpg_echo']; // prettier-ignore

const shopt = defineBuiltin({
  name: 'shopt',
  *run(shell, args) {
    const { options, operands } = parseOptions(args, 'pqsuo');
    const names = operands.length > 0 ? operands : SHOPT;
    let status = 0;
    for (const name of names) {
      const on = options.has('o') ? shell.state.options.has(name as SetOption) : shell.state.shopt.has(name);
      if (!options.has('o') && !SHOPT.includes(name)) {
        status = yield* complainAs(shell, 'shopt', `${name}: invalid shell option name`);
      } else if (operands.length > 0 && (options.has('s') || options.has('u'))) {
        if (options.has('o')) setOptionName(shell.state.options, name, options.has('s'));
        else if (options.has('s')) shell.state.shopt.add(name);
        else shell.state.shopt.delete(name);
      } else {
        if ((options.has('s') && !on) || (options.has('u') && on)) continue;
        if (operands.length > 0 && !on) status = 1;
        if (options.has('q')) continue;
        yield* shell.out(
          options.has('p') ? `shopt ${on ? '-s' : '-u'} ${name}\n` : `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`,
        );
      }
    }
    return status;
  },
});

const umask = defineBuiltin({
  name: 'umask',
  ash: true,
  *run(shell, args) {
    const operand = args.find((arg) => !arg.startsWith('-'));
    if (operand === undefined) {
      const mask = shell.state.umask;
      if (args.includes('-S')) {
        const part = (shift: number): string =>
          [...'rwx'].filter((_, index) => (((~mask & 0o777) >> shift) & (4 >> index)) !== 0).join('');
        yield* shell.out(`u=${part(6)},g=${part(3)},o=${part(0)}\n`);
      } else yield* shell.out(`${mask.toString(8).padStart(4, '0')}\n`);
      return 0;
    }
    if (!/^[0-7]+$/.test(operand)) return yield* complainAs(shell, 'umask', `${operand}: octal number out of range`);
    shell.state.umask = Number.parseInt(operand, 8) & 0o777;
    return 0;
  },
});

const LIMITS: readonly (readonly [string, string, string])[] = [
  ['c', 'core file size              (blocks, -c)', '0'],
  ['d', 'data seg size               (kbytes, -d)', 'unlimited'],
  ['f', 'file size                   (blocks, -f)', 'unlimited'],
  ['l', 'max locked memory           (kbytes, -l)', '8192'],
  ['n', 'open files                          (-n)', '1048576'],
  ['s', 'stack size                  (kbytes, -s)', '8192'],
  ['t', 'cpu time                   (seconds, -t)', 'unlimited'],
  ['u', 'max user processes                  (-u)', 'unlimited'],
  ['v', 'virtual memory              (kbytes, -v)', 'unlimited'],
];

const ulimit = defineBuiltin({
  name: 'ulimit',
  ash: true,
  *run(shell, args) {
    const letters = args
      .filter((arg) => arg.startsWith('-'))
      .join('')
      .replaceAll('-', '')
      .replace(/[SH]/g, '');
    if (letters.includes('a')) {
      for (const [, text, value] of LIMITS) yield* shell.out(`${text} ${value}\n`);
      return 0;
    }
    if (args.some((arg) => !arg.startsWith('-'))) return 0;
    for (const letter of letters === '' ? 'f' : letters) {
      const limit = LIMITS.find(([known]) => known === letter);
      if (!limit) return yield* complainAs(shell, 'ulimit', `-${letter}: invalid option`, 2);
      yield* shell.out(`${limit[2]}\n`);
    }
    return 0;
  },
});

const times = defineBuiltin({
  name: 'times',
  ash: true,
  *run(shell) {
    yield* shell.out('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
    return 0;
  },
});

export const OPTION_BUILTINS: readonly Builtin[] = [set, shopt, times, ulimit, umask];
