import type { Process } from '@seatrial/kernel';
import { findCommand, flagsOf, type FoundCommand } from '../command/find-command.js';
import { GLOBAL_FLAGS } from '../command/global-flags.js';
import type { VerbDefinition } from '../command/command.js';
import {
  kubercPath,
  parseKuberc,
  readKuberc,
  type AliasOverride,
  type OptionDefault,
  type Preference,
} from './kuberc-file.js';

/** A line with the user's preferences in it, and what is said of them; or why they cannot be applied. */
export type Preferred =
  | { readonly line: readonly string[]; readonly warnings: string }
  | { readonly error: string; readonly warnings: string };

/** The value of `--kuberc`, wherever it stands; undefined for a flag without one. */
function explicitPath(line: readonly string[]): string | undefined {
  for (const [index, word] of line.entries()) {
    if (word === '--') return '';
    if (word === '--kuberc') return line.at(index + 1);
    if (word.includes('--kuberc=')) return word.split('=')[1] || undefined;
  }
  return '';
}

/** Whether a line names a flag itself (searchInArgs). */
function isGiven(found: FoundCommand, name: string, line: readonly string[]): boolean {
  const { shorthand } = [...(found.verb.flags ?? []), ...GLOBAL_FLAGS].find((flag) => flag.name === name) ?? {};
  const own = line.includes('--') ? line.slice(0, line.indexOf('--')) : line;
  return own.some(
    (word) =>
      word === `--${name}` ||
      word.startsWith(`--${name}=`) ||
      (shorthand !== undefined && /^-[^-]/.test(word) && word.slice(1).split('=')[0].includes(shorthand)),
  );
}

const flagWords = (found: FoundCommand, options: readonly OptionDefault[], line: readonly string[]): string[] =>
  options.filter(({ name }) => !isGiven(found, name, line)).map((option) => `--${option.name}=${option.default}`);

const unknownFlag = (found: FoundCommand, options: readonly OptionDefault[]): string | undefined => {
  const flags = flagsOf(found, GLOBAL_FLAGS);
  return options.find(({ name }) => !flags.has(name))?.name;
};

const words = (command: string): string[] => command.split(/\s+/).filter((word) => word !== '');

const find = (root: VerbDefinition, line: readonly string[]): FoundCommand => findCommand(root, line, GLOBAL_FLAGS);

/** An alias is its command with arguments before and behind the line's own. */
function applyAlias(root: VerbDefinition, alias: AliasOverride, line: readonly string[], at: number): Preferred {
  const command = words(alias.command);
  const found = find(root, command);
  if (found.verb === root)
    return {
      error: `command ${JSON.stringify(alias.command)} not found to set alias ${JSON.stringify(alias.name)}: ${command.join(' ')}`,
      warnings: '',
    };
  const unknown = unknownFlag(found, alias.options);
  if (unknown !== undefined) return { error: `invalid alias flag ${unknown} in alias kubectl`, warnings: '' };
  const flags = flagWords(found, alias.options, line);
  const own = [...line.slice(0, at), ...command, ...flags, ...alias.prependArgs, ...line.slice(at + 1)];
  return { line: [...own, ...alias.appendArgs], warnings: '' };
}

function applyAliases(root: VerbDefinition, { aliases }: Preference, line: readonly string[]): Preferred {
  const at = line.findIndex((word) => !word.startsWith('-'));
  const unchanged: Preferred = { line, warnings: '' };
  if (at < 0 || find(root, line).verb !== root) return unchanged;
  const alias = aliases.find(({ name }) => name === line[at]);
  return alias ? applyAlias(root, alias, line, at) : unchanged;
}

/** Defaults are told by a command's last name, as kubectl compares them. */
function applyDefaults(root: VerbDefinition, { defaults }: Preference, line: readonly string[]): Preferred {
  const found = find(root, line);
  const flags: string[] = [];
  let warnings = '';
  for (const { command, options } of found.verb === root ? [] : defaults) {
    const meant = find(root, words(command));
    if (meant.verb === root)
      warnings += `Warning: command ${JSON.stringify(command)} not found to set kuberc override\n`;
    else if (meant.verb.name === found.verb.name) {
      const unknown = unknownFlag(found, options);
      if (unknown !== undefined) return { error: `invalid flag ${unknown} for command ${command}`, warnings };
      flags.push(...flagWords(found, options, line));
    }
  }
  return { line: [...flags, ...line], warnings };
}

function invalid({ aliases, defaults }: Preference): string | undefined {
  const seen = new Set<string>();
  for (const { name, options } of aliases) {
    if (!/^[a-zA-Z]+$/.test(name)) return 'invalid alias name, can only include alphabetical characters';
    const dashed = options.find((option) => option.name.startsWith('-'));
    if (dashed) return `flag name ${dashed.name} should be in long form without dashes`;
    if (seen.has(name)) return `duplicate alias name ${name}`;
    seen.add(name);
  }
  const dashed = defaults.flatMap(({ options }) => options).find(({ name }) => name.startsWith('-'));
  return dashed && `flag name ${dashed.name} should be in long form without dashes`;
}

/** Applies `kuberc` to a command line (k8s.io/kubectl/pkg/kuberc Preferences.Apply, v0.35). */
export function applyKuberc(process: Process, root: VerbDefinition, line: readonly string[]): Preferred {
  const unchanged: Preferred = { line, warnings: '' };
  if (line.length === 0) return unchanged;
  const flag = explicitPath(line);
  if (flag === undefined) return { error: 'kuberc file is not found', warnings: '' };
  const where = kubercPath(process, flag);
  if (typeof where === 'string') return { error: `kuberc error ${where}`, warnings: '' };
  if (where.path === '') return unchanged;
  const content = readKuberc(process, where.path);
  if (content === undefined)
    return where.explicit
      ? { error: `kuberc error kuberc: open ${where.path}: no such file or directory`, warnings: '' }
      : unchanged;
  const preference = parseKuberc(content);
  const none = `no valid preferences found in ${where.path}, use --v=5 to see details`;
  if (typeof preference === 'string')
    return where.explicit
      ? { error: `kuberc error kuberc: ${none}`, warnings: '' }
      : { line, warnings: `kuberc: no preferences loaded from ${where.path}: ${none}` };
  const problem = invalid(preference);
  if (problem !== undefined) return { error: problem, warnings: '' };
  const aliased = applyAliases(root, preference, line);
  return 'error' in aliased ? aliased : applyDefaults(root, preference, aliased.line);
}
