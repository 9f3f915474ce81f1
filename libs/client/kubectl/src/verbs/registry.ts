import { defineVerb, type VerbDefinition } from '../command/command.js';
import { applyCommand } from './apply/apply.command.js';
import { createCommand } from './create/create.command.js';
import { deleteCommand } from './delete/delete.command.js';
import { describeCommand } from './describe/describe.command.js';
import { editCommand } from './edit/edit.command.js';
import { getCommand } from './get/get.command.js';
import { runCommand } from './run/run.command.js';

/** Every verb, by name. */
export const VERBS: readonly VerbDefinition[] = [
  applyCommand,
  createCommand,
  deleteCommand,
  describeCommand,
  editCommand,
  getCommand,
  runCommand,
];

/** `kubectl` itself. */
export const rootCommand = defineVerb({
  name: 'kubectl',
  short: 'kubectl controls the Kubernetes cluster manager.',
  long: 'kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/',
  subcommands: VERBS,
});
