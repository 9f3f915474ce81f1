import { compareStrings } from '@seatrial/kernel';
import type { FoundCommand } from './find-command.js';
import type { FlagDefinition } from './flag.js';
import { groupedCommands } from './root-help.js';

const DEFAULTS: Readonly<Record<string, string>> = {
  bool: 'false',
  stringSlice: '[]',
  stringArray: '[]',
  int: '0',
  int32: '0',
  stringMap: '',
  stringToString: '[]',
};

function flagText(flag: FlagDefinition): string {
  const quoted = flag.type === 'string' ? `'${flag.default ?? ''}'` : (flag.default ?? DEFAULTS[flag.type] ?? '');
  const short = flag.shorthand ? `-${flag.shorthand}, ` : '';
  return `    ${short}--${flag.name}=${quoted}:\n\t${flag.usage ?? ''}\n`;
}

/** The flags of a command as its help page lists them, by name. */
export function flagUsages(flags: readonly FlagDefinition[]): string {
  return flags
    .filter((flag) => !flag.hidden && flag.deprecated === undefined)
    .sort((a, b) => compareStrings(a.name, b.name))
    .map(flagText)
    .join('\n');
}

/** A command's help page, after the layout of kubectl's templater; the wording is our own. */
export function helpPage(found: FoundCommand): string {
  const { verb, path, parents } = found;
  const parts = [`${verb.long ?? verb.short}\n`];
  if (verb.aliases?.length) parts.push(`Aliases:\n${[verb.name, ...verb.aliases].join(', ')}\n`);
  if (verb.examples) parts.push(`Examples:\n${verb.examples.replace(/\n*$/, '\n')}`);
  const subs = (verb.subcommands ?? []).filter((sub) => !sub.hidden);
  if (subs.length > 0) {
    // cobra pads the names to 11 characters at least.
    const width = Math.max(11, ...subs.map((sub) => sub.name.length));
    const isRoot = verb.name === 'kubectl' && parents.length === 0;
    const list = subs.map((sub) => `  ${sub.name.padEnd(width)}   ${sub.short}\n`).join('');
    parts.push(isRoot ? groupedCommands(subs) : `Available Commands:\n${list}`);
  }
  const flags = [
    ...(verb.flags ?? []),
    ...(verb.persistentFlags ?? []),
    ...parents.flatMap((p) => p.persistentFlags ?? []),
  ];
  if (flags.length > 0) parts.push(`Options:\n${flagUsages(flags)}`);
  if (verb.run) parts.push(`Usage:\n  ${path}${verb.usage ? ` ${verb.usage}` : ''} [options]\n`);
  else if (!verb.helpOnly) parts.push(`Usage:\n  ${path} ${verb.usage ?? '[flags]'} [options]\n`);
  if (subs.length > 0) parts.push(`Use "${path} <command> --help" for more information about a given command.`);
  // What does nothing but show its help has no options.
  if (!verb.helpOnly)
    parts.push('Use "kubectl options" for a list of global command-line options (applies to all commands).');
  return `${parts.join('\n')}\n`;
}
