export { defineCommand, type CommandDefinition, type Userland } from './command.js';
export { installPrograms, programTable } from './install-programs.js';
export { TOOL_COMMANDS } from './registry.js';
