import {
  baseName,
  compareStrings,
  directoryName,
  type FileSystem,
  type Program,
  type ProgramTable,
} from '@seatrial/kernel';
import type { CommandDefinition, Userland } from './command.js';

/** The programs of a userland by their mark, for {@link Machine.programs}. */
export function programTable(commands: readonly CommandDefinition[], userland: Userland): ProgramTable {
  const table = new Map<string, Program>();
  for (const command of selected(commands, userland))
    table.set(command.name, userland === 'busybox' ? (command.busybox ?? command.program) : command.program);
  return table;
}

/** Places the executables of a userland in a file system; {@link programTable} gives the programs behind them. */
export function installPrograms(files: FileSystem, commands: readonly CommandDefinition[], userland: Userland): void {
  for (const [directory, executables] of executableFiles(commands, userland)) {
    files.makeDirectories(directory);
    files.placeFiles(directory, executables);
  }
}

interface Executable {
  readonly name: string;
  readonly content: string;
  readonly mode: number;
  readonly program: string;
}

/** By directory. */
type Executables = ReadonlyMap<string, readonly Executable[]>;

const listed = new WeakMap<readonly CommandDefinition[], Map<Userland, Executables>>();

/** The executables of a userland, kept per list of commands. */
function executableFiles(commands: readonly CommandDefinition[], userland: Userland): Executables {
  let byUserland = listed.get(commands);
  if (!byUserland) listed.set(commands, (byUserland = new Map<Userland, Executables>()));
  let found = byUserland.get(userland);
  if (!found) {
    found = listExecutables(commands, userland);
    byUserland.set(userland, found);
  }
  return found;
}

function listExecutables(commands: readonly CommandDefinition[], userland: Userland): Executables {
  const found = new Map<string, Executable[]>();
  for (const { name: program, paths } of selected(commands, userland))
    for (const path of paths ?? [defaultPath(program, userland)]) {
      const executable = { name: baseName(path), content: `\u007fELF ${program}\n`, mode: 0o755, program };
      const there = found.get(directoryName(path));
      if (there) there.push(executable);
      else found.set(directoryName(path), [executable]);
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
