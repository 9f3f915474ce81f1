import { compareStrings } from '@seatrial/kernel';
import type { RawSchema } from '@seatrial/schema';

/** Finds the schema behind a `$ref`, and what a built-in type's documentation says. */
export interface SchemaDocument {
  resolve(reference: string): RawSchema | undefined;
}

const UNKNOWN = '<no description>';

const nested = (schema: RawSchema): RawSchema[] => [
  ...(schema.allOf ?? []),
  ...(schema.items ? [schema.items] : []),
  ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
];

/** A schema's type as a reader thinks of it: `string`, `[]Container`, `map[string]string`. */
export function typeText(schema: RawSchema, document: SchemaDocument): string {
  if (schema.items) return `[]${typeText(schema.items, document)}`;
  if (typeof schema.additionalProperties === 'object')
    return `map[string]${typeText(schema.additionalProperties, document)}`;
  if (schema.allOf?.length === 1 && !schema.properties) return typeText(schema.allOf[0], document);
  if (schema.$ref === undefined) return schema.type === undefined || schema.type === 'object' ? 'Object' : schema.type;
  const type = document.resolve(schema.$ref)?.type;
  if (type !== undefined && type !== 'object') return type;
  return schema.$ref.slice(Math.max(schema.$ref.lastIndexOf('/'), schema.$ref.lastIndexOf('.')) + 1) || 'Object';
}

/** A schema's description and those of what it is made of, each ending its line. */
export function descriptionText(schema: RawSchema, document: SchemaDocument): string {
  const resolved = (schema.$ref === undefined ? undefined : document.resolve(schema.$ref)) ?? schema;
  const own = resolved.description ? `${resolved.description}\n` : '';
  return (
    own +
    nested(resolved)
      .map((part) => descriptionText(part, document))
      .join('')
  );
}

const enumMember = (value: unknown): string => (value === '' ? '""' : String(value));

/** `ENUM:` and its values under each other. */
export const enumBlock = (schema: RawSchema): string =>
  schema.enum && schema.enum.length > 0
    ? `ENUM:${schema.enum.map((value) => `\n    ${enumMember(value)}`).join('')}`
    : '';

const LISTED_ENUM = 4;

function enumLine(schema: RawSchema, indent: string): string {
  const values = schema.enum ?? [];
  if (values.length === 0) return '';
  const listed = values.slice(0, LISTED_ENUM).map(enumMember).join(', ');
  return `\n${indent}enum: ${listed}${values.length > LISTED_ENUM ? ', ....' : ''}`;
}

/** Breaks lines at spaces so that none is longer than `width`, where words allow (mitchellh/go-wordwrap). */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      const lines: string[] = [];
      let current = '';
      for (const [part] of line.matchAll(/\s*\S+|\s+$/g)) {
        if (current !== '' && current.length + part.length > width) {
          lines.push(current);
          current = part.trimStart();
        } else current += part;
      }
      return [...lines, current].join('\n');
    })
    .join('\n');
}

export const indentText = (text: string, amount: number): string => {
  const pad = ' '.repeat(amount);
  return pad + text.replaceAll('\n', `\n${pad}`);
};

/** The fields of a schema; with `recursive` one line each, and their own fields below them. */
export function fieldLines(
  schema: RawSchema,
  document: SchemaDocument,
  recursive: boolean,
  level = 1,
  history: ReadonlySet<string> = new Set(),
): string {
  const reference = schema.$ref ?? '';
  // A type within itself is not followed again.
  if (reference !== '' && history.has(reference)) return '';
  const seen = reference === '' ? history : new Set([...history, reference]);
  const resolved = (reference === '' ? undefined : document.resolve(reference)) ?? schema;
  let text = '';
  for (const name of Object.keys(resolved.properties ?? {}).sort(compareStrings)) {
    const field = resolved.properties?.[name] ?? {};
    text += fieldLine(name, field, resolved, document, recursive, level);
    if (recursive) text += fieldLines(field, document, recursive, level + 1, seen);
  }
  return (
    text +
    nested(resolved)
      .map((part) => fieldLines(part, document, recursive, level, seen))
      .join('')
  );
}

function fieldLine(
  name: string,
  field: RawSchema,
  parent: RawSchema,
  document: SchemaDocument,
  short: boolean,
  level: number,
): string {
  const indent = level * 2;
  const required = parent.required?.includes(name) ? ' -required-' : '';
  const head = `${' '.repeat(indent)}${name}\t<${typeText(field, document)}>${required}`;
  const line = `${head}${enumLine(field, ' '.repeat(indent))}\n`;
  if (short) return line;
  return `${line}${indentText(wrapText(field.description ?? UNKNOWN, 78 - indent), indent + 2)}\n\n`;
}
