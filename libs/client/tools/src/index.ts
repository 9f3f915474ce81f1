export { defineCommand, type CommandDefinition, type Userland } from './command.js';
export { installPrograms, programTable } from './install-programs.js';
