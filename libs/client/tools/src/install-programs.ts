import { compareStrings, directoryName, type FileSystem, type Program, type ProgramTable } from '@seatrial/kernel';
import type { CommandDefinition, Userland } from './command.js';

/** The programs of a userland by their mark, for {@link Machine.programs}. */
export function programTable(commands: readonly CommandDefinition[], userland: Userland): ProgramTable {
  const table = new Map<string, Program>();
  for (const command of selected(commands, userland))
    table.set(command.name, userland === 'busybox' ? (command.busybox ?? command.program) : command.program);
  return table;
}

/** Places the executables of a userland in a file system and gives the programs behind them. */
export function installPrograms(
  files: FileSystem,
  commands: readonly CommandDefinition[],
  userland: Userland,
): ProgramTable {
  for (const { path, name, content } of executables(commands, userland)) {
    const placed = files.writeFile(path, content, { mode: 0o755 });
    if (!placed.ok) files.makeDirectories(directoryName(path));
    const file = placed.ok ? placed : files.writeFile(path, content, { mode: 0o755 });
    if (file.ok && file.value) file.value.program = name;
  }
  return programTable(commands, userland);
}

interface Executable {
  readonly path: string;
  readonly name: string;
  readonly content: string;
}

const listed = new WeakMap<readonly CommandDefinition[], Map<Userland, readonly Executable[]>>();

/** The executables of a userland, kept per list of commands. */
function executables(commands: readonly CommandDefinition[], userland: Userland): readonly Executable[] {
  let byUserland = listed.get(commands);
  if (!byUserland) listed.set(commands, (byUserland = new Map<Userland, readonly Executable[]>()));
  let found = byUserland.get(userland);
  if (!found) {
    found = selected(commands, userland).flatMap(({ name, paths }) =>
      (paths ?? [defaultPath(name, userland)]).map((path) => ({ path, name, content: `\u007fELF ${name}\n` })),
    );
    byUserland.set(userland, found);
  }
  return found;
}

function defaultPath(name: string, userland: Userland): string {
  return userland === 'busybox' ? `/bin/${name}` : `/usr/bin/${name}`;
}

function selected(commands: readonly CommandDefinition[], userland: Userland): CommandDefinition[] {
  return commands
    .filter((command) => command.userlands?.includes(userland) ?? true)
    .sort((a, b) => compareStrings(a.name, b.name));
}
