import {
  baseName,
  encodeBase64,
  FILE_ERROR_TEXT,
  resolvePath,
  setOwn,
  type FileSystem,
  type JsonObject,
} from '@seatrial/kernel';
import { metadataOf, objectAt, stringMapAt, textOf } from '../resource/resource-info.js';
import { refuse, stringsOf } from './kustomization.js';
import type { BuildResource } from './transformers.js';

function readFile(files: FileSystem, directory: string, name: string, sources: string): string {
  const read = files.readFile(resolvePath(directory, name));
  return read.ok
    ? read.value
    : refuse(
        `loading KV pairs: ${sources}: evalsymlink failure on '${resolvePath(directory, name)}' : lstat ${resolvePath(directory, name)}: ${FILE_ERROR_TEXT[read.error].toLowerCase()}`,
      );
}

const unquoted = (value: string): string => value.replace(/^(["'])(.*)\1$/s, '$2');

function pairsOf(files: FileSystem, directory: string, generator: JsonObject): Map<string, string> {
  const pairs = new Map<string, string>();
  const add = (key: string, value: string): void => {
    if (pairs.has(key)) refuse(`configmap ${textOf(generator.name)} illegally repeats the key \`${key}\``);
    pairs.set(key, value);
  };
  const envs = [...stringsOf(generator.envs), ...(typeof generator.env === 'string' ? [generator.env] : [])];
  for (const path of envs)
    for (const line of readFile(files, directory, path, `env source files: [${envs.join(' ')}]`).split('\n')) {
      const trimmed = line.trim();
      if (trimmed === '' || trimmed.startsWith('#')) continue;
      const equals = trimmed.indexOf('=');
      add(equals < 0 ? trimmed : trimmed.slice(0, equals), equals < 0 ? '' : trimmed.slice(equals + 1));
    }
  const literals = stringsOf(generator.literals);
  for (const literal of literals) {
    const equals = literal.indexOf('=');
    if (equals <= 0)
      refuse(
        `loading KV pairs: literal sources [${literals.join(' ')}]: invalid literal source ${literal}, expected key=value`,
      );
    add(literal.slice(0, equals), unquoted(literal.slice(equals + 1)));
  }
  const sources = stringsOf(generator.files);
  for (const source of sources) {
    const equals = source.indexOf('=');
    const path = equals < 0 ? source : source.slice(equals + 1);
    add(
      equals < 0 ? baseName(path) : source.slice(0, equals),
      readFile(files, directory, path, `file sources: [${sources.join(' ')}]`),
    );
  }
  return pairs;
}

/** A ConfigMap or Secret made from literals, files and env files. */
export function generated(
  files: FileSystem,
  directory: string,
  kind: 'ConfigMap' | 'Secret',
  generator: JsonObject,
  shared: JsonObject,
): BuildResource {
  const own = objectAt(generator, 'options') ?? {};
  const data: JsonObject = {};
  for (const [key, value] of pairsOf(files, directory, generator))
    setOwn(data, key, kind === 'Secret' ? encodeBase64(value) : value);
  const labels = { ...stringMapAt(shared, 'labels'), ...stringMapAt(own, 'labels') };
  const annotations = { ...stringMapAt(shared, 'annotations'), ...stringMapAt(own, 'annotations') };
  const name = textOf(generator.name);
  if (name === '') refuse('a configmap must have a name');
  const namespace = textOf(generator.namespace);
  const immutable = own.immutable ?? shared.immutable;
  const object: JsonObject = {
    apiVersion: 'v1',
    ...(Object.keys(data).length > 0 ? { data } : {}),
    kind,
    ...(immutable === true ? { immutable } : {}),
    metadata: {
      name,
      ...(namespace === '' ? {} : { namespace }),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    ...(kind === 'Secret' ? { type: textOf(generator.type) || 'Opaque' } : {}),
  };
  const needsHash = (own.disableNameSuffixHash ?? shared.disableNameSuffixHash) !== true;
  return { object, id: name, namespace: namespace || 'default', needsHash };
}

/** What a generator with `behavior: merge` or `replace` makes of an object; its name gets a hash if both would give it one. */
export function changedByGenerator(old: BuildResource, made: BuildResource, behavior: string): BuildResource {
  const data =
    behavior === 'replace' ? made.object.data : { ...objectAt(old.object, 'data'), ...objectAt(made.object, 'data') };
  const metadata: JsonObject = { ...metadataOf(old.object) };
  for (const member of ['labels', 'annotations'])
    if (metadataOf(made.object)[member] !== undefined)
      metadata[member] = { ...objectAt(metadata, member), ...objectAt(made.object, 'metadata', member) };
  const object = { ...old.object, metadata, ...(data === undefined ? {} : { data }) };
  return { ...old, needsHash: old.needsHash && made.needsHash, object };
}
