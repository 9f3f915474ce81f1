import type { RawSchema } from '@seatrial/schema';
import {
  descriptionText,
  enumBlock,
  fieldLines,
  indentText,
  typeText,
  wrapText,
  type SchemaDocument,
} from './schema-text.js';

/** What is explained: a kind's schema, and the way to a field in it. */
export interface ExplainRequest {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: RawSchema;
  readonly path: readonly string[];
  readonly recursive: boolean;
}

/**
 * `kubectl explain` (k8s.io/kubectl/pkg/explain/v2 v0.35, the plaintext template): what is printed, and the error when
 * a field does not exist, which comes after the heading.
 */
export function explainSchema(
  request: ExplainRequest,
  document: SchemaDocument,
): { readonly output: string; readonly error?: string } {
  const { group, kind, version, path } = request;
  const heading = `${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
  const text = new Explainer(document, request.recursive).explain(request.schema, path, new Set());
  if (text !== '') return { output: `${heading}${text}\n` };
  return { output: heading, error: `error: field "${path.at(-1) ?? ''}" does not exist` };
}

class Explainer {
  constructor(
    private readonly document: SchemaDocument,
    private readonly recursive: boolean,
  ) {}

  /** Follows the path; '' when it leads nowhere. */
  explain(schema: RawSchema, path: readonly string[], history: ReadonlySet<string>): string {
    const reference = schema.$ref ?? '';
    const resolved = (reference === '' ? undefined : this.document.resolve(reference)) ?? schema;
    if (path.length === 0) return this.whole(resolved);
    if (reference !== '' && history.has(reference)) return '';
    const [name, ...rest] = path;
    const seen = reference === '' ? history : new Set([...history, reference]);
    if (resolved.properties && Object.hasOwn(resolved.properties, name)) {
      const field = resolved.properties[name];
      const heading =
        rest.length > 0 ? '' : `FIELD: ${name} <${typeText(field, this.document)}>\n${enumBlock(field)}\n\n`;
      return heading + this.explain(field, rest, new Set());
    }
    if (resolved.items) return this.explain(resolved.items, path, seen);
    if (typeof resolved.additionalProperties === 'object')
      return this.explain(resolved.additionalProperties, path, seen);
    for (const part of resolved.allOf ?? []) {
      const text = this.explain(part, path, seen);
      if (text !== '') return text;
    }
    return '';
  }

  private whole(schema: RawSchema): string {
    const description = descriptionText(schema, this.document) || '<empty>';
    const fields = fieldLines(schema, this.document, this.recursive);
    const listed = fields === '' ? '' : `FIELDS:\n${fields}`;
    return `DESCRIPTION:\n${indentText(wrapText(description, 76), 4)}\n${listed}`;
  }
}
