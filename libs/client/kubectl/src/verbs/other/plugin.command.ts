import type { Coroutine } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { findCommand } from '../../command/find-command.js';
import { boolFlag } from '../../command/flag.js';
import { GLOBAL_FLAGS } from '../../command/global-flags.js';
import type { Invocation } from '../../command/invocation.js';

interface FoundPlugin {
  readonly path: string;
  readonly executable: boolean;
}

function findPlugins(k: Invocation): FoundPlugin[] {
  const { files } = k.process.machine;
  const directories = [...new Set((k.process.env.get('PATH') ?? '').split(':').filter((entry) => entry !== ''))];
  return directories.flatMap((directory) => {
    const names = files.readDirectory(directory);
    if (!names.ok) return [];
    return names.value
      .filter((name) => name.startsWith('kubectl-'))
      .map((name) => {
        const node = files.stat(`${directory}/${name}`);
        return { path: `${directory}/${name}`, executable: node.ok && (node.value.mode & 0o111) !== 0 };
      });
  });
}

const nameOf = ({ path }: FoundPlugin): string => path.slice(path.lastIndexOf('/') + 1);

/** Why a plugin is not what one would think (CommandOverrideVerifier.Verify). */
function warningsOf(k: Invocation, plugin: FoundPlugin, seen: ReadonlyMap<string, string>): string[] {
  const warnings: string[] = [];
  const name = nameOf(plugin);
  if (!plugin.executable) warnings.push(`${plugin.path} identified as a kubectl plugin, but it is not executable`);
  const other = seen.get(name);
  if (other !== undefined) warnings.push(`${plugin.path} is overshadowed by a similarly named plugin: ${other}`);
  const found = findCommand(k.root, name.split('-').slice(1), GLOBAL_FLAGS);
  if (found.verb !== k.root) warnings.push(`${name} overwrites existing command: ${goQuote(found.path)}`);
  return warnings;
}

function* list(k: Invocation): Coroutine<number> {
  const plugins = findPlugins(k);
  if (plugins.length === 0) failWith('unable to find any kubectl plugins in your PATH');
  yield* k.out('The following compatible plugins are available:\n\n');
  let warnings = 0;
  const seen = new Map<string, string>();
  for (const plugin of plugins) {
    const name = nameOf(plugin);
    yield* k.out(`${k.flags.bool('name-only') ? name : plugin.path}\n`);
    for (const warning of warningsOf(k, plugin, seen)) {
      warnings++;
      yield* k.err(`  - warning: ${warning}\n`);
    }
    if (!seen.has(name)) seen.set(name, plugin.path);
  }
  if (warnings > 0)
    failWith(warnings === 1 ? 'one plugin warning was found' : `${warnings} plugin warnings were found`);
  return 0;
}

/** `kubectl plugin`. */
export const pluginCommand = defineVerb({
  name: 'plugin',
  usage: '[flags]',
  short: 'Provides utilities for interacting with plugins',
  long: 'Provides utilities for interacting with plugins.\n\n Plugins provide extended functionality that is not part of the major command-line distribution. Please refer to the documentation and examples for more information about how write your own plugins.\n\n The easiest way to discover and install plugins is via the kubernetes sub-project krew: [krew.sigs.k8s.io]. To install krew, visit https://krew.sigs.k8s.io/docs/user-guide/setup/install',
  examples:
    '  # List all available plugins\n  kubectl plugin list\n  \n  # List only binary names of available plugins without paths\n  kubectl plugin list --name-only',
  subcommands: [
    defineVerb({
      name: 'list',
      usage: '[flags]',
      short: "List all visible plugin executables on a user's PATH",
      flags: [boolFlag('name-only', 'If true, display only the binary name of each plugin, rather than its full path')],
      run: list,
    }),
  ],
});
