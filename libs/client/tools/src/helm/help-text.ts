import { helmHelpJson } from './reference/help.gen.js';

interface HelpPages {
  /** The flags of every command, with which its page ends. */
  readonly globals: string;
  /** Pages by command; `$GLOBALS` and `$HOME` are to be put in. */
  readonly pages: Readonly<Record<string, string>>;
}

let parsed: HelpPages | undefined;
const helpPages = (): HelpPages => (parsed ??= JSON.parse(helmHelpJson) as HelpPages);

/** A command's help page (`repo add`; '' for helm itself) as helm 4.1 prints it to somebody with that home directory. */
export function helpPage(command: string, home: string): string | undefined {
  const { globals, pages } = helpPages();
  if (!Object.hasOwn(pages, command)) return undefined;
  return pages[command].replace('\n$GLOBALS', () => globals).replaceAll('$HOME', () => home);
}

/** What `helm help` says of a command that it does not know: the usage of helm itself. */
export function rootUsage(home: string): string {
  const page = helpPage('', home) ?? '';
  return page.slice(page.indexOf('Usage:\n')).replace(/^ +-h, --help .*\n/m, '');
}
