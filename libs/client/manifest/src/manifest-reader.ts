import { compareStrings, isJsonObject, setOwn, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { toCompactJson } from './json/json-printer.js';
import { scanJsonValue, type JsonSyntaxError } from './json/json-scanner.js';
import { yamlToJson, type YamlOptions } from './yaml/read-yaml.js';

/** One document of a manifest, as kubectl's resource builder sees it before it knows the kind. */
export interface ManifestDocument {
  /** The file's name as it was given, or `STDIN`, or a URL. */
  readonly source: string;
  /** The document's first line in the source, from 1. */
  readonly line: number;
  /** Never null: empty documents and comments alone are left out. Mostly an object; anything else is the caller's error. */
  readonly value: JsonValue;
  /** The JSON that kubectl's messages quote. */
  readonly raw: () => string;
}

/** What was read: the documents up to the first that cannot be read, and why it cannot. */
export interface ManifestReading {
  readonly documents: readonly ManifestDocument[];
  /** As kubectl prints it, after `error: `: `error parsing f.yaml: error converting YAML to JSON: yaml: line 4: …`. */
  readonly error?: string;
}

/**
 * Reads a file of manifests: YAML documents or JSON values, as apimachinery's `YAMLOrJSONDecoder` v0.35 does. Lines in
 * errors count from the start of the document, which is what kubectl prints. Lists are not taken apart.
 */
export function readManifests(text: string, source: string, options: YamlOptions = {}): ManifestReading {
  const documents: ManifestDocument[] = [];
  const failure = decodeStream(
    text,
    (value, offset, raw) => {
      if (value === null) return;
      documents.push({ source, line: lineAt(text, offset), value, raw });
    },
    options,
  );
  return failure === undefined ? { documents } : { documents, error: `error parsing ${source}: ${failure}` };
}

type Emit = (value: JsonValue, offset: number, raw: () => string) => void;

function decodeStream(text: string, emit: Emit, options: YamlOptions): string | undefined {
  // go-yaml takes a byte order mark for what it is.
  if (text.startsWith('\uFEFF')) return decodeYaml(text, 1, emit, options);
  if (!/^\s*\{/.test(text)) return decodeYaml(text, 0, emit, options);
  let position = 0;
  for (let count = 0; ; count++) {
    const found = scanJsonValue(text, position);
    if (!found) return undefined;
    if ('message' in found) {
      const failure = jsonFailure(found);
      // More than one JSON value is no YAML any more.
      if (count > 1) return found.message;
      // With less than this left, apimachinery does not look for YAML.
      if (text.length - position < SMALLEST_YAML) return failure;
      const rest = position + (/^[^\S\n]*\n?/.exec(text.slice(position))?.[0].length ?? 0);
      return decodeYaml(text, rest, emit, options) === undefined ? undefined : failure;
    }
    const raw = text.slice(found.start, found.end);
    emit(sortMembers(JSON.parse(raw) as JsonValue), found.start, () => raw);
    position = found.end;
  }
}

/** Members by name, as kubectl sends what it has read, whatever the order of the file. */
function sortMembers(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (!isJsonObject(value)) return value;
  const sorted: JsonObject = {};
  for (const name of Object.keys(value).sort(compareStrings)) setOwn(sorted, name, sortMembers(value[name] ?? null));
  return sorted;
}

const SMALLEST_YAML = 4;

const jsonFailure = (error: JsonSyntaxError): string =>
  error.message === 'unexpected EOF' ? error.message : `json: offset ${String(error.offset)}: ${error.message}`;

function decodeYaml(text: string, start: number, emit: Emit, options: YamlOptions): string | undefined {
  for (const chunk of splitDocuments(text, start)) {
    if ('error' in chunk) return chunk.error;
    const read = yamlToJson(chunk.text, options);
    if (!read.ok) return `error converting YAML to JSON: ${read.error}`;
    const value = read.value;
    emit(value, chunk.offset, () => toCompactJson(value));
  }
  return undefined;
}

type Chunk = { readonly text: string; readonly offset: number } | { readonly error: string };

/** Cuts at lines that start with `---`; only a comment may follow on such a line (apimachinery's YAMLReader). */
function* splitDocuments(text: string, start: number): Generator<Chunk> {
  let buffer = '';
  let bufferStart = start;
  let position = start;
  while (position < text.length) {
    const newline = text.indexOf('\n', position);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(position, end > position && text[end - 1] === '\r' && newline >= 0 ? end - 1 : end);
    const next = newline < 0 ? text.length : newline + 1;
    if (line.startsWith('---')) {
      const rest = line.slice(3).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        yield { error: `invalid Yaml document separator: ${rest}` };
        return;
      }
      if (buffer !== '') {
        yield { text: buffer, offset: bufferStart };
        buffer = '';
        bufferStart = next;
        position = next;
        continue;
      }
    }
    buffer += `${line}\n`;
    position = next;
  }
  if (buffer !== '') yield { text: buffer, offset: bufferStart };
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
