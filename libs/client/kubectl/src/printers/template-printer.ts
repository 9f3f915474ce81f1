import { JsonPath } from '@seatrial/template';
import { reportUnsupported } from '@seatrial/kernel';
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

/** The printer of a template format (genericclioptions JSONPathPrintFlags and GoTemplatePrintFlags). */
export function templatePrinter(k: Invocation, format: string): ObjectPrinter {
  const { name, text } = templateOf(k, format);
  const allowMissingKeys = k.flags.bool('allow-missing-template-keys');
  if (!name.startsWith('jsonpath')) {
    reportUnsupported(k.process.machine, `kubectl -o ${name}`);
    return failWith(`output format ${name} is not simulated`);
  }
  const parsed = JsonPath.parse(text);
  if (!parsed.ok) failWith(`error parsing jsonpath ${text}, ${parsed.error}`);
  const charge = (steps: number): void => {
    k.process.machine.simulation.charge('steps', steps);
  };
  return (object) => {
    const printed = parsed.value.print(object, { allowMissingKeys, charge, asJson: name === 'jsonpath-as-json' });
    if (printed.ok) return printed.value;
    throw new CommandFailure([{ type: 'text', text: printed.error }]);
  };
}
