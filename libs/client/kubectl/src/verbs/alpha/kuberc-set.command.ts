import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringArrayFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import {
  kubercPath,
  parseKuberc,
  readKuberc,
  saveKuberc,
  type AliasOverride,
  type CommandDefaults,
  type OptionDefault,
  type Preference,
} from '../../kuberc/kuberc-file.js';
import { requireFlags } from '../create/required-flags.js';

/** The file that is meant; preferences that are switched off cannot be changed. */
export function chosenKuberc(k: Invocation): { readonly path: string; readonly explicit: boolean } {
  const where = kubercPath(k.process, k.flags.string('kuberc'));
  if (typeof where === 'string') failWith(where);
  if (where.path === '') failWith('KUBERC is disabled via KUBERC=off environment variable');
  return where;
}

function validate(k: Invocation): void {
  const { flags } = k;
  const section = flags.string('section');
  const name = flags.string('name');
  if (section !== 'defaults' && section !== 'aliases')
    failWith(`--section must be "defaults" or "aliases", got: ${section}`);
  if (section === 'aliases' && name === '') failWith('--name is required when --section=aliases');
  if (section === 'defaults' && name !== '') failWith('--name should not be specified when --section=defaults');
  if (section === 'defaults' && [...flags.list('prependarg'), ...flags.list('appendarg')].length > 0)
    failWith('--prependarg and --appendarg are only valid for --section=aliases');
}

function parseOptions(given: readonly string[]): OptionDefault[] {
  return given.map((option) => {
    const at = option.indexOf('=');
    if (at < 0) failWith(`invalid option format ${JSON.stringify(option)}, expected flag=value`);
    return { name: option.slice(0, at).replace(/^-+/, ''), default: option.slice(at + 1) };
  });
}

/** A list with an entry in the place of the one of its name, or at its end. */
function placed<T>(
  list: readonly T[],
  entry: T,
  isSame: (other: T) => boolean,
  taken: string,
  overwrite: boolean,
): T[] {
  const at = list.findIndex(isSame);
  if (at < 0) return [...list, entry];
  if (!overwrite) failWith(taken);
  return list.with(at, entry);
}

function changed(k: Invocation, before: Preference): Preference {
  const { flags } = k;
  const command = flags.string('command');
  const overwrite = flags.bool('overwrite');
  const options = parseOptions(flags.list('option'));
  if (flags.string('section') === 'defaults') {
    const entry: CommandDefaults = { command, options };
    const taken = `defaults for command ${JSON.stringify(command)} already exist, use --overwrite to replace`;
    return { ...before, defaults: placed(before.defaults, entry, (one) => one.command === command, taken, overwrite) };
  }
  const name = flags.string('name');
  const entry: AliasOverride = {
    name,
    command,
    prependArgs: flags.list('prependarg'),
    appendArgs: flags.list('appendarg'),
    options,
  };
  const taken = `alias ${JSON.stringify(name)} already exists, use --overwrite to replace`;
  return { ...before, aliases: placed(before.aliases, entry, (one) => one.name === name, taken, overwrite) };
}

/** `kubectl alpha kuberc set` (k8s.io/kubectl/pkg/cmd/kuberc). */
export const kubercSetCommand = defineVerb({
  name: 'set',
  usage: '--section (defaults|aliases) --command COMMAND',
  short: 'Set values in the kuberc configuration',
  flags: [
    stringArrayFlag('appendarg', 'Argument to append to the command; for aliases only.'),
    stringFlag('command', 'Command to configure.'),
    stringFlag('name', 'Alias name; required for --section=aliases.'),
    stringArrayFlag('option', 'Flag option in the form flag=value.'),
    boolFlag('overwrite', 'Allow overwriting existing entries.'),
    stringArrayFlag('prependarg', 'Argument to prepend to the command; for aliases only.'),
    stringFlag('section', "Section to modify: 'defaults' or 'aliases'."),
  ],
  *run(k) {
    requireFlags(k, 'command', 'section');
    const { path } = chosenKuberc(k);
    validate(k);
    const content = readKuberc(k.process, path) ?? '';
    const before = content === '' ? { defaults: [], aliases: [] } : parseKuberc(content);
    if (typeof before === 'string') failWith(`error parsing kuberc file: ${before}`);
    yield* k.out(saveKuberc(k.process, path, changed(k, before)));
    return 0;
  },
});
