import { gnuProgram } from '@seatrial/images';
import type { ProgramTable } from '@seatrial/kernel';
import { createKubectlProgram } from '@seatrial/kubectl';
import { createShellProgram } from '@seatrial/shell';
import { TOOL_COMMANDS, defineCommand, programTable, type CommandDefinition } from '@seatrial/tools';

/** A container's loop runs for as long as the container; the replay's own budgets bound it. */
const CONTAINER_BUDGET = { commands: Number.MAX_SAFE_INTEGER, outputBytes: Number.MAX_SAFE_INTEGER };

const shells: readonly CommandDefinition[] = [
  defineCommand({
    name: 'bash',
    program: createShellProgram({ flavour: 'bash' }),
    busybox: createShellProgram({ flavour: 'bash', budget: CONTAINER_BUDGET }),
  }),
  defineCommand({
    name: 'sh',
    program: createShellProgram({ flavour: 'bash' }),
    busybox: createShellProgram({ flavour: 'ash', budget: CONTAINER_BUDGET }),
  }),
];

const kubectl = defineCommand({
  name: 'kubectl',
  program: createKubectlProgram({}),
  paths: ['/usr/local/bin/kubectl'],
  userlands: ['gnu'],
});

const ALL: readonly CommandDefinition[] = [...TOOL_COMMANDS, ...shells, kubectl];

/** Every command of a student's machine. */
export function workstationCommands(): readonly CommandDefinition[] {
  return ALL;
}

let node: ProgramTable | undefined;
let container: ProgramTable | undefined;

/** What images' applets run on: busybox's commands by name, and the GNU tools by names of their own. */
export function containerPrograms(): ProgramTable {
  const gnu = [...nodePrograms()].map(([name, program]) => [gnuProgram(name), program] as const);
  container ??= new Map([...nodePrograms(), ...gnu, ...programTable(ALL, 'busybox')]);
  return container;
}

/** What the nodes' shells run on: the GNU tools and kubectl. */
export function nodePrograms(): ProgramTable {
  node ??= programTable(ALL, 'gnu');
  return node;
}
