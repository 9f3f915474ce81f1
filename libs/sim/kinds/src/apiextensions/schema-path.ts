import type { RawSchema } from '@seatrial/schema';

const STEPS = /^(?:\.[A-Za-z_$][A-Za-z0-9_$-]*|\['[^']*'\])+$/;
const STEP = /\.([A-Za-z_$][A-Za-z0-9_$-]*)|\['([^']*)'\]/g;

/** The names of a path such as `.spec.a['b.c']`; undefined when it is no path. */
function pathSteps(path: string): string[] | undefined {
  if (!STEPS.test(path)) return undefined;
  return [...path.matchAll(STEP)].map(([, name, key]) => (name as string | undefined) ?? key);
}

/** The schema that a path leads to (cel.ValidFieldPath); undefined when there is none. */
export function schemaAt(path: string, schema: RawSchema): RawSchema | undefined {
  let found = schema;
  for (const step of pathSteps(path) ?? ['']) {
    const { properties, additionalProperties } = found;
    if (properties && Object.hasOwn(properties, step)) found = properties[step];
    else if (!properties && typeof additionalProperties === 'object') found = additionalProperties;
    else return undefined;
  }
  return found;
}

/** Whether a rule's fieldPath names a field of its schema. */
export const isFieldPath = (path: string, schema: RawSchema): boolean => schemaAt(path, schema) !== undefined;
