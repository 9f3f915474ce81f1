import { resolvePath, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { filenameOptions } from '../../resource/manifest-source.js';
import { attempt, attemptNow, CommandFailure, isNotFound, type CommandError } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { objectPrinter, type ObjectPrinter } from '../../printers/object-printer.js';
import { customColumnsPrinter } from '../../printers/custom-columns.js';
import { mayShowManagedFields, templateText } from '../../printers/template-printer.js';
import { sortObjects } from '../../printers/sorting.js';
import { labelMatcher } from '../../resource/manifest-objects.js';
import { fetchObject, listObjects } from '../../resource/resolve-infos.js';
import { GET_FORMATS, type GetOptions } from './get-options.js';
import { getSelection } from './get-table.js';

/** The printer for -o formats other than tables. */
export function genericPrinter(k: Invocation, options: GetOptions): ObjectPrinter {
  if (options.format.startsWith('custom-columns')) return customColumnsPrinter(k, options.format, options.noHeaders);
  return objectPrinter(k, '', GET_FORMATS);
}

/** `kubectl get -o yaml` and the like: one object as it is, several as a List. */
export function* getObjects(k: Invocation, options: GetOptions): Coroutine<void> {
  // A template that cannot be read is complained of once there is something to print.
  const template = attemptNow(() => templateText(k, options.format));
  const managed = k.flags.bool('show-managed-fields') || ('value' in template && mayShowManagedFields(template.value));
  const { text, errors } = yield* printed(k, options, managed);
  yield* k.out(text);
  if (errors.length > 0) throw new CommandFailure(errors);
}

/** The output, and what could not be fetched. Templates that fail show the object whole, with its managed fields. */
function* printed(
  k: Invocation,
  options: GetOptions,
  managed: boolean,
): Coroutine<{ readonly text: string; readonly errors: readonly CommandError[] }> {
  const { object, errors } = yield* fetched(k, options, managed);
  if (!object) return { text: '', errors };
  try {
    return { text: genericPrinter(k, options)(object), errors };
  } catch (failure) {
    const isTable = options.format.startsWith('custom-columns');
    if (managed || isTable || !(failure instanceof CommandFailure)) throw failure;
    const whole = yield* fetched(k, options, true);
    return { text: genericPrinter(k, options)(whole.object ?? object), errors };
  }
}

function* fetched(
  k: Invocation,
  options: GetOptions,
  managed: boolean,
): Coroutine<{ readonly object: JsonObject | undefined; readonly errors: readonly CommandError[] }> {
  const { selection, errors: fileErrors, files } = yield* getSelection(k, options);
  const objects: JsonObject[] = [];
  const errors: CommandError[] = [];
  for (const selected of selection) {
    const { mapping, namespace, name } = selected;
    const piece =
      name === undefined
        ? listObjects(k, selected, options.labelSelector, options.fieldSelector, managed)
        : one(fetchObject(k, mapping, namespace, name, options.subresource, managed));
    const result = yield* attempt(piece);
    if ('value' in result)
      objects.push(...(files ? result.value.filter(labelMatcher(options.labelSelector)) : result.value));
    else errors.push(...result.failure.errors.filter((error) => !(options.ignoreNotFound && isNotFound(error))));
  }
  errors.push(...fileErrors);
  const single = files ? oneFile(k) : selection.length === 1 && selection[0].name !== undefined;
  if (errors.length > 0 && single) throw new CommandFailure(errors);
  const wanted = objects.length > 0 || !options.ignoreNotFound;
  return { object: wanted ? combined(k, options, objects, single) : undefined, errors };
}

/** -f names one file, which a single object is expected of (resource.Builder singleItemImplied). */
function oneFile(k: Invocation): boolean {
  const { filenames } = filenameOptions(k);
  if (filenames.length !== 1 || filenames[0] === '-') return false;
  return !k.process.machine.files.isDirectory(resolvePath(k.process.cwd, filenames[0]));
}

function* one<T>(piece: Coroutine<T>): Coroutine<T[]> {
  return [yield* piece];
}

function combined(k: Invocation, options: GetOptions, objects: readonly JsonObject[], single: boolean): JsonObject {
  if (single && objects.length === 1) return objects[0];
  const items = options.sortBy ? sortObjects(k, options.sortBy, objects, (object) => object) : [...objects];
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}
