import { FILE_ERROR_TEXT, goJson, isJsonObject, resolvePath, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { toJson, toYaml } from '@seatrial/manifest';
import { goTypedObject } from '@seatrial/schema';
import { failWith } from '../command/failure.js';
import { boolFlag, stringFlag, type FlagDefinition } from '../command/flag.js';
import type { DryRun, Invocation } from '../command/invocation.js';
import { metadataOf, nameOf, textOf } from '../resource/resource-info.js';
import { toKyaml } from './kyaml-printer.js';
import { templatePrinter, TEMPLATE_FORMATS } from './template-printer.js';

/** Turns one object into text; what cannot be printed ends the command. */
export type ObjectPrinter = (object: JsonObject) => string;

/** genericclioptions.PrintFlags. */
export const PRINT_FLAGS: readonly FlagDefinition[] = [
  boolFlag('allow-missing-template-keys', 'Ignore missing fields and keys in templates.', { default: 'true' }),
  stringFlag('output', 'Output format.', { shorthand: 'o' }),
  boolFlag('show-managed-fields', 'Keep the managedFields when printing objects in JSON or YAML format.'),
  stringFlag('template', 'Template string or path to template file to use.'),
];

/** cmdutil.AddDryRunFlag. */
export const DRY_RUN_FLAG: FlagDefinition = {
  name: 'dry-run',
  type: 'string',
  default: 'none',
  withoutValue: 'unchanged',
  usage: 'Must be "none", "server", or "client".',
};

export const COMMON_FORMATS: readonly string[] = [
  'go-template',
  'go-template-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'kyaml',
  'name',
  'template',
  'templatefile',
  'yaml',
];

/** ` (dry run)` and ` (server dry run)` behind results. */
export const dryRunSuffix = (dryRun: DryRun): string =>
  dryRun === 'client' ? ' (dry run)' : dryRun === 'server' ? ' (server dry run)' : '';

/** The group of an object's apiVersion; '' for the core group. */
export const groupOf = (object: JsonObject): string => {
  const version = textOf(object.apiVersion);
  const slash = version.indexOf('/');
  return slash < 0 ? '' : version.slice(0, slash);
};

/** `deployment.apps/web` (printers.NamePrinter). */
export function resourceName(object: JsonObject): string {
  const group = groupOf(object);
  const kind = textOf(object.kind).toLowerCase() || '<unknown>';
  return `${kind}${group === '' ? '' : `.${group}`}/${nameOf(object) || '<unknown>'}`;
}

/** NamePrinter: `kind.group/name operation`; lists give a line for each item. */
export function namePrinter(operation: string): ObjectPrinter {
  const print = (object: JsonObject): string => {
    if (textOf(object.kind).endsWith('List') && Array.isArray(object.items))
      return object.items.filter(isJsonObject).map(print).join('');
    return `${resourceName(object)}${operation === '' ? '' : ` ${operation}`}\n`;
  };
  return print;
}

/** The object without `metadata.managedFields`, also within lists (OmitManagedFieldsPrinter). */
export function withoutManagedFields(object: JsonObject): JsonObject {
  if (Array.isArray(object.items))
    return { ...object, items: object.items.map((item) => (isJsonObject(item) ? withoutManagedFields(item) : item)) };
  const metadata = metadataOf(object);
  if (metadata.managedFields === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** How many documents a printer has printed. */
interface Printed {
  documents: number;
}

/** Documents after the first are parted by `---`. */
export function yamlPrinter(keepManagedFields: boolean, printed: Printed = { documents: 0 }): ObjectPrinter {
  return (object) => {
    const text = toYaml(keepManagedFields ? object : withoutManagedFields(object));
    return printed.documents++ > 0 ? `---\n${text}` : text;
  };
}

const unmatched = (format: string, allowed: readonly string[]): never =>
  failWith(
    `unable to match a printer suitable for the output format ${JSON.stringify(format)}, allowed formats are: ${[...allowed].sort().join(',')}`,
  );

/** Reads a template file for the printers that take one. */
export function readTemplateFile(k: Invocation, path: string, what = '--template'): string {
  const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, path));
  if (!read.ok) failWith(`error reading ${what} ${path}, open ${path}: ${lowerFirst(FILE_ERROR_TEXT[read.error])}`);
  return read.value;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/**
 * The printer that -o and --template ask for (PrintFlags.ToPrinter); `operation` is what the name printer says was
 * done. `extra` names formats that the command handles itself; `typed` objects print their JSON members in the order
 * of their Go type, which is the order they were made in.
 */
export function objectPrinter(
  k: Invocation,
  operation: string,
  extra: readonly string[] = [],
  typed = false,
): ObjectPrinter {
  const format = outputFormat(k);
  const keep = k.flags.has('show-managed-fields') && k.flags.bool('show-managed-fields');
  const clean = (object: JsonObject): JsonObject => (keep ? object : withoutManagedFields(object));
  if (format === '') return namePrinter(operation);
  if (format === 'name') return namePrinter('');
  if (format === 'json') return (object) => (typed ? typedJson(clean(object)) : toJson(clean(object)));
  if (format === 'yaml') return yamlPrinter(keep, k.printed);
  if (format === 'kyaml') return (object) => toKyaml(clean(object), !typed);
  if (TEMPLATE_FORMATS.some((name) => format === name || format.startsWith(`${name}=`)))
    return templatePrinter(k, format);
  return unmatched(format, [...COMMON_FORMATS, ...extra]);
}

/** Ends a command that makes its printer before it does anything where -o asks for none that there is. */
export function requirePrinter(k: Invocation): void {
  objectPrinter(k, '');
}

/** JSON of a generated object: members as they are, characters of HTML escaped, four spaces (json.MarshalIndent). */
const typedJson = (object: JsonObject): string => `${goJson(object, 4)}\n`;

/** -o's value; --template alone means a Go template. */
export function outputFormat(k: Invocation): string {
  if (!k.flags.has('output')) return '';
  const format = k.flags.string('output');
  if (format === '' && k.flags.has('template') && k.flags.string('template') !== '') return 'go-template';
  return format;
}

/** For commands that make a printer for each object: nothing parts their documents. */
export function newPrinter(k: Invocation): void {
  k.printed.documents = 0;
}

/** Prints an object with the result's words or as -o asks. */
export function* printResult(
  k: Invocation,
  object: JsonObject,
  operation: string,
  dryRun: DryRun = 'none',
): Coroutine<void> {
  yield* k.out(objectPrinter(k, `${operation}${dryRunSuffix(dryRun)}`)(object));
}

/** The same for commands that decode objects into their Go types: members come in the types' order. */
export function* printTyped(
  k: Invocation,
  object: JsonObject,
  operation: string,
  dryRun: DryRun = 'none',
): Coroutine<void> {
  const print = objectPrinter(k, `${operation}${dryRunSuffix(dryRun)}`, [], true);
  yield* k.out(print(outputFormat(k) === '' ? object : goTypedObject(object)));
}

/** The same for an object that the command generated and did not send. */
export function* printGenerated(k: Invocation, object: JsonObject, operation: string): Coroutine<void> {
  yield* k.out(objectPrinter(k, `${operation}${dryRunSuffix('client')}`, [], true)(object));
}
