import { componentSchema, type RawSchema } from '@seatrial/schema';
import { descriptionsJson } from './descriptions.gen.js';
import type { SchemaDocument } from './schema-text.js';

type Description = readonly [own: string, members: Readonly<Record<string, string>>];

let descriptions: Readonly<Record<string, Description>> | undefined;
const documented = new Map<string, RawSchema | undefined>();

const described = (schema: RawSchema, text: string | undefined): RawSchema =>
  text === undefined || text === '' ? schema : { ...schema, description: text };

/** A built-in component with what its documentation says. */
export function documentedComponent(name: string): RawSchema | undefined {
  if (documented.has(name)) return documented.get(name);
  descriptions ??= JSON.parse(descriptionsJson) as Readonly<Record<string, Description>>;
  const raw = componentSchema(name)?.raw;
  const [own, members] = (Object.hasOwn(descriptions, name) ? descriptions[name] : undefined) ?? ['', {}];
  const properties = Object.entries(raw?.properties ?? {}).map(
    ([field, schema]) =>
      [field, described(schema, Object.hasOwn(members, field) ? members[field] : undefined)] as const,
  );
  const result =
    raw && described(properties.length === 0 ? raw : { ...raw, properties: Object.fromEntries(properties) }, own);
  documented.set(name, result);
  return result;
}

/** Finds built-in components by reference. */
export const documentedSchemas: SchemaDocument = {
  resolve: (reference) => documentedComponent(reference.slice(reference.lastIndexOf('/') + 1)),
};
