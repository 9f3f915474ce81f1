import type { KubeObject } from '@seatrial/apiserver';
import { compareStrings, goPlain, isJsonObject } from '@seatrial/kernel';
import type { DescribeContext } from './describe-context.js';
import { writeEventsOf } from './event-lines.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

const SHOWN_ABOVE = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]);
const ACRONYMS = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** Any object without a describer of its own (custom resources among them): its fields as they are. */
export function describeGenerically(object: KubeObject, context: DescribeContext): string {
  const w = new DescriptionWriter();
  writeName(w, object);
  writeLabelsAndAnnotations(w, object);
  writeContent(w, 0, object as unknown as Record<string, unknown>, '');
  writeEventsOf(w, object, context);
  return w.text();
}

function writeContent(
  w: DescriptionWriter,
  level: number,
  content: Readonly<Record<string, unknown>>,
  path: string,
): void {
  for (const field of Object.keys(content).sort(compareStrings)) {
    const value = content[field];
    const here = `${path}.${field}`;
    if (value === undefined || SHOWN_ABOVE.has(here)) continue;
    const label = labelFor(field);
    if (isJsonObject(value)) {
      w.write(level, `${label}:\n`);
      writeContent(w, level + 1, value, here);
    } else if (Array.isArray(value)) {
      w.write(level, `${label}:\n`);
      for (const item of value as unknown[]) {
        if (isJsonObject(item)) writeContent(w, level + 1, item, here);
        else w.write(level + 1, `${goPlain(item)}\n`);
      }
    } else w.field(label, goPlain(value), level);
  }
}

/** `creationTimestamp` as `Creation Timestamp`; names with anything but letters and dashes stay. */
export function labelFor(field: string): string {
  if (!/^[\p{L}-]*$/u.test(field)) return field;
  return splitWords(field)
    .map((word) => {
      const upper = word.toUpperCase();
      return ACRONYMS.has(upper) ? upper : word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
    })
    .join(' ');
}

/** Words of camel case: `podIPAddress` is pod, IP, Address. */
const splitWords = (field: string): string[] => field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}\p{Ll}+|\p{Ll}+|-+|\p{L}/gu) ?? [];
