import type { ServedResource } from '@seatrial/apiserver';
import { goQuote } from '@seatrial/schema';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { attempt, type CommandFailure, failWith, plainMessage } from '../../command/failure.js';
import { boolFlag, stringFlag, type FlagDefinition } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import {
  DRY_RUN_FLAG,
  PRINT_FLAGS,
  printGenerated,
  printTyped,
  requirePrinter,
} from '../../printers/object-printer.js';
import { createObject, savedGenerated, validationDirective } from '../../resource/write-object.js';

/** cmdutil.AddValidateFlags. */
export const VALIDATE_FLAG: FlagDefinition = {
  name: 'validate',
  type: 'string',
  default: 'strict',
  withoutValue: 'strict',
  usage: 'Must be one of: strict (or true), warn, ignore (or false).',
};

/** The flags of every generator of `kubectl create`. */
export const GENERATOR_FLAGS: readonly FlagDefinition[] = [
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  VALIDATE_FLAG,
  stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-create' }),
  boolFlag('save-config', "Keep the object's configuration in its annotation, for later use with apply."),
];

/** The one NAME argument of a generator, and what `--` leaves behind it. */
export function requiredName(k: Invocation): string {
  const { args, flags } = k;
  const named = flags.argsLengthAtDash < 0 ? args : args.slice(0, flags.argsLengthAtDash);
  if (named.length !== 1) k.usageError(`exactly one NAME is required, got ${named.length}`);
  return named[0];
}

/** What every generator reads before it looks at its own flags (Complete): NAME, --dry-run, -o, --validate. */
export function* completeGenerator(k: Invocation): Coroutine<string> {
  const name = requiredName(k);
  yield* k.dryRun();
  requirePrinter(k);
  checkValidate(k);
  return name;
}

/** Where a generated object goes. */
export interface GeneratedTarget {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** What stands between `failed to create ` and the server's message; without it the error stands as it is. */
  readonly failure?: string;
  /** --save-config is taken and does nothing: the generator never reads it. */
  readonly unsaved?: boolean;
}

export const asMapping = ({ group, version, resource, kind, namespaced }: GeneratedTarget): ServedResource => ({
  group,
  version,
  resource,
  kind,
  namespaced,
  singular: kind.toLowerCase(),
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
  preferred: true,
  custom: false,
});

/** metadata with the namespace that the user asked for, as generators write it. */
export function generatedMetadata(k: Invocation, name: string, namespaced = true): JsonObject {
  const { namespace, enforced } = k.namespace();
  return namespaced && enforced ? { name, namespace } : { name };
}

/** Checks --validate before anything is sent. */
export function checkValidate(k: Invocation): void {
  const value = k.flags.string('validate');
  if (!['true', 'strict', 'warn', 'ignore', 'false'].includes(value))
    failWith(`invalid - validate option ${goQuote(value)}; must be one of: strict (or true), warn, ignore (or false)`);
}

/** A POST that found no server: its URL and what the network said. */
function failUnreached(k: Invocation, target: GeneratedTarget, dryRun: DryRun, failure: CommandFailure): never {
  const [error] = failure.errors;
  if (target.failure === undefined || error.type !== 'connection' || error.cause === undefined) throw failure;
  const { group, version, resource, namespaced } = target;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const where = namespaced ? `/namespaces/${k.namespace().namespace}` : '';
  const query = `${dryRun === 'server' ? 'dryRun=All&' : ''}fieldManager=${k.flags.string('field-manager')}&fieldValidation=${validationDirective(k.flags.string('validate'))}`;
  failWith(
    `failed to create ${target.failure} Post "${error.server ?? ''}${root}${where}/${resource}?${query}": ${error.cause}`,
  );
}

/** Creates what a generator made, or only prints it, and says so. */
export function* createGenerated(k: Invocation, target: GeneratedTarget, object: JsonObject): Coroutine<void> {
  const dryRun = yield* k.dryRun();
  const body = k.flags.bool('save-config') && !target.unsaved ? savedGenerated(object) : object;
  if (dryRun === 'client') {
    yield* printGenerated(k, body, 'created');
    return;
  }
  const reached = yield* attempt(k.api(0));
  if ('failure' in reached) failUnreached(k, target, dryRun, reached.failure);
  const { namespace } = k.namespace();
  const created = yield* attempt(
    createObject(k, asMapping(target), namespace, body, {
      fieldManager: k.flags.string('field-manager') || 'kubectl-create',
      fieldValidation: validationDirective(k.flags.string('validate')),
      ...(dryRun === 'server' ? { dryRun: true } : {}),
    }),
  );
  if ('value' in created) {
    yield* printTyped(k, created.value, 'created', dryRun);
    return;
  }
  const [error] = created.failure.errors;
  if (target.failure === undefined || error.type !== 'status') throw created.failure;
  failWith(`failed to create ${target.failure} ${plainMessage(error)}`);
}
