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
  for (const command of selected(commands, userland)) {
    for (const path of command.paths ?? [defaultPath(command.name, userland)]) {
      files.makeDirectories(directoryName(path));
      const placed = files.writeFile(path, `\u007fELF ${command.name}\n`, { mode: 0o755 });
      if (placed.ok && placed.value) placed.value.program = command.name;
    }
  }
  return programTable(commands, userland);
}

function defaultPath(name: string, userland: Userland): string {
  return userland === 'busybox' ? `/bin/${name}` : `/usr/bin/${name}`;
}

function selected(commands: readonly CommandDefinition[], userland: Userland): CommandDefinition[] {
  return commands
    .filter((command) => command.userlands?.includes(userland) ?? true)
    .sort((a, b) => compareStrings(a.name, b.name));
}
