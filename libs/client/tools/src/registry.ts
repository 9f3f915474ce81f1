import type { CommandDefinition } from './command.js';

/** Every command beside kubectl and the shells, sorted by name. */
export const TOOL_COMMANDS: readonly CommandDefinition[] = [];
