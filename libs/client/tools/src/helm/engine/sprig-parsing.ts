import { jsonSyntaxError } from '@seatrial/apiserver';
import { fail, isJsonObject, ok, type Result } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { FunctionFailure, templateFunction, type FunctionTable } from '@seatrial/template';

const OBJECT = 'map[string]interface {}';
const ARRAY = '[]interface {}';

/** What encoding/json calls the kind of a value. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return isJsonObject(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;
}

const mismatch = (value: unknown, wanted: string): string =>
  `json: cannot unmarshal ${kindOf(value)} into Go value of type ${wanted}`;

function json(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail(jsonSyntaxError(text));
  }
}

function yaml(text: string): Result<unknown, string> {
  const parsed = yamlToJson(text);
  return parsed.ok ? parsed : fail(`error converting YAML to JSON: ${parsed.error}`);
}

type Read = (text: string) => Result<unknown, string>;

/** A map, or one that says under `Error` why it is none. */
const mapOf =
  (read: Read, prefix: string) =>
  (text: string): unknown => {
    const parsed = read(text);
    if (!parsed.ok) return { Error: parsed.error };
    // Go's JSON makes a map of nothing out of null, its YAML leaves the empty one.
    if (parsed.value === null) return read === json ? null : {};
    return isJsonObject(parsed.value) ? parsed.value : { Error: prefix + mismatch(parsed.value, OBJECT) };
  };

/** A list, or one of which the only item says why it is none. */
const listOf =
  (read: Read, prefix: string) =>
  (text: string): unknown => {
    const parsed = read(text);
    if (!parsed.ok) return [parsed.error];
    if (parsed.value === null) return read === json ? null : [];
    return Array.isArray(parsed.value) ? parsed.value : [prefix + mismatch(parsed.value, ARRAY)];
  };

const FROM_YAML = 'error unmarshaling JSON: while decoding JSON: ';

/** Functions of Helm that read JSON and YAML (pkg/engine/funcs.go of Helm v4.1), and Sprig's one that fails. */
export const PARSING: FunctionTable = {
  fromJson: templateFunction(['string'], mapOf(json, '')),
  fromJsonArray: templateFunction(['string'], listOf(json, '')),
  fromYaml: templateFunction(['string'], mapOf(yaml, FROM_YAML)),
  fromYamlArray: templateFunction(['string'], listOf(yaml, FROM_YAML)),
  mustFromJson: templateFunction(['string'], (text: string) => {
    const parsed = json(text);
    if (!parsed.ok) throw new FunctionFailure(parsed.error);
    return parsed.value;
  }),
};
