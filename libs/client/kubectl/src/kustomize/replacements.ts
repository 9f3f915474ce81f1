import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { metadataOf, nameOf, objectAt, textOf } from '../resource/resource-info.js';
import { listOf, refuse, stringsOf } from './kustomization.js';
import type { BuildResource } from './transformers.js';

/** Parts a field path at dots; `\.` stands for a dot and `[name=x]` for an element (kustomize utils.SmarterPathSplitter). */
function pathParts(path: string): string[] {
  const parts: string[] = [];
  for (const [part] of path.matchAll(/\[[^\]]*\]|(?:\\.|[^.[\\])+/g)) parts.push(part.replace(/\\(.)/g, '$1'));
  return parts;
}

const scalarText = (value: JsonValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

function selects(selector: JsonObject, { object, id }: BuildResource): boolean {
  const [first, second] = textOf(object.apiVersion).split('/');
  const wanted: readonly (readonly [string, readonly string[]])[] = [
    ['group', [second === undefined ? '' : first]],
    ['version', [second ?? first]],
    ['kind', [textOf(object.kind)]],
    ['name', [id, nameOf(object)]],
    ['namespace', [textOf(metadataOf(object).namespace)]],
  ];
  return wanted.every(([field, values]) => selector[field] === undefined || values.includes(textOf(selector[field])));
}

/** The value at a path; undefined where the path leads nowhere. */
function valueOf(value: JsonValue | undefined, parts: readonly string[]): JsonValue | undefined {
  if (parts.length === 0) return value;
  const [head, ...rest] = parts;
  if (Array.isArray(value)) {
    const named = /^\[([^=]+)=(.*)\]$/.exec(head);
    const found = named
      ? value.find((item) => isJsonObject(item) && scalarText(item[named[1]]) === named[2])
      : value[Number(head)];
    return valueOf(found, rest);
  }
  return isJsonObject(value) ? valueOf(value[head], rest) : undefined;
}

type Change = (old: JsonValue | undefined) => JsonValue;

/** The value with what stands at a path changed; undefined where nothing stands there and nothing may be made. */
function changedAt(
  value: JsonValue | undefined,
  parts: readonly string[],
  change: Change,
  create: boolean,
): JsonValue | undefined {
  if (parts.length === 0) return value === undefined && !create ? undefined : change(value);
  const [head, ...rest] = parts;
  if (Array.isArray(value)) {
    const named = /^\[([^=]+)=(.*)\]$/.exec(head);
    let found = false;
    const items = value.map((item, index) => {
      const here =
        head === '*' ||
        (named ? isJsonObject(item) && scalarText(item[named[1]]) === named[2] : String(index) === head);
      const next = here ? changedAt(item, rest, change, create) : undefined;
      found ||= next !== undefined;
      return next ?? item;
    });
    return found ? items : undefined;
  }
  if (value !== undefined && !isJsonObject(value)) return undefined;
  if (value?.[head] === undefined && !create) return undefined;
  const next = changedAt(value?.[head], rest, change, create);
  return next === undefined ? undefined : { ...value, [head]: next };
}

/** The piece that options of a source or target mean (`delimiter` and `index`). */
function sourceValue(source: JsonObject, resources: readonly BuildResource[]): JsonValue {
  const found = resources.filter((resource) => selects(source, resource));
  if (found.length === 0)
    return refuse(
      `nothing selected by ${selectorText(source)}${source.fieldPath === undefined ? '' : `:${textOf(source.fieldPath)}`}`,
    );
  if (found.length > 1) return refuse(`multiple matches for selector ${selectorText(source)}`);
  const path = textOf(source.fieldPath) || 'metadata.name';
  const value = valueOf(found[0].object, pathParts(path));
  if (value === undefined)
    return refuse(`fieldPath \`${path}\` is missing for replacement source ${selectorText(source)}`);
  const options = objectAt(source, 'options');
  if (!options || options.delimiter === undefined) return value;
  return scalarText(value).split(textOf(options.delimiter))[Number(options.index ?? 0)] ?? '';
}

function selectorText(selector: JsonObject): string {
  const part = (field: string, none: string): string => textOf(selector[field]) || none;
  const kind = `${part('kind', '[noKind]')}.${part('version', '[noVer]')}.${part('group', '[noGrp]')}`;
  return `${kind}/${part('name', '[noName]')}.${part('namespace', '[noNs]')}`;
}

function changeOf(value: JsonValue, options: JsonObject | undefined): Change {
  const delimiter = options?.delimiter === undefined ? undefined : textOf(options.delimiter);
  return (old) => {
    if (delimiter === undefined) return typeof old === 'string' ? scalarTextOr(value) : value;
    const parts = scalarText(old).split(delimiter);
    const index = Number(options?.index ?? 0);
    if (index < 0) parts.unshift(scalarText(value));
    else if (index >= parts.length) parts.push(scalarText(value));
    else parts[index] = scalarText(value);
    return parts.join(delimiter);
  };
}

/** A text stays a text. */
const scalarTextOr = (value: JsonValue): JsonValue =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;

function replaceIn(resource: BuildResource, target: JsonObject, value: JsonValue): BuildResource {
  const options = objectAt(target, 'options');
  const paths = stringsOf(target.fieldPaths);
  let { object } = resource;
  for (const path of paths.length > 0 ? paths : ['metadata.name']) {
    const texts = /^metadata\.(?:labels|annotations)\./.test(path);
    const change = changeOf(texts ? scalarTextOr(value) : value, options);
    const next = changedAt(object, pathParts(path), change, options?.create === true);
    if (next === undefined || !isJsonObject(next))
      return refuse(`unable to find field "${path}" in replacement target`);
    object = next;
  }
  return { ...resource, object };
}

/** `replacements`: fields of one resource copied into others (kustomize api/filters/replacement). */
export function replaced(
  resources: readonly BuildResource[],
  replacements: readonly JsonObject[],
): readonly BuildResource[] {
  let out = resources;
  for (const replacement of replacements) {
    const source = objectAt(replacement, 'source');
    const value = source ? sourceValue(source, out) : (replacement.sourceValue ?? '');
    for (const target of listOf(replacement.targets)) {
      const select = objectAt(target, 'select') ?? refuse('target must specify resources to select');
      out = out.map((resource) =>
        selects(select, resource) && !listOf(target.reject).some((reject) => selects(reject, resource))
          ? replaceIn(resource, target, value)
          : resource,
      );
    }
  }
  return out;
}

/** The replacements of a kustomization, those of files included. */
export function replacementsOf(
  kustomization: JsonObject,
  readFile: (path: string) => JsonValue,
): readonly JsonObject[] {
  return listOf(kustomization.replacements).flatMap((entry) => {
    if (typeof entry.path !== 'string') return [entry];
    const read = readFile(entry.path);
    return Array.isArray(read) ? read.filter(isJsonObject) : isJsonObject(read) ? [read] : [];
  });
}
