#!/usr/bin/env node
import { UsageError } from './cli-command.js';
import { CLI_COMMANDS } from './commands.js';

function usage(): string {
  return ['usage: seatrial <command> …', ...CLI_COMMANDS.map(({ usage: line }) => `  seatrial ${line}`)].join('\n');
}

const [name, ...args] = process.argv.slice(2);
const command = CLI_COMMANDS.find((candidate) => candidate.name === name);
if (!command) {
  console.error(usage());
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command.run(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`seatrial ${command.name}: ${error.message}\nusage: seatrial ${command.usage}`);
    process.exitCode = 2;
  }
}
