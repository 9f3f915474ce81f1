import type { KubeObject } from '@seatrial/apiserver';
import { compareStrings, isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { stringFormat } from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';

const MAX_DEPTH = 200;

/** The formats of texts in a schema that nobody checks, as often as they occur (getUnrecognizedFormatsInSchema). */
function unknownFormats(schema: JsonValue | undefined, depth = 0): string[] {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return [];
  const { format, type, properties } = schema;
  const own = typeof format === 'string' && format !== '' && type === 'string' && !stringFormat(format) ? [format] : [];
  const inner: (JsonValue | undefined)[] = [schema.items];
  for (const member of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[member];
    if (Array.isArray(list)) inner.push(...list);
  }
  inner.push(schema.not);
  // The original goes through a Go map, in whichever order.
  if (isJsonObject(properties))
    inner.push(
      ...Object.keys(properties)
        .sort(compareStrings)
        .map((name) => properties[name]),
    );
  inner.push(schema.additionalProperties);
  return [...own, ...inner.flatMap((one) => unknownFormats(one, depth + 1))];
}

function formatsOf(object: KubeObject): string[] {
  const { spec } = draftAs<JsonObject>(object);
  const versions = isJsonObject(spec) && Array.isArray(spec.versions) ? spec.versions : [];
  return versions.flatMap((version) =>
    isJsonObject(version) && isJsonObject(version.schema) ? unknownFormats(version.schema.openAPIV3Schema) : [],
  );
}

/** What a definition is warned of: formats that do nothing, the new ones only when it is changed. */
export function definitionWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const known = new Set(old ? formatsOf(old) : []);
  return formatsOf(object)
    .filter((format) => !known.has(format))
    .map((format) => `unrecognized format "${format}"`);
}
