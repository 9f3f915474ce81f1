import { decodeBase64, fail, ok } from '@seatrial/kernel';
import { toCompactJson } from '@seatrial/manifest';
import { GoTemplate, JsonPath } from '@seatrial/template';
import { CommandFailure, failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { readTemplateFile, type ObjectPrinter } from './object-printer.js';

/** -o formats that take a template. */
export const TEMPLATE_FORMATS: readonly string[] = [
  'go-template',
  'go-template-file',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'template',
  'templatefile',
];

/** The format's name and the template that is meant, from -o itself, --template or a file. */
function templateOf(k: Invocation, format: string): { readonly name: string; readonly text: string } {
  const equals = format.indexOf('=');
  const name = equals < 0 ? format : format.slice(0, equals);
  const value = (equals < 0 ? '' : format.slice(equals + 1)) || k.flags.string('template');
  if (value === '') failWith('template format specified but no template given');
  return { name, text: name.endsWith('file') ? readTemplateFile(k, value) : value };
}

/** The template or the columns of -o; '' for other formats. */
export function templateText(k: Invocation, format: string): string {
  const equals = format.indexOf('=');
  const name = equals < 0 ? format : format.slice(0, equals);
  if (name.startsWith('custom-columns')) return `{{${format.slice(equals + 1)}}}`;
  return TEMPLATE_FORMATS.includes(name) ? templateOf(k, format).text : '';
}

/** Metadata as a whole, and everything below something. */
const WHOLE_METADATA = /managedFields|\bmetadata(?![\w.])|\.\.|\.\*/;
/** A path of jsonpath that ends where an object may be. */
const JSONPATH_OBJECT = /\{(?!\s*(?:range\b|end\b|["'{]))(?:[^}]*(?:[\]@$]|\bitems))?\s*\.?\s*\}/;
/** The dot or a variable of a Go template by itself. */
const BARE_VALUE = /\{\{[^}]*(?:(?<![\w)"])\.|\$\w*)(?=[\s|)}])/;
/** A list in an action of a Go template that prints something. */
const PRINTED_ITEMS = /\{\{-?\s*(?!(?:range|if|with)\b)[^}]*\.items(?![\w.])/;

/** Templates that are longer are not looked at: the patterns take quadratic time. */
const LONG = 2000;

/** False when a template cannot come to an object's metadata as a whole: then its managed fields need not be fetched. */
export const mayShowManagedFields = (text: string): boolean =>
  text.length > LONG ||
  WHOLE_METADATA.test(text) ||
  (text.includes('{{') ? BARE_VALUE.test(text) || PRINTED_ITEMS.test(text) : JSONPATH_OBJECT.test(text));

function jsonPathPrinter(text: string, options: Parameters<JsonPath['printer']>[0]): ObjectPrinter {
  const parsed = JsonPath.parse(text);
  if (!parsed.ok) failWith(`error parsing jsonpath ${text}, ${parsed.error}`);
  const print = parsed.value.printer(options);
  return (object) => {
    const printed = print(object);
    return printed.ok ? printed.value : failWith(printed.error);
  };
}

/** Go's CorruptInputError in the words of encoding/base64. */
const decoded = (text: string): ReturnType<Parameters<typeof GoTemplate.parse>[1]['decodeBase64']> => {
  const result = decodeBase64(text);
  return 'text' in result ? ok(result.text) : fail(`illegal base64 data at input byte ${result.corruptAt}`);
};

/** What a Go template printed before it failed goes to stdout; the error ends the command. */
export class TemplateFailure extends CommandFailure {
  constructor(
    readonly output: string,
    text: string,
  ) {
    super([{ type: 'text', text }]);
  }
}

/** The printer of a template format (genericclioptions JSONPathPrintFlags and GoTemplatePrintFlags). */
export function templatePrinter(k: Invocation, format: string): ObjectPrinter {
  const { name, text } = templateOf(k, format);
  const allowMissingKeys = k.flags.bool('allow-missing-template-keys');
  const charge = (steps: number): void => {
    k.process.machine.simulation.charge('steps', steps);
  };
  if (name.startsWith('jsonpath'))
    return jsonPathPrinter(text, { allowMissingKeys, charge, asJson: name === 'jsonpath-as-json' });
  const parsed = GoTemplate.parse(text, { allowMissingKeys, charge, decodeBase64: decoded });
  if (!parsed.ok) failWith(`error parsing template ${text}, ${parsed.error}`);
  return (object) => {
    const printed = parsed.value.print(object);
    if (printed.error === undefined) return printed.output;
    // The explanation shows the object as Go marshals a map: members in order.
    const explained = parsed.value.print(JSON.parse(toCompactJson(object)));
    throw new TemplateFailure(explained.output, printed.error);
  };
}
