import { compareStrings, type JsonObject } from '@seatrial/kernel';
import { violationsOf } from '../../json-schema/schema-check.js';
import type { Violation } from '../../json-schema/violation.js';
import { composeSchemaJson } from './reference/schema.gen.js';

let parsed: JsonObject | undefined;
const schema = (): JsonObject => (parsed ??= JSON.parse(composeSchemaJson) as JsonObject);

const placeOf = ({ at }: Violation): string[] =>
  at
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const isStranger = ({ text }: Violation): boolean => text.startsWith('additional properties ');

/** How deep in the file a violation is; strangers lie one deeper. */
const specificity = (violation: Violation): number => placeOf(violation).length + (isStranger(violation) ? 1 : 0);

/** The deepest of violations, the first of those that are equally deep. */
function mostSpecific(violations: readonly Violation[]): Violation | undefined {
  let most: Violation | undefined;
  for (const violation of violations) {
    const found = violation.causes.length === 0 ? violation : mostSpecific(violation.causes);
    if (found && (!most || specificity(found) > specificity(most))) most = found;
  }
  return most;
}

/** `mapping`, or `boolean or string`. */
function typesIn(want: string): string {
  const names = want.split(' or ').map((name) => (name === 'object' ? 'mapping' : name));
  const last = names.sort(compareStrings).pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

function problemText({ text }: Violation): string {
  const [, want] = /^got \w+, want (.*)$/.exec(text) ?? [];
  if (want !== undefined) return `must be a ${typesIn(want)}`;
  const [, bound, limit] = /^(minimum|maximum): got .*, want (.*)$/.exec(text) ?? [];
  if (bound === undefined) return text;
  return `must be ${bound === 'minimum' ? 'greater' : 'less'} than or equal to ${limit.replaceAll(',', '')}`;
}

/** What is wrong with the shape of a compose file, its variables put in (schema.Validate of compose-go v2.9). */
export function shapeProblem(file: JsonObject): string | undefined {
  const violation = mostSpecific(violationsOf(schema(), file));
  return violation && `${placeOf(violation).join('.')} ${problemText(violation)}`;
}
