import type { Shell } from '../evaluation/shell.js';
import { formatDate } from '../evaluation/strftime.js';

/** Debian's `/etc/bash.bashrc` and busybox's ash. */
const DEFAULTS = {
  bash: { PS1: '\\u@\\h:\\w\\$ ', PS2: '> ' },
  ash: { PS1: '\\w \\$ ', PS2: '> ' },
} as const;

/** `PS1` or `PS2` with its backslash escapes replaced. */
export function expandPrompt(shell: Shell, name: 'PS1' | 'PS2'): string {
  const source = shell.state.variables.read(name) ?? DEFAULTS[shell.flavour][name];
  const { cwd } = shell.state;
  const home = shell.state.variables.read('HOME') ?? '';
  const folder =
    home !== '' && home !== '/' && (cwd === home || cwd.startsWith(`${home}/`)) ? `~${cwd.slice(home.length)}` : cwd;
  const now = shell.machine.simulation.now();
  return source.replace(/\\(\[|\]|[uhHwWs$ntTAdj\\e]|[0-7]{3})/g, (text, escape: string) => {
    switch (escape) {
      case 'u':
        return shell.process.user;
      case 'h':
        return shell.machine.hostname.split('.')[0] ?? '';
      case 'H':
        return shell.machine.hostname;
      case 'w':
        return folder;
      case 'W':
        return folder === '/' ? '/' : folder.slice(folder.lastIndexOf('/') + 1);
      case 's':
        return shell.state.name.slice(shell.state.name.lastIndexOf('/') + 1);
      case '$':
        return shell.process.user === 'root' ? '#' : '$';
      case 'n':
        return '\n';
      case 't':
        return formatDate('%H:%M:%S', now);
      case 'T':
        return formatDate('%I:%M:%S', now);
      case 'A':
        return formatDate('%H:%M', now);
      case 'd':
        return formatDate('%a %b %d', now);
      case 'j':
        return String(shell.state.jobs.list().length);
      case 'e':
        return '\u001b';
      case '\\':
        return '\\';
      case '[':
      case ']':
        return '';
      default:
        return /^[0-7]{3}$/.test(escape) ? String.fromCharCode(Number.parseInt(escape, 8)) : text;
    }
  });
}
