import { compareStrings } from '@seatrial/kernel';
import type { RawSchema } from '@seatrial/schema';
import type { ExplainRequest } from './explain-schema.js';
import type { SchemaDocument } from './schema-text.js';

/* `kubectl explain --output=plaintext-openapiv2` (k8s.io/kubectl/pkg/explain v0.35): what it printed before v1.27. */

const WIDTH = 80;
const DESCRIPTION_INDENT = 5;
const FIELD_INDENT = 3;
const BULLET = /^(?:\d+\.?|-|\*)\s/;

/** wrapString: words up to a width; what is indented, empty or a bullet starts a line of its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let words: string[] = [];
  let last = '';
  const flush = (): void => {
    if (words.length === 0) return;
    last = '';
    lines.push(words.join(' '));
    words = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('    ')) {
      flush();
      lines.push(line);
      continue;
    }
    if (lines.length > 0 && line.trim() === '') {
      flush();
      lines.push('');
      continue;
    }
    if (last.endsWith(':') || line.trim() === '' || BULLET.test(line.trim())) flush();
    for (const word of line.split(/\s+/).filter((one) => one !== '')) {
      last = word;
      if (words.length > 0 && [...words, word].join(' ').length > width) flush();
      words.push(word);
    }
  }
  flush();
  return lines;
}

const indented = (lines: readonly string[], indent: number): string =>
  lines.map((line) => (line === '' ? '\n' : `${' '.repeat(indent)}${line}\n`)).join('');

class ModelPrinter {
  constructor(
    private readonly document: SchemaDocument,
    private readonly recursive: boolean,
  ) {}

  private resolved(schema: RawSchema): RawSchema {
    const reference = schema.$ref ?? schema.allOf?.find((part) => part.$ref !== undefined)?.$ref;
    return (reference === undefined ? undefined : this.document.resolve(reference)) ?? schema;
  }

  /** `[]Object`, `map[string]string`. */
  typeName(schema: RawSchema): string {
    const { type, items, additionalProperties, properties } = this.resolved(schema);
    if (type === 'array') return `[]${items ? this.typeName(items) : ''}`;
    if (properties) return 'Object';
    if (typeof additionalProperties === 'object') return `map[string]${this.typeName(additionalProperties)}`;
    // A quantity, a time or a number or text is text to OpenAPI v2.
    return type === 'object' ? 'map[string]' : (type ?? 'string');
  }

  /** The schema that a path leads to through lists, maps and references; the name of the field that is not there. */
  find(schema: RawSchema, path: readonly string[]): RawSchema | string {
    if (path.length === 0) return schema;
    const target = this.resolved(schema);
    if (target.type === 'array' && target.items) return this.find(target.items, path);
    if (target.properties) {
      const [name, ...rest] = path;
      return Object.hasOwn(target.properties, name) ? this.find(target.properties[name], rest) : name;
    }
    return typeof target.additionalProperties === 'object' ? this.find(target.additionalProperties, path) : target;
  }

  private fields(schema: RawSchema, indent: number, open: ReadonlySet<RawSchema>): string {
    const target = this.element(schema);
    if (!target.properties || open.has(target)) return '';
    const required = new Set(target.required ?? []);
    return Object.keys(target.properties)
      .sort(compareStrings)
      .map((name) => {
        const field = target.properties?.[name] ?? {};
        const heading = `${' '.repeat(indent)}${name}\t<${this.typeName(field)}>`;
        if (this.recursive)
          return `${heading}\n${this.fields(field, indent + FIELD_INDENT, new Set([...open, target]))}`;
        const text = indented(wrap(field.description ?? '', WIDTH - indent - 2), indent + 2);
        return `${heading}${required.has(name) ? ' -required-' : ''}\n${text}\n`;
      })
      .join('');
  }

  /** What lists and maps hold. */
  private element(schema: RawSchema): RawSchema {
    const target = this.resolved(schema);
    if (target.type === 'array' && target.items) return this.element(target.items);
    if (!target.properties && typeof target.additionalProperties === 'object')
      return this.element(target.additionalProperties);
    return target;
  }

  /** The descriptions on the way to what lists, maps and references stand for. */
  private descriptions(schema: RawSchema): string[] {
    const own = schema.description ?? '';
    const target = this.resolved(schema);
    const inner =
      target !== schema
        ? target
        : target.type === 'array'
          ? target.items
          : target.properties || typeof target.additionalProperties !== 'object'
            ? undefined
            : target.additionalProperties;
    return [own, ...(inner ? this.descriptions(inner) : [])];
  }

  print(schema: RawSchema, name: string): string {
    const target = this.element(schema);
    const texts = this.descriptions(schema);
    const shown = texts
      .map((text, index) =>
        text === ''
          ? ''
          : `${index === 0 ? '' : '\n'}${indented(wrap(text, WIDTH - DESCRIPTION_INDENT), DESCRIPTION_INDENT)}`,
      )
      .join('');
    const description = `DESCRIPTION:\n${shown === '' ? `${' '.repeat(DESCRIPTION_INDENT)}<empty>\n` : shown}`;
    const type = this.typeName(schema);
    if (!target.properties) return `FIELD:    ${name} <${type}>\n\n${description}`;
    const heading = name === '' ? '' : `RESOURCE: ${name} <${type}>\n\n`;
    return `${heading}${description}\nFIELDS:\n${this.fields(target, FIELD_INDENT, new Set())}`;
  }
}

/** Explains a kind or a field as kubectl did it with OpenAPI v2; the error is a field that does not exist. */
export function explainOpenApiV2(
  { group, version, kind, schema, path, recursive }: ExplainRequest,
  document: SchemaDocument,
): { readonly output: string; readonly error?: string } {
  const printer = new ModelPrinter(document, recursive);
  const found = printer.find(schema, path);
  if (typeof found === 'string') return { output: '', error: `field ${JSON.stringify(found)} does not exist` };
  const heading = `KIND:     ${kind}\nVERSION:  ${group === '' ? version : `${group}/${version}`}\n\n`;
  return { output: heading + printer.print(found, path.at(-1) ?? '') };
}
