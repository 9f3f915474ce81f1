export { type CliCommand } from './cli-command.js';
